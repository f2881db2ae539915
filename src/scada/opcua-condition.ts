/** One alarm as a condition in the address space: made when it stands, brought in line when it changes, gone when it is over. */
import { DataType, NodeId, StatusCodes, Variant } from "node-opcua-client";
import { MAX_SHELF_MS } from "../model/alarm.ts";
import type { AlarmView } from "../model/live.ts";
import { asksAnew, type ConditionState, conditionClassOf } from "./condition-state.ts";
import type { Namespace, Sources } from "./opcua-address-space.ts";

export type ConditionNode = ReturnType<Namespace["instantiateAlarmCondition"]>;

export interface Condition {
  readonly alarm: string;
  readonly node: ConditionNode;
  state(): ConditionState;
  /** Of its last change. */
  timeMs(): number;
  /** Sets every state and property, and tells clients. */
  become(state: ConditionState, timeMs: number): void;
  /** Whether an event told of the condition since it last asked for attention: an older one is answered no more. */
  hasTold(eventId: Buffer | null): boolean;
  /** Takes it out of the address space. */
  remove(): void;
}

/** So many revisions a client may lag behind when it acknowledges. */
const EVENTS_REMEMBERED = 100;

const OPTIONALS = [
  "ConfirmedState",
  "Confirm",
  "SuppressedState",
  "OutOfServiceState",
  "ShelvingState",
  "ShelvingState.UnshelveTime",
];

export function addCondition(
  { addressSpace, namespace, sourceOf }: Sources,
  { id, verdict }: AlarmView,
  first: ConditionState,
  clock: () => number,
): Condition {
  const source = sourceOf(verdict.subject);
  const node = namespace.instantiateAlarmCondition("AlarmConditionType", {
    nodeId: `s=alarm/${id}`,
    browseName: id,
    componentOf: source,
    conditionSource: source,
    conditionName: verdict.kind,
    conditionClass: addressSpace.findObjectType(conditionClassOf(verdict.kind)),
    inputNode: NodeId.nullNodeId,
    maxTimeShelved: MAX_SHELF_MS,
    optionals: [...OPTIONALS],
  });
  node.setSourceName(source.displayName[0]?.text ?? id);
  let state = first;
  let changedMs = 0;
  const told: string[] = [];

  node.shelvingState?.unshelveTime?.bindVariable(
    {
      get: () =>
        new Variant({
          dataType: DataType.Double,
          value: Math.max(0, (state.unshelveMs ?? clock()) - clock()),
        }),
    },
    true,
  );

  function show(next: ConditionState, timeMs: number): void {
    const branch = node.currentBranch();
    const at = new Date(timeMs);
    branch.setActiveState(next.active);
    branch.setAckedState(next.acknowledged);
    branch.setConfirmedState(next.confirmed);
    branch.setSuppressedState(next.suppressed);
    branch.setRetain(next.retain);
    branch.setSeverity(next.severity);
    branch.setQuality(StatusCodes.Good);
    branch.setMessage(next.message);
    branch.setComment(next.comment);
    branch.setClientUserId(next.commentBy);
    branch.setTime(at);
    branch.setReceiveTime(at);
    setTwoState(node.outOfServiceState, next.outOfService, ["In Service", "Out of Service"]);
    if (node.shelvingState?.getCurrentState() !== next.shelving) node.shelvingState?.setState(next.shelving);
  }

  return {
    alarm: id,
    node,
    state: () => state,
    timeMs: () => changedMs,
    become(next, timeMs) {
      if (asksAnew(state, next)) told.length = 0;
      state = next;
      changedMs = timeMs;
      show(next, timeMs);
      node.raiseNewBranchState(node.currentBranch());
      told.push(node.currentBranch().getEventId().toString("hex"));
      if (told.length > EVENTS_REMEMBERED) told.shift();
    },
    hasTold: (eventId) => eventId !== null && told.includes(eventId.toString("hex")),
    remove: () => namespace.deleteNode(node),
  };
}

/** node-opcua drives the others by itself. */
function setTwoState(
  variable: ConditionNode["outOfServiceState"],
  value: boolean,
  [whenFalse, whenTrue]: readonly [string, string],
): void {
  variable?.id.setValueFromSource({ dataType: DataType.Boolean, value });
  const text = { locale: "en", text: value ? whenTrue : whenFalse };
  variable?.setValueFromSource({ dataType: DataType.LocalizedText, value: text });
}
