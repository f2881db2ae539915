/** What a judge knows is plain data: it may be stored at any time, and whoever takes it up finds what would have been found without that. */
import { deserialize, serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import {
  createUtilityJudge,
  createUtilityState,
  type Findings,
  type UtilityState,
} from "../../src/detect/utility-judge.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import type { Series } from "../../src/model/sample.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import { DAY_MS, START_MS, slice } from "./synthetic-district.ts";
import { town, townSeries } from "./synthetic-town.ts";

const DAYS = 100;
const INTERVAL_MS = 30 * MINUTE_MS;
const TOWN = town(INTERVAL_MS);
/** More by NIGHTFLOW_SEEDS, one seed by NIGHTFLOW_SEED. */
const SEEDS = process.env.NIGHTFLOW_SEED
  ? [Number(process.env.NIGHTFLOW_SEED)]
  : Array.from({ length: Number(process.env.NIGHTFLOW_SEEDS ?? 2) }, (_, at) => 41 + at);

/** Samples in the order they came, some behind the others but within the allowance, and the clock beside them. */
interface Step {
  readonly series: readonly Series[];
  readonly nowMs: number;
}

function stepsOf(seed: number): readonly Step[] {
  const draw = uniformDraws(seed);
  const whole = [...townSeries(INTERVAL_MS, DAYS, seed).values()];
  const taken = whole.map(() => 0);
  const steps: Step[] = [];
  let nowMs = START_MS;
  while (nowMs < START_MS + DAYS * DAY_MS) {
    nowMs += (0.25 + 8 * draw() ** 2) * HOUR_MS;
    const series = whole.flatMap((one, place) => {
      // A sensor that is behind is so by less than the allowance.
      const untilMs =
        nowMs - (draw() < 0.3 ? 0.9 * draw() * DEFAULT_DETECTION.latenessMinutes * MINUTE_MS : 0);
      const from = taken[place]!;
      let to = from;
      while (to < one.timesMs.length && one.timesMs[to]! < untilMs) to += 1;
      taken[place] = to;
      return to > from ? [slice(one, from, to)] : [];
    });
    steps.push({ series: draw() < 0.5 ? series : series.reverse(), nowMs });
  }
  return steps;
}

/** What is found in each step; `between` may put another state in the place of what is carried on. */
function found(
  steps: readonly Step[],
  between: (state: UtilityState, step: number) => UtilityState,
): readonly Findings[] {
  let state = createUtilityState(TOWN, DEFAULT_DETECTION);
  let judge = createUtilityJudge(TOWN, DEFAULT_DETECTION, state);
  return steps.flatMap(({ series, nowMs }, step) => {
    const next = between(state, step);
    if (next !== state) judge = createUtilityJudge(TOWN, DEFAULT_DETECTION, next);
    state = next;
    return [judge.take(series), judge.tick(nowMs)];
  });
}

/** Where something else than plain data is, as a path; nothing when all is plain. */
function foreignIn(value: unknown, path: string, seen: Set<unknown>): readonly string[] {
  if (value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return [];
  if (typeof value !== "object") return [`${path}: ${typeof value}`];
  if (seen.has(value)) return [];
  seen.add(value);
  if (ArrayBuffer.isView(value))
    return value instanceof DataView || Buffer.isBuffer(value) ? [`${path}: ${value.constructor.name}`] : [];
  const inner = (entries: Iterable<readonly [unknown, unknown]>) =>
    [...entries].flatMap(([key, one]) => foreignIn(one, `${path}.${String(key)}`, seen));
  if (Array.isArray(value))
    return Object.keys(value).length === value.length ? inner(value.entries()) : [`${path}: not dense`];
  if (value instanceof Map) return [...inner([...value.keys()].entries()), ...inner(value)];
  if (value instanceof Set) return inner([...value].entries());
  if (Object.getPrototypeOf(value) !== Object.prototype) return [`${path}: ${value.constructor?.name}`];
  const hidden = Reflect.ownKeys(value).filter((key) => {
    const property = Object.getOwnPropertyDescriptor(value, key);
    return typeof key === "symbol" || !property?.enumerable || property.get !== undefined;
  });
  return [...hidden.map((key) => `${path}.${String(key)}: hidden`), ...inner(Object.entries(value))];
}

/** As a checkpoint keeps it: each part by itself, so that nothing may be the same object in two of them. */
function takenUpAgain({ districts, lone, shared, ...times }: UtilityState): UtilityState {
  const again = <Part>(part: Part): Part => deserialize(serialize(part));
  return { districts: districts.map(again), lone: lone.map(again), shared: again(shared), ...again(times) };
}

describe.each(SEEDS)("the state of a town, seed %i", (seed) => {
  const steps = stepsOf(seed);
  const draw = uniformDraws(seed + 1000);
  const storedAt = Math.floor(draw() * steps.length);
  const foreign = new Set<string>();
  let stored: UtilityState | null = null;
  let packed: Buffer | null = null;
  const whole = found(steps, (state, step) => {
    if (step % 97 === 0) for (const one of foreignIn(state, "state", new Set())) foreign.add(one);
    if (step === storedAt) {
      stored = takenUpAgain(state);
      packed = serialize(stored);
    }
    return state;
  });

  test("holds nothing but plain data", () => expect([...foreign]).toEqual([]));

  test("stored and taken up again at any moment, is carried on to the same findings", () => {
    const kinds = new Set(whole.flatMap(({ verdicts }) => verdicts.map(({ kind }) => kind)));
    expect(kinds.size).toBeGreaterThan(4);
    const again = found(steps, (state) => (draw() < 0.1 ? takenUpAgain(state) : state));
    expect(again).toEqual(whole);
  });

  test("stored, does not change while the other goes on", () => {
    expect(serialize(stored)).toEqual(packed);
    const rest = found(steps.slice(storedAt), (state, step) => (step === 0 ? stored! : state));
    expect(rest).toEqual(whole.slice(2 * storedAt));
  });
});
