/**
 * ConditionRefresh and ConditionRefresh2 (Part 9, 5.5.7 and 5.5.8): tells once more of all that is retained, between a start and an end. A
 * subscription that is not the caller's own is refused.
 */
import { StatusCodes } from "node-opcua-client";
import type { AddressSpace } from "./opcua-address-space.ts";
import type { Condition, ConditionNode } from "./opcua-condition.ts";

type Method = NonNullable<ConditionNode["confirm"]>;
type Bound = Extract<Parameters<Method["bindMethod"]>[0], (...args: never[]) => void>;
type Context = Parameters<Bound>[1];

export function bindRefresh(addressSpace: AddressSpace, conditions: () => Iterable<Condition>): void {
  const { server } = addressSpace.rootFolder.objects;

  function refresh(): void {
    server.raiseEvent("RefreshStartEventType", {});
    // With the event ids they had: what is answered by them is the same as before.
    for (const { node, state } of conditions())
      if (state().retain) node.raiseConditionEvent(node.currentBranch(), false);
    server.raiseEvent("RefreshEndEventType", {});
  }

  const answer: Bound = ([subscription], context, callback) => {
    const isOwn = ownsSubscription(context, Number(subscription?.value));
    if (isOwn) refresh();
    callback(null, {
      statusCode: isOwn ? StatusCodes.Good : StatusCodes.BadSubscriptionIdInvalid,
      outputArguments: [],
    });
  };
  const type = addressSpace.findObjectType("ConditionType");
  for (const name of ["ConditionRefresh", "ConditionRefresh2"])
    type?.getMethodByName(name)?.bindMethod(answer);
}

function ownsSubscription({ session }: Context, id: number): boolean {
  if (!session || !("getSubscription" in session) || typeof session.getSubscription !== "function")
    return false;
  return Boolean(session.getSubscription(id));
}
