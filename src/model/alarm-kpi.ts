/** How well the alarm system itself serves an operating position: the measures of ISA-18.2 / IEC 62682, with their targets. */
import type { Priority } from "./alarm.ts";

/** Who watches which districts. */
export interface OperatingPosition {
  readonly id: string;
  readonly name: string;
  readonly districts: readonly string[];
}

/** "good" is within the target, "manageable" within the most that can be managed. */
export type Rating = "good" | "manageable" | "over";

export interface Measure {
  readonly value: number;
  readonly target: number;
  readonly most: number;
  readonly rating: Rating;
}

/** What raises alarms most often. */
export interface AlarmSource {
  /** Subject and kind, such as "sensor:inlet:data-gap". */
  readonly cause: string;
  readonly annunciations: number;
}

export interface AlarmKpis {
  readonly position: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** How often an alarm asked for attention: activations and re-alarms that nothing hid. */
  readonly annunciations: number;
  /** Averages over the whole time, quiet hours included. */
  readonly perTenMinutes: Measure;
  readonly perHour: Measure;
  readonly perDay: Measure;
  readonly mostInTenMinutes: number;
  /** Share of ten-minute periods with more than ten alarms, percent. */
  readonly floodPercent: Measure;
  /** Most alarms of any day that had stood for over 24 h at its end, neither shelved nor suppressed nor out of service. */
  readonly staleOnWorstDay: Measure;
  /** Ids of those that are stale at the end. */
  readonly stale: readonly string[];
  /** Causes that came and went so often that they were marked chattering. */
  readonly chattering: readonly AlarmSource[];
  /** The ten causes that asked most often, and their share of all, percent. */
  readonly topTen: readonly AlarmSource[];
  readonly topTenPercent: Measure;
  /** Percent of annunciations; the standard asks for about 80 low, 15 medium, 5 high. */
  readonly priorityPercent: Readonly<Record<Priority, number>>;
  /** From annunciation to acknowledgement; null when nothing was acknowledged. */
  readonly medianAcknowledgeMs: number | null;
  /** Of those acknowledged: within the time to respond of their kind, percent; null when nothing was. */
  readonly acknowledgedInTimePercent: number | null;
}
