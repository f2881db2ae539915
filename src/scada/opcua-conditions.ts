/**
 * Every standing alarm as an OPC UA condition. Follows the alarms as they stand: what changed is told, what is over is told once more
 * and taken away. Nothing is kept here that a restart could lose.
 */
import { setImmediate as turn } from "node:timers/promises";
import type { AlarmSource, AlarmView } from "../model/live.ts";
import { type ConditionState, changedMs, conditionStateOf } from "./condition-state.ts";
import type { Sources } from "./opcua-address-space.ts";
import { addCondition, type Condition } from "./opcua-condition.ts";
import type { Methods } from "./opcua-methods.ts";

/** Each takes some milliseconds; a flood must not hold up the centre. */
const AT_ONCE = 10;

export interface Conditions {
  /** Brings the conditions in line with the alarms; resolves when they are. */
  follow(): Promise<void>;
  /** The condition that a node is, or is a part of. */
  conditionOf(node: { readonly nodeId: object; readonly parent?: object | null }): Condition | null;
  all(): Iterable<Condition>;
  count(): number;
}

export interface ConditionsOptions {
  readonly sources: Sources;
  readonly alarms: AlarmSource;
  readonly bind: Methods["bind"];
  readonly clock: () => number;
}

export function createConditions({ sources, alarms, bind, clock }: ConditionsOptions): Conditions {
  const conditions = new Map<string, Condition>();
  const byNode = new Map<string, Condition>();
  let cursor: number | null = null;
  let following: Promise<void> = Promise.resolve();

  function appear(alarm: AlarmView): void {
    const state = conditionStateOf(alarm);
    const condition = addCondition(sources, alarm, state, clock);
    bind(condition.node);
    conditions.set(alarm.id, condition);
    byNode.set(condition.node.nodeId.toString(), condition);
    condition.become(state, changedMs(alarm));
  }

  /** Of some changes an alarm does not remember when they were: then it is now. */
  function change(condition: Condition, alarm: AlarmView): void {
    const timeMs = changedMs(alarm);
    condition.become(conditionStateOf(alarm), timeMs > condition.timeMs() ? timeMs : clock());
  }

  function disappear(condition: Condition): void {
    const alarm = alarms.alarm(condition.alarm);
    if (alarm) change(condition, alarm);
    conditions.delete(condition.alarm);
    byNode.delete(condition.node.nodeId.toString());
    condition.remove();
  }

  async function bringInLine(): Promise<void> {
    const upTo = alarms.cursor();
    if (upTo === cursor) return;
    const standing = new Map(alarms.alarms("standing").map((alarm) => [alarm.id, alarm]));
    for (const condition of [...conditions.values()])
      if (!standing.has(condition.alarm)) disappear(condition);
    let made = 0;
    for (const alarm of standing.values()) {
      const known = conditions.get(alarm.id);
      if (!known) {
        appear(alarm);
        made += 1;
        if (made % AT_ONCE === 0) await turn();
      } else if (!isSame(known.state(), conditionStateOf(alarm))) {
        change(known, alarm);
      }
    }
    cursor = upTo;
  }

  return {
    follow() {
      following = following.catch(() => undefined).then(bringInLine);
      return following;
    },
    conditionOf: ({ nodeId, parent }) =>
      byNode.get(String(nodeId)) ??
      (parent && "nodeId" in parent ? (byNode.get(String(parent.nodeId)) ?? null) : null),
    all: () => conditions.values(),
    count: () => conditions.size,
  };
}

/** Flat records of the same keys. */
function isSame(a: ConditionState, b: ConditionState): boolean {
  return (Object.keys(a) as (keyof ConditionState)[]).every((key) => a[key] === b[key]);
}
