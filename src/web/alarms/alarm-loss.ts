/** What an alarm has cost up to the newest reading: the centre's count, and what has flowed since it counted. Pure. */
import { HOUR_MS } from "../../model/clock.ts";
import type { AlarmView } from "../../model/live.ts";
import { districtOf } from "../data-health.ts";
import type { Network } from "../live/live-state.ts";

export interface Loss {
  readonly volumeM3: number;
  /** In the utility's currency; null where water has no value. */
  readonly money: number | null;
}

/** Null where the finding has no size. No water is counted that nobody measured: time passes with the meters' samples. */
export function lossNow(alarm: AlarmView, { utility, latest }: Network): Loss | null {
  const { lostM3, lostUntilMs, lostMoney, verdict } = alarm;
  if (lostM3 === null || verdict.size === null) return null;
  const meters = districtOf(verdict.subject, utility)?.meters ?? [];
  const seenMs = Math.max(
    ...meters.map(({ sensor }) => latest.get(sensor)?.timeMs ?? Number.NEGATIVE_INFINITY),
  );
  const moreMs = lostUntilMs === null ? 0 : Math.max(0, seenMs - lostUntilMs);
  const volumeM3 = lostM3 + (verdict.size.estimate * moreMs) / HOUR_MS;
  const perM3 = lostMoney === null || lostM3 === 0 ? null : lostMoney / lostM3;
  return { volumeM3, money: perM3 === null ? lostMoney : volumeM3 * perM3 };
}
