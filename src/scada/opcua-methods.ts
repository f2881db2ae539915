/**
 * What a control system may do to a condition: each method becomes an action on the alarm, is recorded under the user's name, and
 * answers once it is recorded. The condition itself changes only because the alarm has.
 */
import { type StatusCode, StatusCodes } from "node-opcua-client";
import type { Principal } from "../model/access.ts";
import { MAX_SHELF_MS, type Refusal } from "../model/alarm.ts";
import type { Action } from "../model/live.ts";
import type { AddressSpace } from "./opcua-address-space.ts";
import type { Condition, ConditionNode } from "./opcua-condition.ts";

type Method = NonNullable<ConditionNode["confirm"]>;
type Bound = Extract<Parameters<Method["bindMethod"]>[0], (...args: never[]) => void>;
type Context = Parameters<Bound>[1];

export interface MethodOptions {
  /** The condition a method was called on, or on whose shelving it was. */
  readonly conditionOf: (node: NonNullable<Context["object"]>) => Condition | null;
  /** Null for somebody who may only look. */
  readonly principalOf: (userName: string) => Principal | null;
  /** Null when it is recorded. */
  readonly act: (action: Action, principal: Principal) => Promise<Refusal | null>;
  readonly clock: () => number;
  readonly onFailure: (thrown: unknown) => void;
}

interface Call {
  readonly condition: Condition;
  /** Arguments as they came; node-opcua has checked their types. */
  readonly inputs: readonly unknown[];
  /** Acts one after the other; the first that is refused ends it. */
  readonly act: (...actions: readonly Action[]) => Promise<StatusCode>;
  readonly nowMs: number;
}

type Handler = (call: Call) => Promise<StatusCode>;

const SHELF_REASON = "shelved in the control system";

const acknowledge: Handler = (call) => answering(call, { type: "acknowledge", alarm: call.condition.alarm });
const confirm: Handler = (call) => answering(call, { type: "confirm", alarm: call.condition.alarm });
const comment: Handler = (call) => answering(call);

const timedShelve: Handler = ({ condition, inputs: [durationMs], act, nowMs }) =>
  act({
    type: "shelve",
    alarm: condition.alarm,
    reason: SHELF_REASON,
    untilMs: Math.round(nowMs + Number(durationMs)),
  });

const oneShotShelve: Handler = ({ condition, act, nowMs }) =>
  act({
    type: "shelve",
    alarm: condition.alarm,
    reason: SHELF_REASON,
    untilMs: nowMs + MAX_SHELF_MS,
    untilNormal: true,
  });

const unshelve: Handler = ({ condition, act }) => act({ type: "unshelve", alarm: condition.alarm });

/** Evaluation never stops; what is to be silent is shelved or taken out of service. */
const disable: Handler = async () => StatusCodes.BadNotSupported;
const enable: Handler = async () => StatusCodes.BadConditionAlreadyEnabled;

/** Acts on what an event told, with the comment that came along. */
async function answering(
  { condition, inputs, act }: Call,
  ...actions: readonly Action[]
): Promise<StatusCode> {
  const [eventId, remark] = inputs as [Buffer | null, { readonly text?: string | null } | null];
  if (!condition.hasTold(eventId)) return StatusCodes.BadEventIdUnknown;
  const text = remark?.text?.trim() ?? "";
  const said: readonly Action[] = text === "" ? [] : [{ type: "comment", alarm: condition.alarm, text }];
  if (actions.length + said.length === 0) return StatusCodes.BadInvalidArgument;
  return act(...actions, ...said);
}

/** How a refusal of ours is called in OPC UA. */
const STATUS: Readonly<Record<string, StatusCode>> = {
  "unknown-alarm": StatusCodes.BadNodeIdUnknown,
  "already-acknowledged": StatusCodes.BadConditionBranchAlreadyAcked,
  "nothing-to-acknowledge": StatusCodes.BadConditionBranchAlreadyAcked,
  "already-confirmed": StatusCodes.BadConditionBranchAlreadyConfirmed,
  // ConfirmedState is true then: there is nothing to confirm.
  "not-acknowledged": StatusCodes.BadConditionBranchAlreadyConfirmed,
  "not-shelved": StatusCodes.BadConditionNotShelved,
  "shelf-in-the-past": StatusCodes.BadShelvingTimeOutOfRange,
  "shelf-too-long": StatusCodes.BadShelvingTimeOutOfRange,
  "not-permitted": StatusCodes.BadUserAccessDenied,
};

export interface Methods {
  /** The methods of one condition. */
  bind(node: ConditionNode): void;
  /** Clients may also call the method of the type, with the condition as object. */
  bindTypes(addressSpace: AddressSpace): void;
}

export function createMethods({ conditionOf, principalOf, act, clock, onFailure }: MethodOptions): Methods {
  async function perform(
    handler: Handler,
    inputs: readonly unknown[],
    context: Context,
  ): Promise<StatusCode> {
    const condition = context.object ? conditionOf(context.object) : null;
    if (!condition) return StatusCodes.BadNodeIdInvalid;
    const principal = principalOf(context.getUserName());
    if (!principal) return StatusCodes.BadUserAccessDenied;
    const actAll = async (...actions: readonly Action[]): Promise<StatusCode> => {
      for (const action of actions) {
        const refusal = await act(action, principal);
        if (refusal) return STATUS[refusal.code] ?? StatusCodes.BadInvalidState;
      }
      return StatusCodes.Good;
    };
    return handler({ condition, inputs, act: actAll, nowMs: clock() });
  }

  const method = (handler: Handler): Bound => {
    return (inputs, context, callback) => {
      perform(
        handler,
        inputs.map(({ value }) => value),
        context,
      )
        .catch((thrown: unknown) => {
          onFailure(thrown);
          return StatusCodes.BadInternalError;
        })
        .then((statusCode) => callback(null, { statusCode, outputArguments: [] }));
    };
  };

  return {
    bind(node) {
      node.acknowledge.bindMethod(method(acknowledge));
      node.confirm?.bindMethod(method(confirm));
      node.addComment.bindMethod(method(comment));
      node.enable.bindMethod(method(enable));
      node.disable.bindMethod(method(disable));
      node.shelvingState?.timedShelve.bindMethod(method(timedShelve));
      node.shelvingState?.oneShotShelve.bindMethod(method(oneShotShelve));
      node.shelvingState?.unshelve.bindMethod(method(unshelve));
    },
    bindTypes(addressSpace) {
      const onType = (type: string, handlers: Readonly<Record<string, Handler>>) => {
        for (const [name, handler] of Object.entries(handlers))
          addressSpace.findObjectType(type)?.getMethodByName(name)?.bindMethod(method(handler));
      };
      onType("ConditionType", { AddComment: comment, Enable: enable, Disable: disable });
      onType("AcknowledgeableConditionType", { Acknowledge: acknowledge, Confirm: confirm });
      onType("ShelvedStateMachineType", {
        TimedShelve: timedShelve,
        OneShotShelve: oneShotShelve,
        Unshelve: unshelve,
      });
    },
  };
}
