/**
 * What becomes of one value of one variable: a sample or, within its deadband, nothing; at which time; and whether that time can be
 * believed. Pure: the memory of the variable goes in and comes out.
 *
 * The source's time is used. A future one stays and makes the sample uncertain, as the agent's own clock may be the one that is wrong
 * (boards without a battery wake up in the past). One that stands still while the value moves would put every sample over the one before:
 * there the server's time is used, and the sample is uncertain.
 */
import { UNCERTAIN } from "../src/model/status.ts";
import type { OpcuaReading } from "./opcua-reading.ts";

export type TimeDoubt = "absent" | "frozen" | "future";

export interface JudgingRules {
  /** In the unit inside; 0 lets every value pass. */
  readonly deadband: number;
  /** A variable that does not change is told at least so often. */
  readonly longestSilenceMs: number;
  /** A source time so far ahead of the agent's clock is doubted. */
  readonly timeToleranceMs: number;
}

export interface ItemMemory {
  /** Last value received, whether passed on or not. */
  readonly value: number;
  readonly status: number;
  readonly sourceMs: number | undefined;
  /** When it was received. */
  readonly receivedMs: number;
  /** The last sample passed on: its time, its value, and when. */
  readonly passedTimeMs: number;
  readonly passedValue: number;
  readonly passedAtMs: number;
  /** The source time was seen to move under an unchanged value: this source stamps every scan. */
  readonly ticking: boolean;
  /** How often in a row the value moved and the source time did not. */
  readonly unmoved: number;
  readonly doubt: TimeDoubt | undefined;
}

export interface JudgedSample {
  readonly timeMs: number;
  readonly value: number;
  readonly status: number;
  /** The server's time less that of the sample; NaN where the server gave none. */
  readonly serverDelayMs: number;
}

export interface Judgement {
  readonly memory: ItemMemory;
  readonly sample: JudgedSample | undefined;
  /** The doubt began, changed its kind or, when memory.doubt is undefined, ended. */
  readonly doubtChanged: boolean;
}

/** A source time that stands still is doubted from the third value on. */
const UNMOVED_TIMES = 2;
/** Values that arrive together may truly be of the same millisecond. */
const TOGETHER_MS = 500;

/** `watching`: read to see whether the server keeps silent about a change, and no news unless there is one. */
export function judge(
  memory: ItemMemory | undefined,
  reading: OpcuaReading,
  rules: JudgingRules,
  watching = false,
): Judgement {
  const { value, status, receivedMs, sourceMs } = reading;
  const sameValue = memory !== undefined && same(memory.value, value) && memory.status === status;
  const sameTime = memory !== undefined && sourceMs !== undefined && memory.sourceMs === sourceMs;
  const apart = memory !== undefined && receivedMs - memory.receivedMs > TOGETHER_MS;
  const quiet = memory !== undefined && receivedMs - memory.passedAtMs >= rules.longestSilenceMs;
  const unmoved = unmovedTimes(memory, sameTime, sameValue, apart);
  const ticking = (memory?.ticking ?? false) || (sameValue && sourceMs !== undefined && !sameTime);
  const stopped = ticking && sameTime && quiet;
  const doubt = doubtOf(reading, rules, unmoved >= UNMOVED_TIMES || stopped || stillFrozen(memory, sameTime));
  const passes =
    memory === undefined ||
    quiet ||
    memory.status !== status ||
    (!(sameValue && (sameTime || watching)) && outside(memory.passedValue, value, rules.deadband));
  const timeMs = doubt === "frozen" || (sameTime && quiet) ? reading.serverMs : reading.timeMs;
  const sample = passes
    ? {
        timeMs,
        value,
        status: doubt === "frozen" || doubt === "future" ? doubted(status) : status,
        serverDelayMs: reading.serverTold ? reading.serverMs - timeMs : Number.NaN,
      }
    : undefined;
  return {
    sample,
    doubtChanged: doubt !== memory?.doubt,
    memory: {
      value,
      status,
      sourceMs,
      receivedMs,
      passedTimeMs: sample?.timeMs ?? memory?.passedTimeMs ?? timeMs,
      passedValue: sample ? value : (memory?.passedValue ?? value),
      passedAtMs: sample ? receivedMs : (memory?.passedAtMs ?? receivedMs),
      ticking,
      unmoved,
      doubt,
    },
  };
}

function unmovedTimes(
  memory: ItemMemory | undefined,
  sameTime: boolean,
  sameValue: boolean,
  apart: boolean,
): number {
  if (memory === undefined || !sameTime) return 0;
  return !sameValue && apart ? memory.unmoved + 1 : memory.unmoved;
}

function stillFrozen(memory: ItemMemory | undefined, sameTime: boolean): boolean {
  return sameTime && memory?.doubt === "frozen";
}

function doubtOf(
  { sourceMs, receivedMs }: OpcuaReading,
  { timeToleranceMs }: JudgingRules,
  frozen: boolean,
): TimeDoubt | undefined {
  if (sourceMs === undefined) return "absent";
  if (frozen) return "frozen";
  return sourceMs > receivedMs + timeToleranceMs ? "future" : undefined;
}

/** Without a deadband everything is news, an equal value at a later time too. */
function outside(passed: number, value: number, deadband: number): boolean {
  if (deadband === 0) return true;
  return Number.isNaN(value) !== Number.isNaN(passed) || Math.abs(value - passed) > deadband;
}

function same(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** A status that says less than good already stays as it is; the low half holds flags such as overflow. */
function doubted(status: number): number {
  return status >>> 30 === 0 ? (UNCERTAIN | (status & 0xffff)) >>> 0 : status;
}
