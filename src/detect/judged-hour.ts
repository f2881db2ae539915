/** One hour of a district beside what is usual at its time: what the comparison between districts and with pressure is made of. */
import type { LocalHour } from "./local-hours.ts";

export interface JudgedHour extends LocalHour {
  /** NaN while it is not known. */
  readonly usualM3h: number;
  /** How much the hour's flow usually stands off it, one standard deviation. */
  readonly sigmaM3h: number;
}
