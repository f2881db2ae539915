/**
 * Years of L-Town's areas A and B that nobody has judged before: the flows of 2018 without the leaks that ran in it, with others, drawn by
 * seed, in their place.
 *
 * A known leak is taken out as its label describes it: nothing until it starts, growth with the square of its age until its peak, its full flow
 * until its repair, half of it from either inlet. The flow itself is estimated, for most by the step at the repair. So the years are not
 * free of what ran: where an estimate is off by 1 m3/h, that much begins or ends on the day of the label, as a leak or a repair too small to
 * count; an alarm about it is counted as false. And they are one year of use: thresholds that were chosen with 2018 in sight know
 * its seasons and its noise. What they cannot know is when leaks begin here, how large they are, and how they lie over one another.
 */
import { fileURLToPath } from "node:url";
import { readCsvRecording } from "../../src/backtest/csv-recording.ts";
import { type Label, leakFlowM3h, parseLabels } from "../../src/backtest/labels.ts";
import { rangeOf } from "../../src/backtest/series-range.ts";
import { configurationIn, recordingOf } from "../../src/command/configuration.ts";
import { readText } from "../../src/command/score.ts";
import { DAY_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { firstAtOrAfter, type Series, type TimeRange } from "../../src/model/sample.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { Utility } from "../../src/model/utility.ts";
import { sharedData } from "../support/shared-data.ts";

const CONFIG = fileURLToPath(new URL("../../config/ltown", import.meta.url));
const DISTRICT = "AB";
/** The pump to area C is read as well, and no leak of the district shows in it. */
const INLETS = ["p227", "p235"] as const;
const SLOT_MS = 5 * MINUTE_MS;
/** No leak begins before hours are watched, nor so late that nobody could find it in time. */
const FIRST_DAYS = 16;
const LAST_DAYS = 10;
const LAST_GROWING_DAYS = 40;
/** Smaller ones are left running, as in 2018. */
const LEAST_REPAIRED_M3H = 9;

export interface LeakFreeYear {
  readonly utility: Utility;
  readonly series: readonly Series[];
  /** What ran in it, before it was taken out. */
  readonly known: readonly Label[];
}

/** Throws when ../shared/data/ltown is absent. */
export async function leakFreeYear(): Promise<LeakFreeYear> {
  const flows = sharedData("ltown/ltown_2018_flows.csv.gz");
  const labels = sharedData("ltown/labels_2018.csv");
  if (!flows || !labels) throw new Error("the benchmark needs ../shared/data/ltown");
  const config = configurationIn(CONFIG);
  const districts = config.utility.districts.filter(({ id }) => id === DISTRICT);
  const known = parseLabels(readText(labels), districts);
  const { series } = await readCsvRecording(flows, recordingOf(config, CONFIG));
  const shares = known.map(() => 0.5);
  return {
    utility: { ...config.utility, districts },
    series: INLETS.reduce((all, inlet) => withFlow(all, inlet, known, shares, -1), series),
    known,
  };
}

/** The year with these leaks, each fed by either inlet in a proportion drawn by the seed. */
export function yearWithLeaks(
  { series }: LeakFreeYear,
  leaks: readonly Label[],
  seed: number,
): readonly Series[] {
  const random = uniformDraws(seed);
  const first = leaks.map(() => 0.3 + 0.4 * random());
  const second = first.map((share) => 1 - share);
  return withFlow(withFlow(series, INLETS[0], leaks, first), INLETS[1], leaks, second);
}

/** The series, of which one inlet has these shares of the leaks' flow more, or less. */
function withFlow(
  all: readonly Series[],
  inlet: string,
  leaks: readonly Label[],
  shares: readonly number[],
  sign: 1 | -1 = 1,
): readonly Series[] {
  return all.map((series) => {
    if (series.sensor !== inlet) return series;
    const { timesMs } = series;
    const values = series.values.slice();
    for (const [i, leak] of leaks.entries()) {
      const end = firstAtOrAfter(timesMs, leak.repairedMs ?? Number.POSITIVE_INFINITY);
      for (let row = firstAtOrAfter(timesMs, leak.startMs); row < end; row += 1)
        values[row]! += sign * shares[i]! * leakFlowM3h(leak, timesMs[row]!);
    }
    return { ...series, values };
  });
}

export interface LeakFamily {
  readonly name: "alike" | "overlapping" | "moved";
  readonly leaks: (year: LeakFreeYear, seed: number) => readonly Label[];
}

/** As many and as large as in 2018; more and slower ones that run at the same time; and those of 2018 themselves on other days. */
export const LEAK_FAMILIES: readonly LeakFamily[] = [
  { name: "alike", leaks: ({ series }, seed) => drawLeaks(ALIKE, rangeOf(series), 7919 * seed + 1) },
  {
    name: "overlapping",
    leaks: ({ series }, seed) => drawLeaks(OVERLAPPING, rangeOf(series), 7919 * seed + 2),
  },
  { name: "moved", leaks: ({ series, known }, seed) => moveLeaks(known, rangeOf(series), 7919 * seed + 3) },
];

interface LeakMix {
  readonly abrupt: number;
  readonly incipient: number;
  /** From the beginning to the full size. */
  readonly growingDays: readonly [number, number];
}

const ALIKE: LeakMix = { abrupt: 6, incipient: 6, growingDays: [4, 100] };
const OVERLAPPING: LeakMix = { abrupt: 7, incipient: 13, growingDays: [15, 150] };

function drawLeaks(
  { abrupt, incipient, growingDays }: LeakMix,
  { fromMs, toMs }: TimeRange,
  seed: number,
): Label[] {
  const random = uniformDraws(seed);
  const even = (from: number, to: number) => from + (to - from) * random();
  /** As many between 5 and 10 as between 10 and 20. */
  const scaled = (from: number, to: number) => Math.exp(even(Math.log(from), Math.log(to)));
  const slot = (timeMs: number) => Math.floor(timeMs / SLOT_MS) * SLOT_MS;
  const startBefore = (lastMs: number) => slot(even(fromMs + FIRST_DAYS * DAY_MS, lastMs));
  const bursts = Array.from({ length: abrupt }, (_, i): Label => {
    const startMs = startBefore(toMs - LAST_DAYS * DAY_MS);
    const repairedMs = startMs + slot(even(8, 30) * DAY_MS);
    const flowM3h = scaled(14, 34);
    return {
      name: `abrupt-${i}`,
      district: DISTRICT,
      type: "abrupt",
      startMs,
      peakMs: startMs,
      repairedMs,
      flowM3h,
    };
  });
  const growing = Array.from({ length: incipient }, (_, i): Label => {
    const startMs = startBefore(toMs - LAST_GROWING_DAYS * DAY_MS);
    const flowM3h = scaled(5, 34);
    const peakMs = startMs + slot(scaled(...growingDays) * DAY_MS);
    const repairedMs = flowM3h < LEAST_REPAIRED_M3H ? null : peakMs + slot(even(1, 20) * DAY_MS);
    return {
      name: `incipient-${i}`,
      district: DISTRICT,
      type: "incipient",
      startMs,
      peakMs,
      repairedMs,
      flowM3h,
    };
  });
  return [...bursts, ...growing];
}

/** All by the same number of days, from the end of the year to its beginning; what would begin too early is left out. */
function moveLeaks(leaks: readonly Label[], { fromMs, toMs }: TimeRange, seed: number): Label[] {
  const yearMs = Math.round((toMs - fromMs) / DAY_MS) * DAY_MS;
  const byMs = Math.floor(uniformDraws(seed)() * (yearMs / DAY_MS)) * DAY_MS;
  return leaks.flatMap((leak) => {
    const isOver = leak.startMs + byMs > toMs - LAST_DAYS * DAY_MS;
    const move = (timeMs: number) => timeMs + byMs - (isOver ? yearMs : 0);
    if (move(leak.startMs) < fromMs + FIRST_DAYS * DAY_MS) return [];
    const repairedMs = leak.repairedMs === null ? null : move(leak.repairedMs);
    return [{ ...leak, startMs: move(leak.startMs), peakMs: move(leak.peakMs), repairedMs }];
  });
}
