/**
 * Chattering: a cause that comes and goes so often that its alarms say nothing any more (ISA-18.2: three in a minute). What is
 * judged once a night cannot be that fast: there it is three in seven nights. Pure.
 */
import { DAY_MS, MINUTE_MS } from "../model/clock.ts";

const ACTIVATIONS = 3;
const NIGHTLY_MS = 7 * DAY_MS;

/** `timesMs` are those of the last activations, the one in question included. */
export function isChattering(timesMs: readonly number[], judgedNightly: boolean): boolean {
  if (timesMs.length < ACTIVATIONS) return false;
  const last = timesMs.slice(-ACTIVATIONS);
  const spanMs = Math.max(...last) - Math.min(...last);
  return spanMs < (judgedNightly ? NIGHTLY_MS : MINUTE_MS);
}

/** Those that count together with one more. */
export function lastActivations(timesMs: readonly number[] = []): readonly number[] {
  return timesMs.slice(1 - ACTIVATIONS);
}
