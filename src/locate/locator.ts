/**
 * Locates leaks in a network whose model is known: the model is told what each district used, and what its sensors should then have read
 * is held against what they did read, before and since the leak. docs/localization.md tells it step by step.
 */
import { type NetworkSnapshot, openSnapshot } from "../hydraulics/network-snapshot.ts";
import type { LeakLocation, LeakToLocate, PipeCandidate } from "../model/location.ts";
import type { NetworkModel } from "../model/network-model.ts";
import type { District } from "../model/utility.ts";
import { covarianceRoot } from "./covariance.ts";
import { type HourlyReadings, trustedReadings } from "./hourly-readings.ts";
import { type CandidatePipe, leakTraces } from "./leak-traces.ts";
import { type MeteredDistrict, type MeteredNetwork, meterNetwork } from "./metered-network.ts";
import { type MeasuredHour, modelHours } from "./model-hours.ts";
import { type ObservedShift, observeShift } from "./observed-shift.ts";
import { pathOf } from "./pipe-path.ts";
import { type Candidate, pipeProbabilities } from "./pipe-probabilities.ts";

const VARIANTS = 6;
const MODEL_ERROR = { roughness: 0.1, use: 0.3 };
const SEED = 7;
/** A trace is nearly the same for any small leak. */
const TRACED_M3H = 10;
/** Traces change little with use and levels: they are worked out for rounded ones, and used again. */
const USE_STEP = 1.2;
const LEVEL_STEP_M = 1;
const MOST_TRACED = 20;
const SHOWN_PROBABILITY = 0.95;
const MOST_SHOWN = 100;

export interface RatedPipes {
  readonly kind: "rated";
  /** Places in the network's links. */
  readonly links: readonly number[];
  readonly candidates: readonly Candidate[];
  readonly probabilities: Float64Array;
  readonly shift: ObservedShift;
}

export interface Locator {
  readonly network: NetworkSnapshot;
  readonly metered: MeteredNetwork;
  locate(leak: LeakToLocate, readings: HourlyReadings): LeakLocation;
  /** Every pipe of the district with its probability. */
  rate(
    leak: LeakToLocate,
    readings: HourlyReadings,
  ): RatedPipes | Extract<LeakLocation, { kind: "not-located" }>;
}

/** Throws Failure when the network cannot be read or has not got what the model names. */
export async function createLocator(model: NetworkModel, districts: readonly District[]): Promise<Locator> {
  const network = await openSnapshot(model.inp);
  // Traces vary the network; what was measured is held against the model as it is.
  const varied = await openSnapshot(model.inp);
  const metered = meterNetwork(network, model, districts);
  const asItIs = modelHours(network, metered);
  const traced = new Map<string, readonly CandidatePipe[]>();

  function tracesOf(district: MeteredDistrict, exact: readonly MeasuredHour[]): readonly CandidatePipe[] {
    const hours = exact.map(roundedHour);
    const key = JSON.stringify([district.district.id, hours]);
    const known = traced.get(key);
    if (known) return known;
    const question = { network: varied, metered, district, hours, leakM3h: TRACED_M3H };
    const pipes = leakTraces({ ...question, variants: VARIANTS, modelError: MODEL_ERROR, seed: SEED });
    traced.set(key, pipes);
    for (const oldest of traced.keys()) if (traced.size > MOST_TRACED) traced.delete(oldest);
    return pipes;
  }

  function rate(leak: LeakToLocate, all: HourlyReadings): ReturnType<Locator["rate"]> {
    const readings = trustedReadings(all, leak.distrusted);
    const district = metered.districts.find((one) => one.district.id === leak.district);
    if (!district) return { kind: "not-located", because: "district-not-in-model" };
    const { startMs, untilMs } = leak;
    const outcome = observeShift({ readings, metered, model: asItIs, district, startMs, untilMs });
    if (outcome.kind === "not-known") return { kind: "not-located", because: outcome.because };
    const { shift } = outcome;
    if (shift.places.every(({ reading }) => reading >= metered.pressures.length))
      return { kind: "not-located", because: "no-pressure" };
    const pipes = tracesOf(district, shift.hours);
    const width = metered.pressures.length + metered.flows.length;
    const candidates = pipes.map(({ link, traces }) => ({
      lengthM: network.links[link]!.lengthM,
      traces: traces.map((trace) =>
        Float64Array.from(shift.places, ({ hour, reading }) => trace[hour * width + reading]!),
      ),
    }));
    const probabilities = pipeProbabilities(candidates, {
      values: shift.values,
      root: covarianceRoot(shift.covariance),
      leakM3h: leak.leakM3h,
      leakErrorM3h: leak.leakErrorM3h,
    });
    return { kind: "rated", links: pipes.map(({ link }) => link), candidates, probabilities, shift };
  }

  return {
    network,
    metered,
    rate,
    locate(leak, readings) {
      const rated = rate(leak, readings);
      if (rated.kind === "not-located") return rated;
      const ranked = rankedPipes(rated, network);
      let held = 0;
      const shown = ranked.filter(({ probability }) => {
        const wanted = held < SHOWN_PROBABILITY;
        held += probability;
        return wanted;
      });
      const used = new Set(rated.shift.places.map(({ reading }) => reading));
      return {
        kind: "located",
        candidates: shown.slice(0, MOST_SHOWN).map(({ link, ...pipe }) => ({
          ...pipe,
          path: pathOf(network, link, model.coordinates),
        })),
        halfM: lengthHolding(0.5, ranked),
        districtM: ranked.reduce((sum, { lengthM }) => sum + lengthM, 0),
        pressures: metered.pressures.filter((_, at) => used.has(at)).map(({ sensor }) => sensor),
        fromMs: leak.startMs,
        untilMs: leak.untilMs,
      };
    },
  };
}

function roundedHour({ hour, useM3h, fillsM3h, levelsM }: MeasuredHour): MeasuredHour {
  const step = Math.log(USE_STEP);
  const flow = (m3h: number) => (m3h > 0.1 ? Math.exp(step * Math.round(Math.log(m3h) / step)) : 0);
  const known = (round: (value: number) => number) => (value: number) =>
    Number.isNaN(value) ? value : round(value);
  return {
    hour,
    useM3h: useM3h.map(known(flow)),
    fillsM3h: fillsM3h.map(known(flow)),
    levelsM: levelsM.map(known((levelM) => LEVEL_STEP_M * Math.round(levelM / LEVEL_STEP_M))),
  };
}

type RankedPipe = Omit<PipeCandidate, "path"> & { readonly link: number };

function rankedPipes({ links, probabilities }: RatedPipes, network: NetworkSnapshot): readonly RankedPipe[] {
  return links
    .map((link, at) => {
      const { id, lengthM } = network.links[link]!;
      return { link, pipe: id, lengthM, probability: probabilities[at]! };
    })
    .sort((a, b) => b.probability - a.probability);
}

function lengthHolding(share: number, ranked: readonly RankedPipe[]): number {
  let held = 0;
  let lengthM = 0;
  for (const pipe of ranked) {
    if (held >= share) break;
    held += pipe.probability;
    lengthM += pipe.lengthM;
  }
  return lengthM;
}
