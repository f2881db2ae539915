/** An alarm as people see it: why it exists, what it says in sentences, and what it has cost. Pure. */
import { type Alarm, isActive, type Rationalisation } from "../model/alarm.ts";
import { explain } from "../model/explanation.ts";
import type { AlarmView } from "../model/live.ts";
import { ENGLISH } from "../model/sentences-en.ts";
import type { Telling } from "../model/telling.ts";
import { type FlowHistory, waterLostM3 } from "./water-lost.ts";

export interface AlarmContext {
  /** Undefined when the configuration has lost it since the alarm was raised. */
  readonly rationalisation: Rationalisation | undefined;
  /** Cost of one m3 in the alarm's district; null when the alarm belongs to no district. */
  readonly waterValuePerM3: number | null;
  readonly flowHistory: FlowHistory;
  /** Names and the wall clock of the alarm's district. */
  readonly telling: Telling;
  /**
   * Up to when water is known to flow: the newest sample of the district's meters, ms UTC; null without samples. So a link that is
   * down, or a recording of years ago, counts no water that nobody measured.
   */
  readonly seenUntilMs: number | null;
}

export function alarmView(alarm: Alarm, context: AlarmContext): AlarmView {
  const { verdict } = alarm;
  const { rationalisation, waterValuePerM3 } = context;
  const lostM3 = verdict.size && waterLostM3(context.flowHistory, context.seenUntilMs);
  const flowM3h = verdict.size && (isActive(alarm) ? verdict.size.estimate : 0);
  const cost = (volumeM3: number | null) =>
    volumeM3 === null || waterValuePerM3 === null ? null : volumeM3 * waterValuePerM3;
  return {
    ...alarm,
    rationalisation: rationalisation ?? notRationalised(alarm),
    explanation: explain(verdict, ENGLISH, context.telling),
    lostM3,
    lostUntilMs:
      lostM3 === null || verdict.endMs !== null
        ? null
        : Math.max(verdict.decidedMs, context.seenUntilMs ?? verdict.decidedMs),
    lostMoney: cost(lostM3),
    moneyPerDay: cost(flowM3h === null ? null : flowM3h * 24),
  };
}

function notRationalised({ verdict }: Alarm): Rationalisation {
  const missing = `The configuration of alarms says nothing of "${verdict.kind}" any more.`;
  return {
    kind: verdict.kind,
    priority: "low",
    cause: missing,
    consequence: missing,
    response: missing,
    timeToRespondMs: 0,
  };
}
