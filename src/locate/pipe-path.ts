/** Where a pipe of the network lies on the map. Pure. */
import type { NetworkSnapshot } from "../hydraulics/network-snapshot.ts";
import type { PipeCandidate } from "../model/location.ts";
import type { NetworkModel } from "../model/network-model.ts";

/** Of a degree of latitude, on the sphere of the mean radius of the Earth. */
const METRES_PER_DEGREE = 111_195;

/** From end to end; bends that the INP draws are left out. */
export function pathOf(
  { nodes, links }: NetworkSnapshot,
  link: number,
  coordinates: NetworkModel["coordinates"],
): PipeCandidate["path"] {
  if (coordinates === null) return null;
  const { from, to } = links[link]!;
  return [nodes[from]!, nodes[to]!].map(({ x, y }): readonly [number, number] => {
    if (coordinates === "degrees") return [x, y];
    const { latitudeDeg, longitudeDeg } = coordinates.metresFrom;
    const perDegreeEastM = METRES_PER_DEGREE * Math.cos((latitudeDeg * Math.PI) / 180);
    return [longitudeDeg + x / perDegreeEastM, latitudeDeg + y / METRES_PER_DEGREE];
  });
}
