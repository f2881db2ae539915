/**
 * How near the localization aid comes to leaks on random pipes of L-Town, in a "real" network that its model does not know (random
 * roughness and use, see leaking-network.ts), beside a random guess and two simpler ways in the same run: the pipe next to the pressure
 * sensor that fell most, and the pipe whose trace points in the direction most like what was measured (the angle method of Casillas et
 * al. 2013). Reads ../shared/data/ltown.
 */
import { readFileSync } from "node:fs";
import { openSnapshot } from "../../src/hydraulics/network-snapshot.ts";
import { normalDraws } from "../../src/locate/leak-traces.ts";
import { createLocator, type RatedPipes } from "../../src/locate/locator.ts";
import { DAY_MS } from "../../src/model/clock.ts";
import { sharedData } from "../support/shared-data.ts";
import { type LeakStory, LTOWN_PLACES, liveWithLeak, ltownDistricts, randomLeak } from "./leaking-network.ts";
import { alongPipesM, straightM } from "./network-distance.ts";
import { type BenchResult, thisMachine } from "./result.ts";

const LEAKS = 100;
/** Those of the calibration are 1000 to 1059. */
const FIRST_SEED = 1;
const STORY: LeakStory = { days: 24, leakDay: 22, startMs: Date.parse("2026-01-01T00:00:00Z") };
/** The judgement does not know a leak's size exactly; one standard deviation. */
const SIZE_ERROR = 0.15;
const NEAR_M = 300;
const STATED = [0.5, 0.8, 0.95];

interface Guess {
  readonly straightM: number;
  readonly alongM: number;
}

export async function run(flags: string[] = []): Promise<BenchResult> {
  const file = sharedData("ltown/L-TOWN.inp");
  if (!file) throw new Error("the benchmark needs ../shared/data/ltown/L-TOWN.inp");
  const count = Number(flags[0] ?? LEAKS);
  const firstSeed = Number(flags[1] ?? FIRST_SEED);
  const inp = readFileSync(file, "utf8");
  const real = await openSnapshot(inp);
  const districts = ltownDistricts();
  const locator = await createLocator({ inp, places: LTOWN_PLACES, coordinates: null }, districts);
  const pipes = locator.metered.districts[0]!.pipes;
  console.error(`seeds ${firstSeed} to ${firstSeed + count - 1}`);
  const guesses = { best: [] as Guess[], chance: [] as Guess[], sensor: [] as Guess[], angle: [] as Guess[] };
  const held = STATED.map(() => 0);
  let statedNear = 0;
  let halfKm = 0;
  let locateMs = 0;
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const leak = randomLeak(real, pipes, seed);
    const lived = liveWithLeak(real, leak, STORY, seed);
    const startMs = STORY.startMs + STORY.leakDay * DAY_MS;
    const leakM3h = lived.leakM3h * (1 + SIZE_ERROR * normalDraws(seed + 500_000)());
    const beganMs = performance.now();
    const rated = locator.rate(
      {
        district: districts[0]!.id,
        startMs,
        untilMs: STORY.startMs + STORY.days * DAY_MS,
        leakM3h,
        leakErrorM3h: SIZE_ERROR * leakM3h,
        distrusted: [],
      },
      lived.readings,
    );
    locateMs += performance.now() - beganMs;
    if (rated.kind === "not-located") throw new Error(`seed ${seed}: ${rated.because}`);
    const along = alongPipesM(real, leak);
    const guess = (link: number): Guess => ({
      straightM: straightM(real, leak, { link, along: 0.5 }),
      alongM: along[link]!,
    });
    const order = [...rated.probabilities.keys()].sort(
      (a, b) => rated.probabilities[b]! - rated.probabilities[a]!,
    );
    guesses.best.push(guess(rated.links[order[0]!]!));
    guesses.chance.push(guess(randomLeak(real, pipes, seed + 900_000).link));
    guesses.sensor.push(guess(nextToDeepest(rated, locator.metered.pressures, real.links, rated.links)));
    guesses.angle.push(guess(rated.links[mostAlike(rated)]!));
    const truth = rated.links.indexOf(leak.link);
    const before = heldBefore(rated, order, truth);
    for (const [at, stated] of STATED.entries()) if (before < stated) held[at]! += 1;
    statedNear += rated.links.reduce(
      (sum, link, at) => sum + (along[link]! <= NEAR_M ? rated.probabilities[at]! : 0),
      0,
    );
    halfKm += lengthOfHalf(rated, order, real.links) / 1000;
  }
  return {
    bench: "locate",
    figures: {
      leaks: count,
      firstSeed,
      ...figuresOf(guesses.best),
      statedShareWithin300M: round(statedNear / count),
      ...Object.fromEntries(
        STATED.map((stated, at) => [`heldByStated${100 * stated}Percent`, round(held[at]! / count)]),
      ),
      meanKmHoldingHalf: round(halfKm / count),
      networkKm: round(pipes.reduce((sum, link) => sum + real.links[link]!.lengthM, 0) / 1000),
      locateS: round(locateMs / count / 1000),
    },
    rival: {
      name: "a random pipe; the pipe next to the sensor that fell most; the angle method",
      figures: {
        ...prefixed("random", figuresOf(guesses.chance)),
        ...prefixed("deepestSensor", figuresOf(guesses.sensor)),
        ...prefixed("angle", figuresOf(guesses.angle)),
      },
    },
    limit: null,
    machine: thisMachine(),
  };
}

/** How much probability the pipes hold that are ranked before the true one. */
function heldBefore({ probabilities }: RatedPipes, order: readonly number[], truth: number): number {
  return order.slice(0, order.indexOf(truth)).reduce((sum, at) => sum + probabilities[at]!, 0);
}

function lengthOfHalf(
  { probabilities, links }: RatedPipes,
  order: readonly number[],
  all: readonly { readonly lengthM: number }[],
): number {
  let held = 0;
  let lengthM = 0;
  for (const at of order) {
    if (held >= 0.5) break;
    held += probabilities[at]!;
    lengthM += all[links[at]!]!.lengthM;
  }
  return lengthM;
}

/** A pipe at the sensor whose pressure fell most. */
function nextToDeepest(
  { shift }: RatedPipes,
  pressures: readonly { readonly at: number }[],
  links: readonly { readonly from: number; readonly to: number }[],
  candidates: readonly number[],
): number {
  const falls = pressures.map((_, sensor) =>
    shift.places.reduce((sum, { reading }, at) => sum + (reading === sensor ? shift.values[at]! : 0), 0),
  );
  const node = pressures[falls.indexOf(Math.min(...falls))]!.at;
  return candidates.find((link) => links[link]!.from === node || links[link]!.to === node) ?? candidates[0]!;
}

function mostAlike({ shift, candidates }: RatedPipes): number {
  const likeness = candidates.map(({ traces }) => {
    const trace = traces[0]!;
    const product = trace.reduce((sum, value, at) => sum + value * shift.values[at]!, 0);
    return product / Math.hypot(...trace);
  });
  return likeness.indexOf(Math.max(...likeness));
}

function figuresOf(guesses: readonly Guess[]) {
  return {
    medianAlongPipesM: Math.round(median(guesses.map(({ alongM }) => alongM))),
    medianStraightM: Math.round(median(guesses.map(({ straightM }) => straightM))),
    shareWithin300MAlongPipes: round(
      guesses.filter(({ alongM }) => alongM <= NEAR_M).length / guesses.length,
    ),
  };
}

function prefixed(prefix: string, figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      `${prefix}${name[0]!.toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
