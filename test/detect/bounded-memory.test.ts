/**
 * What is kept of a district does not add up over the years: leaks that nobody repairs, their claims, samples that were judged. Each is fed far more
 * than any history holds: what a bound keeps and what would be kept without one are then tens of times apart and the heap's own noise decides nothing.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  advanceDesk,
  type ClaimContext,
  claimLeaks,
  createClaimDesk,
  passedBy,
} from "../../src/detect/claim-desk.ts";
import {
  createLeakBook,
  dropLeak,
  MOST_OPEN_LEAKS,
  type Rise,
  riseLeak,
} from "../../src/detect/leak-book.ts";
import { createRecentDeviations } from "../../src/detect/recent-deviations.ts";
import { addSamples, createSampleQueue, drainSamples, nextSampleMs } from "../../src/detect/sample-queue.ts";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import { seriesOf } from "../../src/model/sample.ts";

const EVERY_MS = 10 * DAY_MS;
const LEAKS = 20_000;
const QUEUES = 500;
const SAMPLES = 4_000;
const ALLOWED_BYTES = 4_000_000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

describe("what is kept of a district", () => {
  test("is bounded where leaks are never repaired", () => {
    const leaks = createLeakBook("north");
    const context: ClaimContext = { districts: [claimant("north")], latenessMs: 0 };
    const desk = createClaimDesk(1);
    let told = 0;
    const before = heapBytes();
    for (let leak = 0; leak < LEAKS; leak += 1) {
      const rise = burst(leak, 1);
      claimLeaks(desk, 0, riseLeak(leaks, rise), context);
      const judgedMs = rise.decidedMs + DAY_MS;
      passedBy(desk, 0, judgedMs);
      told += advanceDesk(desk, judgedMs, context).length;
    }
    const keptBytes = heapBytes() - before;
    expect(told).toBe(LEAKS);
    expect(keptBytes).toBeLessThan(ALLOWED_BYTES);
    // What is measured is still there: a drop of all that is followed ends it.
    const dropMs = (LEAKS + 1) * EVERY_MS;
    const drop = { startMs: dropMs, decidedMs: dropMs, fellM3h: MOST_OPEN_LEAKS, sigmaM3h: 0.1 };
    const ended = dropLeak(leaks, drop).verdicts.filter(({ kind }) => kind === "burst");
    expect(ended).toHaveLength(MOST_OPEN_LEAKS);
    claimLeaks(desk, 0, ended, context);
    expect(advanceDesk(desk, dropMs, context)).toHaveLength(MOST_OPEN_LEAKS);
  });

  test("is bounded where the newest sample always waits", () => {
    const before = heapBytes();
    const queues = Array.from({ length: QUEUES }, createSampleQueue);
    const timesMs = Array.from({ length: SAMPLES }, (_, at) => at * HOUR_MS);
    const batch = 100;
    for (const queue of queues) {
      for (let from = 0; from < SAMPLES; from += batch) {
        const times = timesMs.slice(from, from + batch);
        addSamples(queue, seriesOf("m", times, times), 0);
        drainSamples(queue, times.at(-1)!, () => {});
      }
    }
    const keptBytes = heapBytes() - before;
    expect(queues.every((queue) => nextSampleMs(queue) === timesMs.at(-1))).toBe(true);
    expect(keptBytes).toBeLessThan(ALLOWED_BYTES);
  });
});

function burst(leak: number, offsetM3h: number): Rise {
  const startMs = leak * EVERY_MS;
  const found = { kind: "burst" as const, startMs, decidedMs: startMs + HOUR_MS };
  return { ...found, offsetM3h, sigmaM3h: 0.1, sigmas: 8, evidence: [], ruledOut: [] };
}

function claimant(id: string) {
  const witness = {
    deviations: createRecentDeviations(),
    readsInProportion: () => false,
    balanceLeans: () => false,
    pressure: () => null,
  };
  return { id, neighbours: [], hasPressure: false, calendarDay: () => null, witness };
}

function heapBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
