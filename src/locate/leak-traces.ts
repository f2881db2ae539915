/**
 * The trace a leak at each candidate would leave at the sensors, by the model and by variants of it whose roughness and use differ by
 * chance: where the variants disagree, the trace is not to be trusted. Source of the idea: sensitivity of pressures to leaks, Pudar and
 * Liggett 1992 (J. Hydraulic Engineering 118:7).
 */
import type { NetworkSnapshot } from "../hydraulics/network-snapshot.ts";
import { uniformDraws } from "../model/seeded-random.ts";
import type { MeteredDistrict, MeteredNetwork } from "./metered-network.ts";
import { type MeasuredHour, modelHours } from "./model-hours.ts";

/** How far a model of a network is usually from it: one standard deviation of the logarithm. */
export interface ModelError {
  readonly roughness: number;
  readonly use: number;
}

export interface CandidatePipe {
  /** Place in the network's links. */
  readonly link: number;
  /**
   * For each variant, the trace of 1 m3/h lost there: change of every reading (pressures in m, then flows in m3/h), one hour asked about
   * after the other.
   */
  readonly traces: readonly Float64Array[];
}

export interface TraceQuestion {
  readonly network: NetworkSnapshot;
  readonly metered: MeteredNetwork;
  readonly district: MeteredDistrict;
  /** Typical hours, such as one of the night and one of the day. */
  readonly hours: readonly MeasuredHour[];
  readonly leakM3h: number;
  readonly variants: number;
  readonly modelError: ModelError;
  readonly seed: number;
}

/** Leaves the network with the model's own roughness. Time grows with nodes, hours and variants: a solution each. */
export function leakTraces(question: TraceQuestion): readonly CandidatePipe[] {
  const { network, metered, district, hours, leakM3h, variants, modelError, seed } = question;
  const draw = normalDraws(seed);
  const byVariant = Array.from({ length: variants }, (_, variant) => {
    const sure = variant === 0;
    for (const [at, { isPipe }] of network.links.entries())
      if (isPipe) network.roughen(at, sure ? 1 : Math.exp(modelError.roughness * draw()));
    const varied = sure
      ? network
      : withUse(
          network,
          network.nodes.map(() => Math.exp(modelError.use * draw())),
        );
    return nodeTraces(varied, metered, district, hours, leakM3h);
  });
  for (const [at, { isPipe }] of network.links.entries()) if (isPipe) network.roughen(at, 1);
  return district.pipes.map((link) => {
    const { from, to } = network.links[link]!;
    // Of a leak in the middle of the pipe; a tank or a source at an end is no place that leaks.
    return {
      link,
      traces: byVariant.map((traces) => {
        const [one, other] = [traces.get(from) ?? traces.get(to), traces.get(to) ?? traces.get(from)];
        return one!.map((value, at) => (value + other![at]!) / 2);
      }),
    };
  });
}

function nodeTraces(
  network: NetworkSnapshot,
  metered: MeteredNetwork,
  { nodes }: MeteredDistrict,
  hours: readonly MeasuredHour[],
  leakM3h: number,
): ReadonlyMap<number, Float64Array> {
  const model = modelHours(network, metered);
  const width = metered.pressures.length + metered.flows.length;
  const traces = new Map<number, Float64Array>();
  for (const [at, hour] of hours.entries()) {
    model.solve(hour);
    const without = model.readings();
    for (const node of nodes) {
      if (network.nodes[node]!.kind !== "junction") continue;
      model.solve(hour, { node, m3h: leakM3h });
      const trace = traces.get(node) ?? new Float64Array(width * hours.length);
      for (const [sensor, value] of model.readings().entries())
        trace[at * width + sensor] = (value - without[sensor]!) / leakM3h;
      traces.set(node, trace);
    }
  }
  return traces;
}

/** The same network whose nodes use so many times as much as the INP says. */
function withUse(network: NetworkSnapshot, times: readonly number[]): NetworkSnapshot {
  const kept = new Map<number, Float64Array>();
  return {
    ...network,
    usualUseM3h(hour) {
      const usual = kept.get(hour) ?? network.usualUseM3h(hour).map((m3h, node) => m3h * times[node]!);
      kept.set(hour, usual);
      return usual;
    },
  };
}

/** Mean 0, standard deviation 1, by Box and Muller. */
export function normalDraws(seed: number): () => number {
  const uniform = uniformDraws(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
