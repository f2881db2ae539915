/**
 * Any EPANET network made into two metered districts: the part behind one main, or one pumping station, becomes the lower district, the rest
 * the upper one. Pumps, control valves and check valves between them are metered; the other pipes are shut, as boundary valves are. Tanks
 * belong to the district they stand in. Demands follow one pattern a district. Works on the INP's text, so that published networks of any
 * size and unit can be lived through (openNetwork turns units into metric ones).
 */
export const DISTRICTS = ["upper", "lower"] as const;
export type DividedDistrict = (typeof DISTRICTS)[number];

/** The lower district has about this share of all demand. */
const LOWER_SHARE = 0.35;
const LEAST_SHARE = 0.1;
const MOST_SHARE = 0.7;
/** More meters between two districts nobody buys; more pipes nobody shuts. */
const MOST_MAINS = 4;
const MOST_SHUT = 20;
/** Where a file has no demands: of so much pipe, half at each of its ends; scaled down later until the network can supply it. */
const DEMAND_PER_LENGTH = 0.003;
/** Flow units that go with metres; without a word of its own an INP is in gallons and feet. */
const METRIC = /^\s*UNITS\s+(?:LPS|LPM|MLD|CMH|CMD|CMS)\b/im;
const METRES_PER_FOOT = 0.3048;
const METRES_PER_INCH = 0.0254;
const METRES_PER_MILLIMETRE = 0.001;

/** A metered link; +1 when its flow counts as entering the district. */
export interface DividedMeter {
  readonly link: string;
  readonly sign: 1 | -1;
}

export interface DividedNetwork {
  /** The INP with districts' patterns and shut boundary pipes. */
  readonly inp: string;
  /** Links through which water comes from sources. */
  readonly inlets: readonly (DividedMeter & { readonly district: DividedDistrict })[];
  /** Links through which the lower district takes from the upper one. */
  readonly mains: readonly (DividedMeter & { readonly isPipe: boolean })[];
  /** Shut, widest first. */
  readonly boundaryValves: readonly string[];
  readonly tanks: readonly DividedTank[];
  readonly junctions: Readonly<Record<DividedDistrict, readonly string[]>>;
  readonly pipes: Readonly<Record<DividedDistrict, readonly DividedPipe[]>>;
}

export interface DividedTank {
  readonly id: string;
  readonly diameterM: number;
  readonly district: DividedDistrict;
}

export interface DividedPipe {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly diameterM: number;
}

interface Link {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly isPipe: boolean;
  readonly diameter: number;
  readonly length: number;
  readonly weight: number;
}

interface Parsed {
  readonly links: readonly Link[];
  readonly demands: ReadonlyMap<string, number>;
  /** False where demands had to be made up from lengths of pipe. */
  readonly hasDemands: boolean;
  readonly reservoirs: ReadonlySet<string>;
  readonly tanks: readonly { readonly id: string; readonly diameterM: number }[];
}

interface LowerPart {
  readonly nodes: ReadonlySet<string>;
  readonly mains: readonly Link[];
  readonly shut: readonly Link[];
  readonly offShare: number;
}

/** Ways to divide a network, the one whose lower district has nearest to its share of all demand first; none for some networks. */
export function divisionsOf(inp: string): readonly DividedNetwork[] {
  const parsed = parse(inp);
  return lowerParts(parsed).map((lower) => divide(inp, parsed, lower));
}

function divide(inp: string, parsed: Parsed, { nodes, mains, shut }: LowerPart): DividedNetwork {
  const { links, reservoirs, tanks, demands } = parsed;
  const metresPerDiameter = METRIC.test(inp) ? METRES_PER_MILLIMETRE : METRES_PER_INCH;
  const districtOf = (node: string): DividedDistrict => (nodes.has(node) ? "lower" : "upper");
  const inlets = links
    .filter(({ from, to }) => reservoirs.has(from) !== reservoirs.has(to))
    .map(({ id, from, to }) => {
      const [sign, inside] = reservoirs.has(from) ? ([1, to] as const) : ([-1, from] as const);
      return { link: id, sign, district: districtOf(inside) };
    });
  const within = (district: DividedDistrict, node: string) =>
    !reservoirs.has(node) && districtOf(node) === district;
  const of = <T>(make: (district: DividedDistrict) => T) => ({ upper: make("upper"), lower: make("lower") });
  return {
    inp: rewrite(inp, parsed, nodes, new Set(shut.map(({ id }) => id))),
    inlets,
    mains: mains.map(({ id, to, isPipe }) => ({ link: id, sign: nodes.has(to) ? 1 : -1, isPipe })),
    boundaryValves: [...shut].sort((a, b) => b.diameter - a.diameter).map(({ id }) => id),
    tanks: tanks.map((tank) => ({ ...tank, district: districtOf(tank.id) })),
    junctions: of((district) => [...demands.keys()].filter((node) => within(district, node))),
    pipes: of((district) =>
      links
        .filter(({ isPipe, from, to }) => isPipe && within(district, from) && within(district, to))
        .map(({ id, from, to, diameter }) => ({ id, from, to, diameterM: diameter * metresPerDiameter })),
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
      links.push({ id, from: second, to: third, isPipe, diameter, length: isPipe ? length : 0, weight });
    }
  }
  const hasDemands = [...demands.values()].some((one) => one > 0);
  if (!hasDemands) {
    for (const { from, to, length } of links)
      for (const end of [from, to])
        if (demands.has(end)) demands.set(end, demands.get(end)! + (DEMAND_PER_LENGTH * length) / 2);
  }
  return { links, demands, hasDemands, reservoirs, tanks };
}

/** Branches of the tree of least resistance from the sources that could be metered, best first. */
function lowerParts({ links, demands, reservoirs }: Parsed): readonly LowerPart[] {
  const parents = treeFrom(reservoirs, links);
  const total = [...demands.values()].reduce((sum, one) => sum + Math.max(0, one), 0);
  const parts: LowerPart[] = [];
  for (const [root, entrance] of parents) {
    if (reservoirs.has(entrance.from) || reservoirs.has(entrance.to)) continue;
    const nodes = branchOf(root, parents);
    const crossing = links.filter(
      (one) =>
        nodes.has(one.from) !== nodes.has(one.to) && !reservoirs.has(one.from) && !reservoirs.has(one.to),
    );
    const mains = crossing.filter((one) => one === entrance || !one.isPipe);
    const shut = crossing.filter((one) => one !== entrance && one.isPipe);
    if (mains.length > MOST_MAINS || shut.length === 0 || shut.length > MOST_SHUT) continue;
    const share = [...nodes].reduce((sum, node) => sum + Math.max(0, demands.get(node) ?? 0), 0) / total;
    if (share < LEAST_SHARE || share > MOST_SHARE) continue;
    parts.push({ nodes, mains, shut, offShare: Math.abs(share - LOWER_SHARE) });
  }
  return parts.sort((a, b) => a.offShare - b.offShare);
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

function rewrite(
  inp: string,
  { demands, hasDemands }: Parsed,
  lower: ReadonlySet<string>,
  shut: ReadonlySet<string>,
): string {
  const patternOf = (node: string) => (lower.has(node) ? "lower" : "upper");
  const lines = sectionsOf(inp).flatMap(({ section, line, words }) => {
    const [id = ""] = words;
    if (/^\s*\[PATTERNS/i.test(line)) return [line, ...DISTRICTS.map((name) => ` ${name} 1.0`)];
    if (words.length === 0) return [line];
    const demand = hasDemands ? (words[2] ?? 0) : demands.get(id);
    if (section === "JUNCTIONS") return [` ${id} ${words[1]} ${demand} ${patternOf(id)}`];
    if (section === "DEMANDS") return [` ${id} ${words[1]} ${patternOf(id)}`];
    // What happens at an hour of a study's one day happens every day.
    if (section === "CONTROLS") return [line.replace(/AT\s+TIME/i, "AT CLOCKTIME")];
    if (section === "PIPES" && shut.has(id)) return [` ${words.slice(0, 7).join(" ")} Closed`];
    return [line];
  });
  const hasPatterns = lines.some((line) => /^\s*\[PATTERNS/i.test(line));
  const patterns = hasPatterns ? [] : ["[PATTERNS]", ...DISTRICTS.map((name) => ` ${name} 1.0`), ""];
  const end = lines.findIndex((line) => /^\s*\[END/i.test(line));
  return [...lines.slice(0, end < 0 ? lines.length : end), ...patterns, "[END]"].join("\n");
}
