/**
 * Flow from a register that counts volume: pulses, or the totalizer of a meter. Pure: what is known of the register goes in and comes out.
 *
 * Two readings give the mean flow between them. A difference that water cannot have made is not believed at once: the next reading tells
 * whether the register goes on from there (it was reset, or another meter is in its place) or from where it was (it was misread).
 *
 *               fits                    the next one fits the odd one:   counter-reset, -exchanged, -went-back; no flow over the break
 *   followed <-------- followed --odd--> suspected
 *               flow                    the next one fits what was before: counter-misread; the flow goes on
 *
 * A register that went round is not odd: less than what it holds, and water can have made the rest (counter-rolled-over).
 */
import { HOUR_MS } from "../src/model/clock.ts";
import { BAD, qualityOf, UNCERTAIN } from "../src/model/status.ts";
import { conversionOf, type ReadingConfig } from "./reading-config.ts";

export interface CounterRules {
  /** What the meter can pass, m3/h: its overload flow rate (Q4 of ISO 4064), as its plate has it. */
  readonly largestFlowM3h: number;
  /** One count of the register, m3. */
  readonly countM3: number;
  /** Where the register begins again from 0, m3; the usual sizes of registers when left out. */
  readonly rolloverM3?: number | undefined;
  /** Water that flows back counts down. */
  readonly bothWays: boolean;
  /** A flow is the mean over at least this, so that single pulses do not look like bursts. */
  readonly spanMs: number;
  /** The mean over more than this is uncertain: it says little about a night. */
  readonly longestSpanMs: number;
}

export interface CounterReading {
  readonly timeMs: number;
  /** What the register shows, m3; NaN where there is no value, and then the status is bad. */
  readonly totalM3: number;
  readonly status: number;
  /** A person says that the register begins anew here. */
  readonly restarts?: boolean;
}

interface Mark {
  readonly timeMs: number;
  readonly totalM3: number;
}

export interface CounterTrack {
  readonly last: Mark;
  /** What passed since, up to `last`; it becomes a flow when the span is long enough. */
  readonly fromMs: number;
  readonly volumeM3: number;
  /** Set when a reading of the span was uncertain. */
  readonly status: number;
  readonly suspect?: Mark | undefined;
}

export interface CounterMemory {
  readonly newest?: CounterTrack | undefined;
  /** Readings older than the newest, such as those read back from a server's history, are followed by themselves. */
  readonly late?: CounterTrack | undefined;
}

export interface CounterEvent {
  readonly code:
    | "counter-rolled-over"
    | "counter-reset"
    | "counter-exchanged"
    | "counter-went-back"
    | "counter-misread"
    | "counter-ambiguous";
  readonly figures: Readonly<Record<string, number>>;
}

export interface FlowSample {
  readonly timeMs: number;
  /** NaN where nothing can be said of the flow up to this time. */
  readonly flowM3h: number;
  readonly status: number;
}

export interface Followed {
  readonly memory: CounterMemory;
  readonly samples: readonly FlowSample[];
  readonly events: readonly CounterEvent[];
}

interface Step {
  readonly track: CounterTrack;
  readonly samples: readonly FlowSample[];
  readonly events: readonly CounterEvent[];
}

/** OPC UA Part 8: data are missing due to collection started, stopped or lost. */
const BAD_DATA_LOST = 0x809d_0000;
/** Sizes of registers, in counts: decimal ones of four to nine digits, and those of computers. */
const REGISTERS = [1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 2 ** 16, 2 ** 24, 2 ** 31, 2 ** 32];
/** A register of a size that was not said is believed to have gone round only when water can have made no more than this part of it. */
const SURE_SHARE = 0.01;
/** A jump of the newest over so many spans leaves room for late readings in between. */
const GAP_SPANS = 5;
const NOTHING: Pick<Step, "samples" | "events"> = { samples: [], events: [] };

/** Undefined for a reading that is no register's. */
export function counterRules(config: ReadingConfig): CounterRules | undefined {
  if (!config.counter) return undefined;
  const { largestFlowM3h, rolloverAt, bothWays, spanMs, longestSpanMs } = config.counter;
  const { factor } = conversionOf(config);
  const rolloverM3 = rolloverAt === undefined ? undefined : rolloverAt * factor;
  return { largestFlowM3h, countM3: factor, rolloverM3, bothWays, spanMs, longestSpanMs };
}

export function followCounter(memory: CounterMemory, reading: CounterReading, rules: CounterRules): Followed {
  const { timeMs, totalM3, status } = reading;
  const isBad = qualityOf(status) === "bad";
  if (!Number.isFinite(totalM3) || isBad) {
    const sample = { timeMs, flowM3h: Number.NaN, status: isBad ? status : BAD };
    return { memory, samples: [sample], events: [] };
  }
  const { newest, late } = memory;
  if (!newest) return { memory: { late, newest: started(reading) }, ...NOTHING };
  const upToMs = Math.max(newest.last.timeMs, newest.suspect?.timeMs ?? newest.last.timeMs);
  if (timeMs === upToMs && !reading.restarts) return { memory, ...NOTHING };
  if (timeMs < upToMs) {
    if (!late || timeMs <= late.last.timeMs)
      return { memory: { newest, late: started(reading) }, ...NOTHING };
    const { track, ...rest } = step(late, reading, rules);
    return { memory: { newest, late: track }, ...rest };
  }
  const { track, ...rest } = step(newest, reading, rules);
  const hasGap = timeMs - newest.last.timeMs > GAP_SPANS * rules.spanMs;
  return { memory: { newest: track, late: hasGap ? startedAt(newest.last) : late }, ...rest };
}

function started({ timeMs, totalM3, status }: CounterReading): CounterTrack {
  return { last: { timeMs, totalM3 }, fromMs: timeMs, volumeM3: 0, status };
}

function startedAt(last: Mark): CounterTrack {
  return { last, fromMs: last.timeMs, volumeM3: 0, status: 0 };
}

function step(track: CounterTrack, reading: CounterReading, rules: CounterRules): Step {
  const { last, suspect } = track;
  if (reading.restarts) return broken(track, reading, "counter-exchanged");
  if (rules.rolloverM3 !== undefined && mostM3(last, reading, rules) >= rules.rolloverM3)
    return broken(track, reading, "counter-ambiguous");
  const passed = passedM3(last, reading, rules);
  if (passed) {
    const misread = suspect ? [misreadEvent(last, suspect)] : [];
    return accepted(track, reading, passed, rules, misread);
  }
  if (!suspect) return { track: { ...track, suspect: reading }, ...NOTHING };
  const since = passedM3(suspect, reading, rules);
  if (!since) {
    const events = [misreadEvent(last, suspect)];
    return { track: { ...track, suspect: markOf(reading) }, samples: [], events };
  }
  const restarted = broken(track, { ...suspect, status: reading.status }, whatBroke(last, suspect, rules));
  const next = accepted(restarted.track, reading, since, rules, restarted.events);
  return { ...next, samples: [...restarted.samples, ...next.samples] };
}

interface Passed {
  readonly volumeM3: number;
  /** Set when the register went round. */
  readonly rolloverM3?: number;
}

/** What passed between two readings, where water can have made the difference. */
function passedM3(from: Mark, to: Mark, rules: CounterRules): Passed | undefined {
  const most = mostM3(from, to, rules);
  const difference = to.totalM3 - from.totalM3;
  // Totals are sums of many decimals: their last digits are not worth a notice.
  const rounding = 1e-9 * Math.max(Math.abs(from.totalM3), Math.abs(to.totalM3));
  if (Math.abs(difference) <= rounding) return { volumeM3: 0 };
  const isPossible = (volumeM3: number) => volumeM3 <= most && volumeM3 >= (rules.bothWays ? -most : 0);
  if (isPossible(difference)) return { volumeM3: difference };
  for (const rolloverM3 of rolloversM3(rules, most)) {
    if (Math.max(from.totalM3, to.totalM3) > rolloverM3 + rounding) continue;
    const volumeM3 = difference + (difference < 0 ? rolloverM3 : -rolloverM3);
    if (isPossible(volumeM3)) return { volumeM3, rolloverM3 };
  }
  return undefined;
}

/** Times are not better than the span: a total that a gateway held back comes late and at once. */
function mostM3(from: Mark, to: Mark, { largestFlowM3h, countM3, spanMs }: CounterRules): number {
  return (largestFlowM3h * (to.timeMs - from.timeMs + spanMs)) / HOUR_MS + countM3;
}

function rolloversM3({ rolloverM3, countM3 }: CounterRules, most: number): readonly number[] {
  if (rolloverM3 !== undefined) return [rolloverM3];
  return REGISTERS.map((counts) => counts * countM3).filter((size) => most <= SURE_SHARE * size);
}

function accepted(
  track: CounterTrack,
  { timeMs, totalM3, status }: CounterReading,
  { volumeM3, rolloverM3 }: Passed,
  rules: CounterRules,
  before: readonly CounterEvent[],
): Step {
  const { last, fromMs } = track;
  const rolled =
    rolloverM3 === undefined
      ? []
      : [eventOf("counter-rolled-over", last, { timeMs, totalM3 }, { rolloverM3 })];
  const events = [...before, ...rolled];
  const sum = track.volumeM3 + volumeM3;
  const spanMs = timeMs - fromMs;
  const flowM3h = (sum * HOUR_MS) / spanMs;
  const worst = qualityOf(status) === "uncertain" ? status : track.status;
  const next = { last: { timeMs, totalM3 }, fromMs, volumeM3: sum, status: worst };
  // A pulse too much for its span belongs to a longer one.
  if (spanMs < rules.spanMs || Math.abs(flowM3h) > rules.largestFlowM3h)
    return { track: next, samples: [], events };
  const uncertain = qualityOf(worst) === "uncertain" ? worst : spanMs > rules.longestSpanMs ? UNCERTAIN : 0;
  const samples = [{ timeMs, flowM3h, status: uncertain }];
  return { track: { last: next.last, fromMs: timeMs, volumeM3: 0, status: 0 }, samples, events };
}

/** Counts anew from this reading; of the flow up to it nothing can be said. */
function broken(track: CounterTrack, reading: CounterReading, code: CounterEvent["code"]): Step {
  const { timeMs } = reading;
  return {
    track: started(reading),
    samples: [{ timeMs, flowM3h: Number.NaN, status: BAD_DATA_LOST }],
    events: [eventOf(code, track.last, reading)],
  };
}

function whatBroke(last: Mark, suspect: Mark, rules: CounterRules): CounterEvent["code"] {
  const most = mostM3(last, suspect, rules);
  if (suspect.totalM3 > last.totalM3) return "counter-exchanged";
  if (last.totalM3 - suspect.totalM3 <= most) return "counter-went-back";
  return suspect.totalM3 <= most ? "counter-reset" : "counter-exchanged";
}

function misreadEvent(last: Mark, suspect: Mark): CounterEvent {
  return eventOf("counter-misread", last, suspect);
}

function eventOf(code: CounterEvent["code"], from: Mark, to: Mark, more: object = {}): CounterEvent {
  const figures = { fromMs: from.timeMs, toMs: to.timeMs, fromM3: from.totalM3, toM3: to.totalM3, ...more };
  return { code, figures };
}

function markOf({ timeMs, totalM3 }: Mark): Mark {
  return { timeMs, totalM3 };
}
