/**
 * The stretches of time that sealed files hold and are named by: a UTC day, "2026-03-01", or the whole month, "2026-03", once little
 * more is expected for it. Pure.
 */
import { DAY_MS } from "../model/clock.ts";
import type { TimeRange } from "../model/sample.ts";

export interface Stretch extends TimeRange {
  readonly name: string;
}

export const ALL_TIME: TimeRange = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

export function dayAt(timeMs: number): Stretch {
  const fromMs = Math.floor(timeMs / DAY_MS) * DAY_MS;
  return { name: new Date(fromMs).toISOString().slice(0, 10), fromMs, toMs: fromMs + DAY_MS };
}

export function monthAt(timeMs: number): Stretch {
  const date = new Date(timeMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const fromMs = Date.UTC(year, month);
  return { name: new Date(fromMs).toISOString().slice(0, 7), fromMs, toMs: Date.UTC(year, month + 1) };
}

/** The stretch of that name, or undefined when it names none. */
export function stretchNamed(name: string): Stretch | undefined {
  const fromMs = Date.parse(`${name}${name.length === 7 ? "-01" : ""}T00:00:00Z`);
  if (Number.isNaN(fromMs)) return undefined;
  const stretch = name.length === 7 ? monthAt(fromMs) : dayAt(fromMs);
  return stretch.name === name ? stretch : undefined;
}

export function overlaps(a: TimeRange, b: TimeRange): boolean {
  return a.fromMs < b.toMs && b.fromMs < a.toMs;
}

export function isWithin(inner: TimeRange, outer: TimeRange): boolean {
  return inner.fromMs >= outer.fromMs && inner.toMs <= outer.toMs;
}
