import { expect, test } from "vitest";
import { type ItemMemory, type JudgedSample, type JudgingRules, judge } from "../../edge/opcua-judging.ts";
import type { OpcuaReading } from "../../edge/opcua-reading.ts";
import { isOverflow, qualityOf } from "../../src/model/status.ts";

const START_MS = Date.UTC(2026, 0, 1);
const OVERFLOW = 0x0480;
const SERVER_LATER_MS = 5;

interface Line {
  /** Seconds after the start; the server gives its own time 5 ms later. */
  readonly atS: number;
  readonly value: number;
  /** Seconds of the source time; that of `atS` when left out, null for none. */
  readonly sourceS?: number | null;
  readonly status?: number;
  readonly watched?: true;
}

function play(lines: readonly Line[], over: Partial<JudgingRules> = {}) {
  const rules = { deadband: 0, longestSilenceMs: 900_000, timeToleranceMs: 60_000, ...over };
  const samples: (JudgedSample | undefined)[] = [];
  const doubts: (string | undefined)[] = [];
  let memory: ItemMemory | undefined;
  for (const { atS, value, sourceS = atS, status = 0, watched = false } of lines) {
    const receivedMs = START_MS + atS * 1000;
    const sourceMs = sourceS === null ? undefined : START_MS + sourceS * 1000;
    const serverMs = receivedMs + SERVER_LATER_MS;
    const timeMs = sourceMs ?? serverMs;
    const reading: OpcuaReading = { timeMs, sourceMs, serverMs, serverTold: true, receivedMs, value, status };
    const judged = judge(memory, reading, rules, watched);
    memory = judged.memory;
    samples.push(judged.sample);
    if (judged.doubtChanged) doubts.push(memory.doubt);
  }
  const times = samples.map((sample) => sample && (sample.timeMs - START_MS) / 1000);
  return { samples, times, doubts, values: samples.map((sample) => sample?.value) };
}

test("the source's time is used, and a value told twice is one sample", () => {
  const { times, doubts } = play([
    { atS: 3, value: 1, sourceS: 1 },
    { atS: 3, value: 2, sourceS: 2 },
    { atS: 9, value: 2, sourceS: 2 },
  ]);
  expect(times).toEqual([1, 2, undefined]);
  expect(doubts).toEqual([]);
});

test("within the deadband nothing is told, but a status that changes and a silence that grows too long are", () => {
  const lines = [
    { atS: 0, value: 10 },
    { atS: 1, value: 10.4 },
    { atS: 2, value: 10.6 },
    { atS: 3, value: 10.2, status: 0x4000_0000 },
    { atS: 4, value: 10.3, status: 0x4000_0000 },
    { atS: 63, value: 10.3, status: 0x4000_0000 },
  ];
  expect(play(lines, { deadband: 0.5, longestSilenceMs: 60_000 }).times).toEqual([
    0,
    undefined,
    2,
    3,
    undefined,
    63,
  ]);
});

test("a drift in steps smaller than the deadband is told when its sum is not", () => {
  const lines = Array.from({ length: 11 }, (_, i) => ({ atS: i, value: i * 0.1 }));
  expect(play(lines, { deadband: 0.45 }).values.filter((value) => value !== undefined)).toEqual([
    0,
    0.5,
    expect.closeTo(1),
  ]);
});

test("a variable whose source only stamps changes is told with the server's time when it was silent for long", () => {
  const { times, samples, doubts } = play([
    { atS: 0, value: 5 },
    { atS: 60, value: 5, sourceS: 0, watched: true },
    { atS: 900, value: 5, sourceS: 0, watched: true },
  ]);
  expect(times).toEqual([0, undefined, 900 + SERVER_LATER_MS / 1000]);
  expect(samples[2]?.status).toBe(0);
  expect(doubts).toEqual([]);
});

test("a source that stamped every scan and stopped is frozen", () => {
  const { samples, doubts } = play([
    { atS: 0, value: 5 },
    { atS: 60, value: 5, watched: true },
    { atS: 960, value: 5, sourceS: 60, watched: true },
    { atS: 1020, value: 6, sourceS: 1020 },
  ]);
  expect(doubts).toEqual(["frozen", undefined]);
  expect(qualityOf(samples[2]?.status ?? 0)).toBe("uncertain");
  expect(samples[3]?.status).toBe(0);
});

test("values that move under a source time that does not are uncertain and no longer put one over the other", () => {
  const { times, samples, doubts } = play([
    { atS: 0, value: 1, sourceS: 0 },
    { atS: 1, value: 2, sourceS: 0 },
    { atS: 2, value: 3, sourceS: 0 },
    { atS: 3, value: 4, sourceS: 0, status: OVERFLOW },
    { atS: 4, value: 5, sourceS: 4 },
  ]);
  expect(times).toEqual([0, 0, 2.005, 3.005, 4]);
  expect(doubts).toEqual(["frozen", undefined]);
  expect(samples.map((sample) => qualityOf(sample?.status ?? 0))).toEqual([
    "good",
    "good",
    "uncertain",
    "uncertain",
    "good",
  ]);
  expect(isOverflow(samples[3]?.status ?? 0)).toBe(true);
});

test("values of one millisecond that arrive together are no frozen source", () => {
  const lines = Array.from({ length: 10 }, (_, i) => ({ atS: 1, value: i, sourceS: 0 }));
  expect(play(lines).doubts).toEqual([]);
});

test("a future source time stays, uncertain; a bad status is never made better", () => {
  const { times, samples, doubts } = play([
    { atS: 0, value: 1, sourceS: 59 },
    { atS: 1, value: 2, sourceS: 3600 },
    { atS: 2, value: Number.NaN, sourceS: 3601, status: 0x808c_0000 },
    { atS: 3, value: 3 },
  ]);
  expect(times).toEqual([59, 3600, 3601, 3]);
  expect(samples.map((sample) => sample?.status)).toEqual([0, 0x4000_0000, 0x808c_0000, 0]);
  expect(doubts).toEqual(["future", undefined]);
});

test("without a source time the server's is used, and said once", () => {
  const { times, doubts } = play([
    { atS: 0, value: 1, sourceS: null },
    { atS: 1, value: 2, sourceS: null },
  ]);
  expect(times).toEqual([0.005, 1.005]);
  expect(doubts).toEqual(["absent"]);
});
