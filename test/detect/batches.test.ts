/**
 * What is found depends on the samples alone: however a history is cut into batches, whoever's come late by less than the allowance, and whenever
 * the clock is told, the last word on every finding and night is the same.
 */
import { describe, expect, test } from "vitest";
import { createUtilityJudge, type Findings } from "../../src/detect/utility-judge.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import type { Series } from "../../src/model/sample.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import { cut } from "../../src/store/columns.ts";
import { DAY_MS, START_MS } from "./synthetic-district.ts";
import { town, townSeries } from "./synthetic-town.ts";

const DAYS = 75;
const END_MS = START_MS + DAYS * DAY_MS;
const INTERVAL_MS = 30 * MINUTE_MS;
const TOWN = town(INTERVAL_MS);
const LATENESS_MS = 6 * HOUR_MS;
const PARAMETERS = { ...DEFAULT_DETECTION, latenessMinutes: LATENESS_MS / MINUTE_MS };
/** Towns in which districts were found to be judged apart. Others by NIGHTFLOW_SEEDS, one by NIGHTFLOW_SEED. */
const SEEDS = process.env.NIGHTFLOW_SEED
  ? [Number(process.env.NIGHTFLOW_SEED)]
  : process.env.NIGHTFLOW_SEEDS
    ? Array.from({ length: Number(process.env.NIGHTFLOW_SEEDS) }, (_, at) => 1 + at)
    : [9, 16, 17, 35];

interface Batch {
  readonly series: readonly Series[];
  /** Null where nobody tells the time. */
  readonly nowMs: number | null;
}

interface Outcome {
  readonly words: ReadonlyMap<string, unknown>;
  /** How often something came too late, so that all had to be judged again. */
  readonly rejudged: number;
}

function judged(batches: readonly Batch[]): Outcome {
  let judge = createUtilityJudge(TOWN, PARAMETERS);
  let words = new Map<string, unknown>();
  let rejudged = 0;
  const note = ({ nights, verdicts, lateFromMs }: Findings) => {
    for (const verdict of verdicts) words.set(verdict.key, verdict);
    for (const night of nights) words.set(`night ${night.district} ${night.date}`, night);
    return lateFromMs !== null;
  };
  for (const [at, { series, nowMs }] of batches.entries()) {
    if (note(judge.take(series))) {
      rejudged += 1;
      judge = createUtilityJudge(TOWN, PARAMETERS);
      words = new Map();
      note(judge.take(batches.slice(0, at + 1).flatMap((batch) => batch.series)));
    }
    if (nowMs !== null) note(judge.tick(nowMs));
  }
  note(judge.tick(END_MS));
  return { words, rejudged };
}

/** A town's history in which some sensors first speak in its midst, and some are silent for days. */
function historyOf(seed: number): readonly Series[] {
  const draw = uniformDraws(seed);
  return [...townSeries(INTERVAL_MS, DAYS, seed).values()].flatMap((one) => {
    const fromMs = draw() < 0.2 ? START_MS + draw() * 0.6 * DAYS * DAY_MS : START_MS;
    const silentMs = START_MS + draw() * DAYS * DAY_MS;
    const backMs = silentMs + (draw() < 0.4 ? draw() * 14 * DAY_MS : 0);
    return [
      cut(one, { fromMs, toMs: Math.max(fromMs, silentMs) }),
      cut(one, { fromMs: Math.max(fromMs, backMs), toMs: END_MS }),
    ];
  });
}

/** Cut every so often; `delayMs` gives by how much a sensor is behind at a time. */
function batchesOf(
  history: readonly Series[],
  everyMs: number,
  nowOf: (untilMs: number) => number | null,
  delayMs: (sensor: string, untilMs: number) => number = () => 0,
): readonly Batch[] {
  const sentMs = new Map<string, number>();
  const batches: Batch[] = [];
  for (let untilMs = START_MS + everyMs; untilMs < END_MS + everyMs; untilMs += everyMs) {
    const toMs = Math.min(untilMs, END_MS);
    const until = new Map(
      TOWN.sensors.map(({ id }) => [
        id,
        Math.max(sentMs.get(id) ?? 0, toMs === END_MS ? toMs : toMs - delayMs(id, toMs)),
      ]),
    );
    const series = history.flatMap((one) => {
      const part = cut(one, { fromMs: sentMs.get(one.sensor) ?? 0, toMs: until.get(one.sensor)! });
      return part.timesMs.length > 0 ? [part] : [];
    });
    for (const [id, timeMs] of until) sentMs.set(id, timeMs);
    batches.push({ series, nowMs: nowOf(toMs) });
  }
  return batches;
}

const untold = () => null;

describe.each(SEEDS)("the history of a town, seed %i", (seed) => {
  const history = historyOf(seed);
  const whole = judged([{ series: history, nowMs: null }]);

  function expectSame({ words, rejudged }: Outcome, mostRejudged = 0): void {
    for (const [key, word] of whole.words) expect(words.get(key), key).toEqual(word);
    expect([...words.keys()].filter((key) => !whole.words.has(key))).toEqual([]);
    expect(rejudged).toBeLessThanOrEqual(mostRejudged);
  }

  test.each([
    ["stretches of seven days", 7 * DAY_MS],
    ["stretches of ten days and some", 10.3 * DAY_MS],
    ["days", DAY_MS],
    ["hours", HOUR_MS],
  ])("is judged alike in %s", (_, everyMs) => expectSame(judged(batchesOf(history, everyMs, untold))));

  test.each([
    ["days", DAY_MS],
    ["hours", HOUR_MS],
    ["minutes", 10 * MINUTE_MS],
  ])("is judged alike in %s, with the clock told", (_, everyMs) =>
    expectSame(judged(batchesOf(history, everyMs, (untilMs) => untilMs + 1000))),
  );

  test("is judged alike when the clock is told now and then", () => {
    const draw = uniformDraws(seed + 1000);
    const nowOf = (untilMs: number) => (draw() < 0.3 ? untilMs + draw() * INTERVAL_MS : null);
    expectSame(judged(batchesOf(history, 3 * HOUR_MS, nowOf)));
  });

  test.each(["well", "valley"])("is judged alike when %s lags within the allowance", (late) => {
    const draw = uniformDraws(seed + 2000);
    const delayMs = (sensor: string) => (sensor === late ? draw() * (LATENESS_MS - HOUR_MS) : 0);
    const nowOf = (untilMs: number) => (draw() < 0.5 ? untilMs : null);
    // Nobody is waited for who first speaks, or speaks again after days: at its start, and once a silence.
    expectSame(judged(batchesOf(history, HOUR_MS, nowOf, delayMs)), 3);
  });

  test("is judged alike when each sensor sends by itself", () => {
    const alone = batchesOf(history, HOUR_MS, untold).flatMap(({ series }) =>
      series.map((one) => ({ series: [one], nowMs: null })),
    );
    expectSame(judged(alone), 6);
  });
});
