/** Zones and wall-clock times as people write them in YAML. */
import { z } from "zod";

export const timeZoneSchema = z.string().refine(isTimeZone, {
  error: (issue) => `"${String(issue.input)}" is not an IANA time zone such as Africa/Nairobi`,
});

export const wallClockSchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a wall-clock time such as "02:00"');

/** Minutes after midnight. */
export function minuteOf(wallClock: string): number {
  const [hour, minute] = wallClock.split(":").map(Number) as [number, number];
  return hour * 60 + minute;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
