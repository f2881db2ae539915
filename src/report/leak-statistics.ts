/** Alarms and repairs of a period: how long awareness, location and repair took (IWA's ALR), what ran meanwhile, what was stopped. */
import { quantile } from "../leakage/quantile.ts";
import { isActive } from "../model/alarm.ts";
import { isWithdrawn } from "../model/cause.ts";
import { HOUR_MS } from "../model/clock.ts";
import type { AlarmView } from "../model/live.ts";
import type { LeakStatistics, StageTimes } from "../model/report.ts";
import type { TimeRange } from "../model/sample.ts";
import { isLeak, type VerdictKind } from "../model/verdict.ts";

/** `alarms` are those of the area, of all time. What runs now is known to run until `seenUntilMs`. */
export function leakStatistics(alarms: readonly AlarmView[], range: TimeRange): LeakStatistics {
  const within = (timeMs: number | null | undefined) =>
    typeof timeMs === "number" && timeMs >= range.fromMs && timeMs < range.toMs;
  const leaks = alarms.filter(({ verdict }) => isLeak(verdict.kind) && !isWithdrawn(verdict));
  const raised: Partial<Record<VerdictKind, number>> = {};
  for (const { activatedMs, verdict } of alarms)
    if (within(activatedMs)) raised[verdict.kind] = (raised[verdict.kind] ?? 0) + 1;
  const worked = alarms.flatMap((alarm) => (alarm.work ? [{ ...alarm, work: alarm.work }] : []));
  const repaired = worked.filter(({ work }) => within(work.repairedMs));
  const repairs = { confirmed: 0, "not-confirmed": 0, unknown: 0, pending: 0 };
  for (const { work } of repaired) repairs[work.check?.outcome ?? "pending"] += 1;
  return {
    raised,
    leaksRaised: leaks.filter(({ activatedMs }) => within(activatedMs)).length,
    leaksStanding: leaks.filter(
      (alarm) => alarm.activatedMs < range.toMs && (isActive(alarm) || (alarm.clearedMs ?? 0) >= range.toMs),
    ).length,
    awareness: stageOf(
      leaks
        .filter(({ activatedMs }) => within(activatedMs))
        .map(({ activatedMs, verdict }) => Math.max(0, activatedMs - verdict.startMs)),
    ),
    location: stageOf(
      worked.flatMap(({ activatedMs, work: { locatedMs } }) =>
        locatedMs !== null && within(locatedMs) ? [Math.max(0, locatedMs - activatedMs)] : [],
      ),
    ),
    repair: stageOf(
      repaired.flatMap(({ work: { locatedMs, repairedMs } }) =>
        locatedMs !== null && repairedMs !== null ? [Math.max(0, repairedMs - locatedMs)] : [],
      ),
    ),
    repairs,
    lostM3: leaks.reduce((sum, alarm) => sum + lostWithinM3(alarm, range), 0),
    stoppedM3h: repaired.reduce((sum, { work: { check } }) => sum + (stoppedM3h(check) ?? 0), 0),
  };
}

/** At the size it was last found to have; the overlap of its time and the period. */
function lostWithinM3({ verdict, lostUntilMs }: AlarmView, range: TimeRange): number {
  const { startMs, endMs, size, decidedMs } = verdict;
  const untilMs = endMs ?? Math.max(decidedMs, lostUntilMs ?? decidedMs);
  const overlapMs = Math.min(untilMs, range.toMs) - Math.max(startMs, range.fromMs);
  return size ? (size.estimate * Math.max(0, overlapMs)) / HOUR_MS : 0;
}

type Check = NonNullable<NonNullable<AlarmView["work"]>["check"]>;

function stoppedM3h(check: Check | null): number | null {
  if (check?.outcome !== "confirmed" || check.beforeM3h === null || check.afterM3h === null) return null;
  return check.beforeM3h - check.afterM3h;
}

function stageOf(timesMs: readonly number[]): StageTimes {
  return {
    count: timesMs.length,
    medianMs: quantile(timesMs, 0.5),
    longestMs: timesMs.length > 0 ? Math.max(...timesMs) : null,
  };
}
