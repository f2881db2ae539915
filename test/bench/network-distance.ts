/** How far two places on pipes are from each other: in a straight line, and for somebody who walks along the pipes. */
import type { NetworkSnapshot } from "../../src/hydraulics/network-snapshot.ts";

export interface PipePlace {
  readonly link: number;
  /** Share of the pipe's length from its first node. */
  readonly along: number;
}

export function straightM({ nodes, links }: NetworkSnapshot, one: PipePlace, other: PipePlace): number {
  const at = ({ link, along }: PipePlace) => {
    const [from, to] = [nodes[links[link]!.from]!, nodes[links[link]!.to]!];
    return { x: from.x + along * (to.x - from.x), y: from.y + along * (to.y - from.y) };
  };
  return Math.hypot(at(one).x - at(other).x, at(one).y - at(other).y);
}

/** From a place to the middle of each pipe, by Dijkstra; by place in the network's links. */
export function alongPipesM({ nodes, links }: NetworkSnapshot, place: PipePlace): Float64Array {
  const joined = nodes.map((): { readonly to: number; readonly lengthM: number }[] => []);
  for (const { from, to, lengthM } of links) {
    joined[from]!.push({ to, lengthM });
    joined[to]!.push({ to: from, lengthM });
  }
  const { from, to, lengthM } = links[place.link]!;
  const nearest = new Float64Array(nodes.length).fill(Number.POSITIVE_INFINITY);
  nearest[from] = place.along * lengthM;
  nearest[to] = (1 - place.along) * lengthM;
  const left = new Set(nodes.keys());
  while (left.size > 0) {
    let next = -1;
    for (const node of left) if (next < 0 || nearest[node]! < nearest[next]!) next = node;
    left.delete(next);
    for (const { to: other, lengthM: further } of joined[next]!)
      nearest[other] = Math.min(nearest[other]!, nearest[next]! + further);
  }
  return Float64Array.from(links, (link, at) =>
    at === place.link
      ? Math.abs(0.5 - place.along) * link.lengthM
      : Math.min(nearest[link.from]!, nearest[link.to]!) + link.lengthM / 2,
  );
}
