/**
 * The network as its meters divide it: each district is the part that metered links and shut links cut off from the rest, and is known
 * by the meters on its boundary. Pure.
 */

import type { NetworkSnapshot } from "../hydraulics/network-snapshot.ts";
import { Failure } from "../model/failure.ts";
import type { NetworkModel } from "../model/network-model.ts";
import type { District } from "../model/utility.ts";

export interface Metered {
  readonly sensor: string;
  /** Place of the node or link in the network. */
  readonly at: number;
}

export interface MeteredDistrict {
  readonly district: District;
  readonly nodes: readonly number[];
  /** Pipes with both ends in the district. */
  readonly pipes: readonly number[];
}

export interface MeteredNetwork {
  readonly pressures: readonly Metered[];
  readonly flows: readonly Metered[];
  /** Metered links that fill a tank: how much they carry is the tank's and the pump's doing, so the model is told. */
  readonly fills: readonly Metered[];
  readonly levels: readonly Metered[];
  /** Those whose boundary meters are all in the model. */
  readonly districts: readonly MeteredDistrict[];
}

/** Throws Failure "unknown-element" naming the sensor and what the network has not got. */
export function meterNetwork(
  network: NetworkSnapshot,
  { places }: NetworkModel,
  districts: readonly District[],
): MeteredNetwork {
  const nodes = new Map(network.nodes.map(({ id }, at) => [id, at]));
  const links = new Map(network.links.map(({ id }, at) => [id, at]));
  const pressures: Metered[] = [];
  const metered: Metered[] = [];
  const levels: Metered[] = [];
  for (const [sensor, place] of Object.entries(places)) {
    if ("link" in place) metered.push({ sensor, at: found(links, place.link, "link", sensor) });
    else if ("node" in place) pressures.push({ sensor, at: found(nodes, place.node, "node", sensor) });
    else levels.push({ sensor, at: found(nodes, place.tank, "tank", sensor) });
  }
  const fillsTank = ({ at }: Metered) => network.nodes[network.links[at]!.to]!.kind === "tank";
  return {
    pressures,
    flows: metered.filter((one) => !fillsTank(one)),
    fills: metered.filter(fillsTank),
    levels,
    districts: tracedDistricts(network, metered, districts),
  };
}

function found(places: ReadonlyMap<string, number>, id: string, kind: string, sensor: string): number {
  const at = places.get(id);
  if (at === undefined)
    throw new Failure("unknown-element", `sensor "${sensor}": the network has no ${kind} "${id}"`);
  return at;
}

function tracedDistricts(
  network: NetworkSnapshot,
  metered: readonly Metered[],
  districts: readonly District[],
): readonly MeteredDistrict[] {
  const part = partsOf(network, new Set(metered.map(({ at }) => at)));
  const metersOf = new Map<number, Set<string>>();
  for (const { sensor, at } of metered) {
    const { from, to } = network.links[at]!;
    for (const end of [part[from]!, part[to]!]) {
      const known = metersOf.get(end) ?? new Set();
      metersOf.set(end, known.add(sensor));
    }
  }
  return districts.flatMap((district) => {
    const meters = district.meters.map(({ sensor }) => sensor);
    const match = [...metersOf].find(
      ([id, known]) =>
        known.size === meters.length &&
        meters.every((sensor) => known.has(sensor)) &&
        part.some((one, node) => one === id && network.nodes[node]!.kind === "junction"),
    );
    if (!match) return [];
    const [mine] = match;
    const pipes = network.links.flatMap(({ isPipe, from, to }, at) =>
      isPipe && part[from] === mine && part[to] === mine ? [at] : [],
    );
    return [{ district, nodes: [...part.keys()].filter((node) => part[node] === mine), pipes }];
  });
}

/** For each node, a number that it shares with all it is joined to by links that are open and without a meter. */
function partsOf({ nodes, links }: NetworkSnapshot, metered: ReadonlySet<number>): readonly number[] {
  const part = nodes.map((_, at) => at);
  const rootOf = (node: number): number => {
    let root = node;
    while (part[root] !== root) root = part[root]!;
    part[node] = root;
    return root;
  };
  for (const [at, { from, to, open }] of links.entries())
    if (open && !metered.has(at)) part[rootOf(from)] = rootOf(to);
  return nodes.map((_, at) => rootOf(at));
}
