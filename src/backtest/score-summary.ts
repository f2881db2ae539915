/** A district's score in a few figures. */
import { median } from "simple-statistics";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { Score } from "./run-backtest.ts";

/** A size is right when it is off by no more than this share. */
const SIZE_TOLERANCE = 0.5;

export interface ScoreSummary {
  readonly district: string;
  readonly leaks: number;
  readonly found: number;
  readonly falseAlarms: number;
  /** From the start; null when none was found. */
  readonly abruptMedianH: number | null;
  /** From reaching 3 m3/h. */
  readonly incipientMedianD: number | null;
  readonly sizedWithinHalf: number;
  readonly asManyRandomAlarmsFind: number;
  readonly leakDb: Score["leakDb"];
}

export function scoreSummary(score: Score): ScoreSummary {
  const { district, found, missed, falseAlarms, randomlyFound, leakDb } = score;
  const delayOf = (type: "abrupt" | "incipient", unitMs: number) => {
    const delays = found.filter(({ label }) => label.type === type).map(({ delayMs }) => delayMs / unitMs);
    return delays.length > 0 ? median(delays) : null;
  };
  return {
    district,
    leaks: found.length + missed.length,
    found: found.length,
    falseAlarms: falseAlarms.length,
    abruptMedianH: delayOf("abrupt", HOUR_MS),
    incipientMedianD: delayOf("incipient", DAY_MS),
    sizedWithinHalf: found.filter(({ sizeError }) => Math.abs(sizeError) <= SIZE_TOLERANCE).length,
    asManyRandomAlarmsFind: randomlyFound,
    leakDb,
  };
}
