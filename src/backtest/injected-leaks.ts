/**
 * What the judgement would find in a recording without known leaks: steps and ramps of known size are added at random times to one
 * district at a time, and the alarms on the recording as it is are counted as false. Sizes are told in the district's own
 * nightly noise. Years are told apart, so that what was tuned on one can be validated on another.
 */
import { createUtilityJudge } from "../detect/utility-judge.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import { addDays, localDateOf, nightWindowOf } from "../model/local-time.ts";
import type { Series, TimeRange } from "../model/sample.ts";
import { uniformDraws } from "../model/seeded-random.ts";
import type { District, Utility } from "../model/utility.ts";
import { isLeak, type SizeM3h } from "../model/verdict.ts";
import { leakDbAlarms } from "./leakdb-baseline.ts";
import { nightlyNoiseM3h } from "./nightly-noise.ts";
import { between, rangeOf } from "./series-range.ts";

/** A judge of a part of the recording is warmed up with so much before it: the longest that anything in it remembers. */
const WARM_UP_MS = 400 * DAY_MS;
const LEAST_WARM_UP_MS = 60 * DAY_MS;
const NIGHTS = 3;
/** The night is judged by the morning. */
const MORNING_MS = 3 * HOUR_MS;
const RAMP_MS = 30 * DAY_MS;
const FULL_SIZE_MS = 7 * DAY_MS;
/** An alarm that stands already counts when it is told to have grown by this share of what was added. */
const GROWN_SHARE = 0.3;
/** Draws where the recording has larger gaps prove nothing. */
const LEAST_KNOWN_SHARE = 0.9;

export interface Trial {
  readonly shape: "step" | "ramp";
  readonly sizeInSigmas: number;
  readonly draws: number;
  readonly found: number;
  /** Found by LeakDB's method. */
  readonly leakDbFound: number;
  /** Share that the false alarms alone would find by chance in as much time. */
  readonly byChance: number;
  /** Of the steps found as leaks of their own: how many, how many intervals held the truth, how many sizes were within half of it. */
  readonly sized: number;
  readonly covered: number;
  readonly sizedWithinHalf: number;
}

export interface DistrictScore {
  readonly district: string;
  readonly noiseM3h: number;
  readonly years: number;
  readonly falseAlarms: number;
  readonly leakDbFalseAlarms: number;
}

export interface PeriodScore {
  readonly name: string;
  readonly districts: readonly DistrictScore[];
  readonly falseAlarmsPerDistrictYear: number;
  readonly leakDbFalseAlarmsPerDistrictYear: number;
  readonly trials: readonly Trial[];
}

export interface InjectionInput {
  readonly utility: Utility;
  readonly parameters: DetectionParameters;
  readonly series: readonly Series[];
  /** Injections for each district, year, shape and size. */
  readonly draws: number;
  readonly seed: number;
  /** Districts that are left out. */
  readonly without: ReadonlySet<string>;
}

const SHAPES: readonly Pick<Trial, "shape" | "sizeInSigmas">[] = [
  ...[1, 2, 3, 5, 8].map((sizeInSigmas) => ({ shape: "step" as const, sizeInSigmas })),
  ...[3, 5, 8].map((sizeInSigmas) => ({ shape: "ramp" as const, sizeInSigmas })),
];

export function runInjectedLeaks(input: InjectionInput): readonly PeriodScore[] {
  const { utility, parameters, series, without } = input;
  const districts = utility.districts.filter(({ id }) => !without.has(id));
  const whole = rangeOf(series);
  const untouched = districts.map((district) => judgeAlone(district, utility, parameters, series));
  const rival = districts.map((district) => leakDbRaisedMs(district, utility, series));
  const noises = untouched.map(({ nights }) => nightlyNoiseM3h(nights));
  const random = uniformDraws(input.seed);
  return yearsOf(whole).map(({ name, range }) => {
    const years = (range.toMs - range.fromMs) / (365.25 * DAY_MS);
    const scores = districts.map(({ id }, i) => ({
      district: id,
      noiseM3h: noises[i]!,
      years,
      falseAlarms: countWithin(untouched[i]!.raisedMs, range),
      leakDbFalseAlarms: countWithin(rival[i]!, range),
    }));
    const perDistrictYear = (of: (one: DistrictScore) => number) =>
      scores.reduce((sum, one) => sum + of(one), 0) / (years * districts.length);
    const rate = perDistrictYear(({ falseAlarms }) => falseAlarms);
    const trials = SHAPES.map((shape) => {
      const outcomes = districts.flatMap((district, i) =>
        Array.from({ length: input.draws }, () =>
          inject(shape, district, input, { range, whole, noiseM3h: noises[i]!, random }),
        ).filter((outcome) => outcome !== null),
      );
      const windowMs = shape.shape === "ramp" ? RAMP_MS + FULL_SIZE_MS : NIGHTS * DAY_MS;
      return trialOf(shape, outcomes, 1 - Math.exp((-rate * windowMs) / (365.25 * DAY_MS)));
    });
    return {
      name,
      districts: scores,
      falseAlarmsPerDistrictYear: rate,
      leakDbFalseAlarmsPerDistrictYear: perDistrictYear(({ leakDbFalseAlarms }) => leakDbFalseAlarms),
      trials,
    };
  });
}

interface Place {
  readonly range: TimeRange;
  readonly whole: TimeRange;
  readonly noiseM3h: number;
  readonly random: () => number;
}

interface Outcome {
  readonly found: boolean;
  readonly leakDbFound: boolean;
  /** Null unless it is a step that was found as a leak of its own. */
  readonly size: { readonly covered: boolean; readonly withinHalf: boolean } | null;
}

function trialOf(
  shape: Pick<Trial, "shape" | "sizeInSigmas">,
  outcomes: readonly Outcome[],
  byChance: number,
): Trial {
  const sizes = outcomes.flatMap(({ size }) => size ?? []);
  return {
    ...shape,
    draws: outcomes.length,
    found: outcomes.filter(({ found }) => found).length,
    leakDbFound: outcomes.filter(({ leakDbFound }) => leakDbFound).length,
    byChance,
    sized: sizes.length,
    covered: sizes.filter(({ covered }) => covered).length,
    sizedWithinHalf: sizes.filter(({ withinHalf }) => withinHalf).length,
  };
}

/** Whether it is found in time; null when the place drawn proves nothing. */
function inject(
  { shape, sizeInSigmas }: Pick<Trial, "shape" | "sizeInSigmas">,
  district: District,
  { utility, parameters, series }: InjectionInput,
  { range, whole, noiseM3h, random }: Place,
): Outcome | null {
  const lastingMs = shape === "ramp" ? RAMP_MS + FULL_SIZE_MS : (NIGHTS + 1) * DAY_MS;
  const fromMs = Math.max(range.fromMs, whole.fromMs + LEAST_WARM_UP_MS);
  const startMs = fromMs + random() * (range.toMs - lastingMs - fromMs);
  const untilMs = shape === "ramp" ? startMs + lastingMs : morningAfterNights(district, startMs);
  const meter = district.meters[0]!;
  const sizeM3h = sizeInSigmas * noiseM3h;
  const flowM3h = (timeMs: number) => {
    if (timeMs < startMs) return 0;
    return shape === "step" ? sizeM3h : sizeM3h * Math.min(1, (timeMs - startMs) / RAMP_MS);
  };
  const part = series.map((one) => between(one, startMs - WARM_UP_MS, untilMs + HOUR_MS));
  const own = part.find(({ sensor }) => sensor === meter.sensor);
  const intervalMs = utility.sensors.find(({ id }) => id === meter.sensor)!.intervalMs;
  const known = own ? between(own, startMs - DAY_MS, untilMs).timesMs.length : 0;
  if (known < (LEAST_KNOWN_SHARE * (untilMs - startMs + DAY_MS)) / intervalMs) return null;
  const changed = part.map((one) =>
    one === own
      ? { ...one, values: one.values.map((value, i) => value + meter.sign * flowM3h(one.timesMs[i]!)) }
      : one,
  );
  const { told } = judgeAlone(district, utility, parameters, changed);
  const inTime = (ms: number) => ms >= startMs && ms <= untilMs;
  const finding = told.find(
    ({ decidedMs, grownM3h }) => inTime(decidedMs) && grownM3h >= GROWN_SHARE * sizeM3h,
  );
  const last = told.findLast(({ decidedMs, key }) => inTime(decidedMs) && key === finding?.key);
  const isNew = finding !== undefined && finding.grownM3h === finding.size.estimate;
  return {
    found: finding !== undefined,
    leakDbFound: leakDbRaisedMs(district, utility, changed).some(inTime),
    size: last && isNew && shape === "step" ? sizeAgainst(last.size, sizeM3h) : null,
  };
}

function sizeAgainst({ estimate, low, high }: SizeM3h, trueM3h: number) {
  return {
    covered: low <= trueM3h && trueM3h <= high,
    withinHalf: Math.abs(estimate - trueM3h) <= trueM3h / 2,
  };
}

function leakDbRaisedMs(district: District, utility: Utility, series: readonly Series[]): readonly number[] {
  return leakDbAlarms({ ...utility, districts: [district] }, series).map(({ raisedMs }) => raisedMs);
}

function countWithin(timesMs: readonly number[], { fromMs, toMs }: TimeRange): number {
  return timesMs.filter((ms) => ms >= fromMs && ms < toMs).length;
}

function morningAfterNights(district: District, startMs: number): number {
  let date = localDateOf(startMs, district.timeZone);
  const window = () => nightWindowOf(date, district.timeZone, district.nightWindow);
  if (window().fromMs < startMs) date = addDays(date, 1);
  date = addDays(date, NIGHTS - 1);
  return window().toMs + MORNING_MS;
}

interface Telling {
  readonly key: string;
  readonly decidedMs: number;
  readonly size: SizeM3h;
  /** More than was told under the same key before. */
  readonly grownM3h: number;
}

/** What is told of one district's leaks, as if there were no other. */
function judgeAlone(
  district: District,
  utility: Utility,
  parameters: DetectionParameters,
  series: readonly Series[],
) {
  const judge = createUtilityJudge({ ...utility, districts: [district] }, parameters);
  const { nights, verdicts } = judge.take(series);
  const sizes = new Map<string, number>();
  const told: Telling[] = [];
  const raisedMs: number[] = [];
  for (const { key, kind, endMs, size, decidedMs } of verdicts) {
    if (!isLeak(kind) || endMs !== null || !size) continue;
    if (!sizes.has(key)) raisedMs.push(decidedMs);
    told.push({ key, decidedMs, size, grownM3h: size.estimate - (sizes.get(key) ?? 0) });
    sizes.set(key, size.estimate);
  }
  return { nights, told, raisedMs };
}

/** Calendar years, UTC, of which the recording has at least a quarter. */
function yearsOf({ fromMs, toMs }: TimeRange): { readonly name: string; readonly range: TimeRange }[] {
  const years: { readonly name: string; readonly range: TimeRange }[] = [];
  for (let year = new Date(fromMs).getUTCFullYear(); Date.UTC(year, 0) < toMs; year += 1) {
    const range = {
      fromMs: Math.max(fromMs, Date.UTC(year, 0)),
      toMs: Math.min(toMs, Date.UTC(year + 1, 0)),
    };
    if (range.toMs - range.fromMs >= 90 * DAY_MS) years.push({ name: String(year), range });
  }
  return years;
}

export function formatInjected(periods: readonly PeriodScore[]): string {
  const lines = periods.flatMap((period) => [
    `${period.name}: ${period.falseAlarmsPerDistrictYear.toFixed(2)} alarms a district-year on the recording as it is (LeakDB's method ${period.leakDbFalseAlarmsPerDistrictYear.toFixed(2)})`,
    ...period.districts.map(
      ({ district, noiseM3h, falseAlarms, leakDbFalseAlarms }) =>
        `  ${district}: nightly noise ${noiseM3h.toFixed(2)} m3/h, ${falseAlarms} alarms (LeakDB's method ${leakDbFalseAlarms})`,
    ),
    ...period.trials.map(trialLine),
  ]);
  return lines.join("\n");
}

function trialLine(trial: Trial): string {
  const { shape, sizeInSigmas, draws, found, leakDbFound, byChance, sized, covered, sizedWithinHalf } = trial;
  const of = (count: number) => `${count} of ${draws} (${percent(count / draws)})`;
  const sizes =
    sized > 0
      ? `; of ${sized} sized, ${percent(covered / sized)} within their interval, ${percent(sizedWithinHalf / sized)} within half`
      : "";
  return `  ${shape} of ${sizeInSigmas} x noise: found ${of(found)}, LeakDB's method ${of(leakDbFound)}, by chance ${percent(byChance)}${sizes}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
