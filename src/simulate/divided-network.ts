/**
 * Any EPANET network made into two metered districts: the part behind one main becomes the lower district, the rest the upper one; the other
 * pipes between them are shut, as boundary valves are. Demands follow one pattern a district. Works on the INP's text, so that published
 * networks of any size and unit can be lived through (openNetwork turns units into metric ones).
 */
import { Failure } from "../model/failure.ts";

export const DISTRICTS = ["upper", "lower"] as const;
export type DividedDistrict = (typeof DISTRICTS)[number];

/** The lower district has about this share of all demand. */
const LOWER_SHARE = 0.35;
/** Flow units that go with metres; without a word of its own an INP is in gallons and feet. */
const METRIC = /^\s*UNITS\s+(?:LPS|LPM|MLD|CMH|CMD|CMS)\b/im;
const METRES_PER_FOOT = 0.3048;

export interface DividedNetwork {
  /** The INP with districts' patterns and shut boundary pipes. */
  readonly inp: string;
  /** Links through which water enters the upper district from sources, and the one between the districts. */
  readonly inlets: readonly { readonly link: string; readonly sign: 1 | -1 }[];
  readonly entrance: { readonly link: string; readonly sign: 1 | -1 };
  /** Shut, widest first. */
  readonly boundaryValves: readonly string[];
  readonly tanks: readonly { readonly id: string; readonly diameterM: number }[];
  readonly junctions: Readonly<Record<DividedDistrict, readonly string[]>>;
  readonly pipes: Readonly<Record<DividedDistrict, readonly DividedPipe[]>>;
}

export interface DividedPipe {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

interface Link {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly isPipe: boolean;
  readonly diameter: number;
  readonly weight: number;
}

interface Parsed {
  readonly links: readonly Link[];
  readonly demands: ReadonlyMap<string, number>;
  readonly reservoirs: ReadonlySet<string>;
  readonly tanks: readonly { readonly id: string; readonly diameterM: number }[];
}

/** Throws Failure "wrong-network" when no part of the network can be cut off. */
export function divideNetwork(inp: string): DividedNetwork {
  const parsed = parse(inp);
  const lower = lowerPart(parsed);
  if (!lower) throw new Failure("wrong-network", "no part of the network can be metered by one main");
  const { nodes, entrance, crossing } = lower;
  const { links, reservoirs, tanks, demands } = parsed;
  const inlets = links
    .filter(({ from, to }) => reservoirs.has(from) !== reservoirs.has(to))
    .map(({ id, from }) => ({ link: id, sign: reservoirs.has(from) ? (1 as const) : (-1 as const) }));
  const within = (district: DividedDistrict, node: string) =>
    !reservoirs.has(node) && nodes.has(node) === (district === "lower");
  const of = <T>(make: (district: DividedDistrict) => T) => ({ upper: make("upper"), lower: make("lower") });
  return {
    inp: rewrite(inp, nodes, new Set(crossing.map(({ id }) => id))),
    inlets,
    entrance: { link: entrance.id, sign: nodes.has(entrance.to) ? 1 : -1 },
    boundaryValves: [...crossing].sort((a, b) => b.diameter - a.diameter).map(({ id }) => id),
    tanks,
    junctions: of((district) => [...demands.keys()].filter((node) => within(district, node))),
    pipes: of((district) =>
      links
        .filter(({ isPipe, from, to }) => isPipe && within(district, from) && within(district, to))
        .map(({ id, from, to }) => ({ id, from, to })),
    ),
  };
}

function sectionsOf(
  inp: string,
): { readonly section: string; readonly line: string; readonly words: string[] }[] {
  let section = "";
  return inp.split(/\r?\n/).map((line) => {
    const head = /^\s*\[(\w+)/.exec(line);
    if (head) section = head[1]!.toUpperCase();
    const words = head ? [] : (line.split(";")[0] ?? "").trim().split(/\s+/).filter(Boolean);
    return { section, line, words };
  });
}

function parse(inp: string): Parsed {
  const links: Link[] = [];
  const demands = new Map<string, number>();
  const reservoirs = new Set<string>();
  const tanks: { id: string; diameterM: number }[] = [];
  const metresPerUnit = METRIC.test(inp) ? 1 : METRES_PER_FOOT;
  for (const { section, words } of sectionsOf(inp)) {
    const [id = "", second = "", third = ""] = words;
    if (words.length === 0) continue;
    if (section === "JUNCTIONS") demands.set(id, Number(third) || 0);
    else if (section === "DEMANDS") demands.set(id, (demands.get(id) ?? 0) + (Number(second) || 0));
    else if (section === "RESERVOIRS") reservoirs.add(id);
    else if (section === "TANKS") tanks.push({ id, diameterM: Number(words[5]) * metresPerUnit });
    else if (section === "PIPES" || section === "PUMPS" || section === "VALVES") {
      const [length = 1, diameter = 1] = [Number(words[3]), Number(words[4])];
      // Water takes the way of least resistance; a check valve is no boundary valve.
      const isPipe = section === "PIPES" && !/^cv$/i.test(words[7] ?? "");
      const weight = section === "PIPES" ? length / diameter ** 5 : 0;
      if (section === "PIPES" && /^closed$/i.test(words[7] ?? "")) continue;
      links.push({ id, from: second, to: third, isPipe, diameter, weight });
    }
  }
  return { links, demands, reservoirs, tanks };
}

/** The branch of the tree of least resistance from the sources whose demand comes nearest to the share wanted. */
function lowerPart({ links, demands, reservoirs, tanks }: Parsed) {
  const parents = treeFrom(reservoirs, links);
  const total = [...demands.values()].reduce((sum, one) => sum + Math.max(0, one), 0);
  const tankIds = new Set(tanks.map(({ id }) => id));
  let best: { nodes: Set<string>; entrance: Link; crossing: Link[]; off: number } | null = null;
  for (const [root, entrance] of parents) {
    if (!entrance.isPipe) continue;
    const nodes = branchOf(root, parents);
    if ([...nodes].some((node) => tankIds.has(node))) continue;
    const crossing = links.filter((one) => one !== entrance && nodes.has(one.from) !== nodes.has(one.to));
    if (crossing.length === 0 || crossing.some(({ isPipe }) => !isPipe)) continue;
    const share = [...nodes].reduce((sum, node) => sum + Math.max(0, demands.get(node) ?? 0), 0) / total;
    const off = Math.abs(share - LOWER_SHARE);
    if (!best || off < best.off) best = { nodes, entrance, crossing, off };
  }
  return best;
}

/** The link by which each node is reached. */
function treeFrom(sources: ReadonlySet<string>, links: readonly Link[]): Map<string, Link> {
  const distance = new Map([...sources].map((id) => [id, 0]));
  const parents = new Map<string, Link>();
  // Bellman-Ford: networks are small, and it is short.
  for (let changed = true; changed; ) {
    changed = false;
    for (const link of links) {
      for (const [near, far] of [
        [link.from, link.to],
        [link.to, link.from],
      ] as const) {
        const reached = (distance.get(near) ?? Number.POSITIVE_INFINITY) + link.weight + 1e-12;
        if (!(reached < (distance.get(far) ?? Number.POSITIVE_INFINITY))) continue;
        distance.set(far, reached);
        parents.set(far, link);
        changed = true;
      }
    }
  }
  return parents;
}

function branchOf(root: string, parents: ReadonlyMap<string, Link>): Set<string> {
  const children = new Map<string, string[]>();
  for (const [node, { from, to }] of parents) {
    const parent = from === node ? to : from;
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  const nodes = new Set<string>();
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    nodes.add(node);
    open.push(...(children.get(node) ?? []));
  }
  return nodes;
}

function rewrite(inp: string, lower: ReadonlySet<string>, shut: ReadonlySet<string>): string {
  const patternOf = (node: string) => (lower.has(node) ? "lower" : "upper");
  const lines = sectionsOf(inp).flatMap(({ section, line, words }) => {
    const [id = ""] = words;
    if (/^\s*\[PATTERNS/i.test(line)) return [line, ...DISTRICTS.map((name) => ` ${name} 1.0`)];
    if (words.length === 0) return [line];
    if (section === "JUNCTIONS") return [` ${id} ${words[1]} ${words[2] ?? 0} ${patternOf(id)}`];
    if (section === "DEMANDS") return [` ${id} ${words[1]} ${patternOf(id)}`];
    if (section === "PIPES" && shut.has(id)) return [` ${words.slice(0, 7).join(" ")} Closed`];
    return [line];
  });
  const hasPatterns = lines.some((line) => /^\s*\[PATTERNS/i.test(line));
  const patterns = hasPatterns ? [] : ["[PATTERNS]", ...DISTRICTS.map((name) => ` ${name} 1.0`), ""];
  const end = lines.findIndex((line) => /^\s*\[END/i.test(line));
  return [...lines.slice(0, end < 0 ? lines.length : end), ...patterns, "[END]"].join("\n");
}
