/** Registers that go round, are reset, exchanged and misread: the flow stays right, and what cannot be known is said. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CounterEvent,
  type CounterMemory,
  type CounterReading,
  type CounterRules,
  type FlowSample,
  followCounter,
} from "../../edge/counter-flow.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { BAD, GOOD, qualityOf, UNCERTAIN } from "../../src/model/status.ts";

const START_MS = Date.UTC(2026, 0, 1);
/** A bulk meter of 300 m3/h with a pulse of 10 L, read once a minute. */
const RULES: CounterRules = {
  largestFlowM3h: 300,
  countM3: 0.01,
  rolloverM3: undefined,
  bothWays: false,
  spanMs: MINUTE_MS,
  longestSpanMs: HOUR_MS,
};

interface Outcome {
  readonly samples: FlowSample[];
  readonly events: CounterEvent[];
  readonly memory: CounterMemory;
}

function followAll(readings: readonly CounterReading[], rules = RULES, memory: CounterMemory = {}): Outcome {
  const samples: FlowSample[] = [];
  const events: CounterEvent[] = [];
  for (const reading of readings) {
    const followed = followCounter(memory, reading, rules);
    memory = followed.memory;
    samples.push(...followed.samples);
    events.push(...followed.events);
  }
  return { samples, events, memory };
}

/** One reading a minute. */
function minutes(...totalsM3: number[]): CounterReading[] {
  return totalsM3.map((totalM3, i) => ({ timeMs: START_MS + i * MINUTE_MS, totalM3, status: GOOD }));
}

const flowsOf = ({ samples }: Outcome) => samples.map(({ flowM3h }) => Math.round(flowM3h * 1000) / 1000);
const codesOf = ({ events }: Outcome) => events.map(({ code }) => code);

describe("a register", () => {
  test("gives the mean flow between two readings, at the time of the second", () => {
    const outcome = followAll(minutes(1000, 1001, 1001, 1003));
    expect(flowsOf(outcome)).toEqual([60, 0, 120]);
    expect(outcome.samples.map(({ timeMs }) => timeMs)).toEqual(
      [1, 2, 3].map((i) => START_MS + i * MINUTE_MS),
    );
    expect(outcome.events).toEqual([]);
  });

  test("read every second, gives a mean over the span and no burst for a single pulse", () => {
    const readings = Array.from({ length: 181 }, (_, s) => ({
      timeMs: START_MS + s * 1000,
      totalM3: Math.floor(s / 20) * 0.01,
      status: GOOD,
    }));
    const outcome = followAll(readings);
    expect(outcome.samples).toHaveLength(3);
    for (const flow of flowsOf(outcome)) expect(flow).toBeCloseTo(1.8, 6);
  });

  test("of a known size goes round", () => {
    const outcome = followAll(minutes(99_998, 99_999.5, 1, 2.5), { ...RULES, rolloverM3: 100_000 });
    expect(flowsOf(outcome)).toEqual([90, 90, 90]);
    expect(codesOf(outcome)).toEqual(["counter-rolled-over"]);
    expect(outcome.events[0]?.figures).toMatchObject({ rolloverM3: 100_000, fromM3: 99_999.5, toM3: 1 });
  });

  test("of a size that was not said goes round where hardly anything else can have happened", () => {
    const size = 2 ** 32 * 0.01;
    const outcome = followAll(minutes(size - 2, size - 1, 0.5, 1.5));
    expect(flowsOf(outcome)).toEqual([60, 90, 60]);
    expect(codesOf(outcome)).toEqual(["counter-rolled-over"]);
    // One of 16 bits holds 655 m3: the two it may have been short of are not far enough from a reset to be sure.
    expect(codesOf(followAll(minutes(654, 655, 0.5, 1.5)))).toEqual(["counter-reset"]);
  });

  test("that is reset gives no flow over the break, and goes on from there", () => {
    const outcome = followAll(minutes(5000, 5001, 0.5, 1.5, 2.5));
    expect(flowsOf(outcome)).toEqual([60, Number.NaN, 60, 60]);
    expect(codesOf(outcome)).toEqual(["counter-reset"]);
    expect(outcome.samples.map(({ status }) => qualityOf(status))).toEqual(["good", "bad", "good", "good"]);
  });

  test("of another meter, higher or lower, gives no flow over the break", () => {
    expect(codesOf(followAll(minutes(5000, 5001, 812, 813)))).toEqual(["counter-exchanged"]);
    const higher = followAll(minutes(5000, 5001, 91_234, 91_235, 91_236));
    expect(flowsOf(higher)).toEqual([60, Number.NaN, 60, 60]);
    expect(codesOf(higher)).toEqual(["counter-exchanged"]);
  });

  test("that is misread once goes on as if nothing had been, and loses no water", () => {
    const outcome = followAll(minutes(5000, 5001, 0, 5003, 5004));
    expect(flowsOf(outcome)).toEqual([60, 60, 60]);
    expect(codesOf(outcome)).toEqual(["counter-misread"]);
    expect(codesOf(followAll(minutes(5000, 5001, 999_999, 5003)))).toEqual(["counter-misread"]);
  });

  test("that goes back a little is not taken for a new one; where water flows both ways it is a flow", () => {
    expect(codesOf(followAll(minutes(5000, 5001, 4999, 5000)))).toEqual(["counter-went-back"]);
    const both = followAll(minutes(5000, 5001, 5000, 5001), { ...RULES, bothWays: true });
    expect(flowsOf(both)).toEqual([60, -60, 60]);
    expect(both.events).toEqual([]);
    const around = followAll(minutes(1, 0, 99_999, 99_998), {
      ...RULES,
      bothWays: true,
      rolloverM3: 100_000,
    });
    expect(flowsOf(around)).toEqual([-60, -60, -60]);
  });

  test("that may have gone round more than once says so", () => {
    const day = { timeMs: START_MS + 24 * HOUR_MS, totalM3: 700, status: GOOD };
    const outcome = followAll([...minutes(500), day], { ...RULES, rolloverM3: 1000 });
    expect(codesOf(outcome)).toEqual(["counter-ambiguous"]);
    expect(flowsOf(outcome)).toEqual([Number.NaN]);
  });

  test("read after a long time gives an uncertain mean; bad readings are kept as such and lose no water", () => {
    const [first, second] = minutes(1000, 1001);
    const bad = { timeMs: START_MS + 2 * MINUTE_MS, totalM3: Number.NaN, status: BAD };
    const later = { timeMs: START_MS + 2 * HOUR_MS + MINUTE_MS, totalM3: 1021, status: GOOD };
    const outcome = followAll([first!, second!, bad, later]);
    expect(flowsOf(outcome)).toEqual([60, Number.NaN, 10]);
    expect(outcome.samples.map(({ status }) => status)).toEqual([GOOD, BAD, UNCERTAIN]);
  });

  test("begins anew where a person says so, without waiting for the next reading", () => {
    const [first, second] = minutes(5000, 12);
    const outcome = followAll([first!, { ...second!, restarts: true }]);
    expect(codesOf(outcome)).toEqual(["counter-exchanged"]);
    expect(outcome.memory.newest?.last.totalM3).toBe(12);
  });

  test("whose readings of an outage come later, from a history, gives the flow of each of them", () => {
    const live = [...minutes(1000, 1001), { timeMs: START_MS + 60 * MINUTE_MS, totalM3: 1060, status: GOOD }];
    const before = followAll(live);
    const missed = Array.from({ length: 58 }, (_, i) => ({
      timeMs: START_MS + (i + 2) * MINUTE_MS,
      totalM3: 1002 + i,
      status: GOOD,
    }));
    const after = followAll(missed, RULES, before.memory);
    expect(flowsOf(after)).toEqual(missed.map(() => 60));
    expect(after.memory.newest).toEqual(before.memory.newest);
  });
});

/** A life of a register: minutes with a flow each, and what befalls it between them. */
const life = fc.array(
  fc.record({
    flowM3h: fc.double({ min: 0, max: 300, noNaN: true }),
    stepMs: fc.integer({ min: 1000, max: 10 * MINUTE_MS }),
  }),
  { minLength: 3, maxLength: 60 },
);

describe("whatever happens", () => {
  test("water is conserved and no flow is above what the meter can pass, also when the register goes round", () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 0, max: 9999 }), (steps, startCounts) => {
        const rules = { ...RULES, rolloverM3: 100 };
        let timeMs = START_MS;
        let counted = startCounts * 0.01;
        const shown = () => (Math.floor(counted * 100 + 1e-6) % 10_000) / 100;
        const readings: CounterReading[] = [{ timeMs, totalM3: shown(), status: GOOD }];
        for (const { flowM3h, stepMs } of steps) {
          timeMs += stepMs;
          counted += (flowM3h * stepMs) / HOUR_MS;
          readings.push({ timeMs, totalM3: shown(), status: GOOD });
        }
        const { samples, events, memory } = followAll(readings, rules);
        let fromMs = START_MS;
        let volumeM3 = 0;
        for (const { timeMs: toMs, flowM3h } of samples) {
          expect(flowM3h).toBeGreaterThanOrEqual(0);
          expect(flowM3h).toBeLessThanOrEqual(300);
          volumeM3 += (flowM3h * (toMs - fromMs)) / HOUR_MS;
          fromMs = toMs;
        }
        const passedM3 = counted - startCounts * 0.01;
        expect(volumeM3 + (memory.newest?.volumeM3 ?? 0)).toBeCloseTo(passedM3, 1);
        expect(new Set(events.map(({ code }) => code)).size).toBeLessThanOrEqual(1);
        expect(events.length).toBe(Math.floor((counted + 1e-8) / 100));
      }),
    );
  });

  test("resets, exchanges and misreadings are each told once, and no flow is absurd", () => {
    const trouble = fc.constantFrom("reset", "exchange", "misread", "none");
    fc.assert(
      fc.property(fc.array(trouble, { minLength: 1, maxLength: 12 }), (troubles) => {
        let timeMs = START_MS;
        let totalM3 = 50_000;
        const readings: CounterReading[] = [];
        const read = (shown: number) => {
          readings.push({ timeMs, totalM3: shown, status: GOOD });
          timeMs += MINUTE_MS;
        };
        const quiet = () => {
          for (let i = 0; i < 3; i += 1) {
            read(totalM3);
            totalM3 += 2;
          }
        };
        quiet();
        for (const one of troubles) {
          if (one === "misread") read(777_777);
          if (one === "misread") totalM3 += 2;
          if (one === "reset") totalM3 = 1;
          // Higher than before by more than water can have made.
          if (one === "exchange") totalM3 += 31_234;
          quiet();
        }
        const { samples, events } = followAll(readings);
        const told = (code: string) => events.filter((event) => event.code === code).length;
        const count = (what: string) => troubles.filter((one) => one === what).length;
        expect(told("counter-misread")).toBe(count("misread"));
        expect(told("counter-exchanged")).toBe(count("exchange"));
        expect(told("counter-reset") + told("counter-went-back")).toBe(count("reset"));
        for (const { flowM3h, status } of samples) {
          if (qualityOf(status) === "bad") expect(flowM3h).toBeNaN();
          else expect(flowM3h).toBeCloseTo(120, 6);
        }
      }),
    );
  });

  test("readings that make no sense at all give no absurd flow and no crash", () => {
    const anything = fc.array(
      fc.record({
        timeMs: fc.integer({ min: START_MS, max: START_MS + 100 * HOUR_MS }),
        totalM3: fc.oneof(fc.double(), fc.double({ min: 0, max: 1e6, noNaN: true })),
        status: fc.constantFrom(GOOD, UNCERTAIN, BAD),
      }),
    );
    fc.assert(
      fc.property(anything, fc.boolean(), (readings, bothWays) => {
        for (const { flowM3h, status } of followAll(readings, { ...RULES, bothWays }).samples) {
          if (qualityOf(status) === "bad") continue;
          expect(flowM3h).toBeLessThanOrEqual(300);
          expect(flowM3h).toBeGreaterThanOrEqual(bothWays ? -300 : 0);
        }
      }),
    );
  });
});
