/** What somebody who is limited to some districts may see: what belongs to at least one of them. Pure. */
import type { Principal } from "../model/access.ts";
import type { Topology } from "../model/topology.ts";
import type { Utility } from "../model/utility.ts";
import type { Subject } from "../model/verdict.ts";

export type MaySee = (subject: Subject) => boolean;

export function districtScope(topology: Topology, { districts }: Pick<Principal, "districts">): MaySee {
  if (districts === null) return () => true;
  const allowed = new Set(districts);
  return (subject) => topology.districtsOf(subject).some(({ id }) => allowed.has(id));
}

/** The utility as it is to somebody who may see only part of it. */
export function visibleUtility(utility: Utility, maySee: MaySee): Utility {
  return {
    ...utility,
    sensors: utility.sensors.filter(({ id }) => maySee({ kind: "sensor", id })),
    districts: utility.districts.filter(({ id }) => maySee({ kind: "district", id })),
  };
}
