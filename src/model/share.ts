/**
 * A centre's share of a utility: the districts it holds, where several centres divide them. Every question that two centres could both
 * answer has one here that answers it, found from the configuration alone:
 *
 *   a site      belongs to the first district, in the order of utility.yaml, that one of its sensors feeds; without one to the first of all
 *   a sensor    belongs to its site
 *   a district  belongs to whoever holds it
 *
 * Who holds a district takes in, stores and acknowledges what its sites send, and alone raises alarms about what belongs to it. To judge as
 * one centre would, it also watches districts of others: neighbours, and those its sites feed. Pure.
 */
import type { Entry } from "./entry.ts";
import type { NewEvent } from "./event.ts";
import { Failure } from "./failure.ts";
import { sensorsOf, topologyOf } from "./topology.ts";
import type { District, Utility } from "./utility.ts";
import { aboutOf, type Subject, type Verdict } from "./verdict.ts";

export interface Share {
  /** In the order of the configuration. */
  readonly held: readonly string[];
  /** The held districts, with the sensors that feed them or belong to them. */
  readonly shown: Utility;
  /** `shown` and what has to be watched beside it; sensors that feed no district are watched by their owner, or nobody would tell that they are silent. */
  readonly judged: Utility;
  /** Whether alarms about it are raised here. */
  speaksFor(subject: Subject): boolean;
  /** Whether a finding belongs into this centre's log. */
  concerns(finding: Pick<Verdict, "subject" | "kind">): boolean;
  /** Whether what another centre recorded concerns this one. */
  wants(event: NewEvent): boolean;
  /** The held district that a site or sensor belongs to; undefined for those of others. */
  ownerOf(subject: Subject): string | undefined;
  /** Whether somebody else may watch a sensor whose samples were stored here. */
  isWatchedElsewhere(sensor: string): boolean;
}

/** Throws Failure "wrong-share" when a district is not in the configuration. */
export function shareOf(utility: Utility, districts: readonly string[]): Share {
  for (const id of districts) {
    if (utility.districts.some((district) => district.id === id)) continue;
    const known = utility.districts.map((district) => district.id).join(", ");
    throw new Failure("wrong-share", `there is no district "${id}" in utility.yaml; there are ${known}`);
  }
  if (districts.length === 0)
    throw new Failure("wrong-share", "a centre without districts has nothing to do");
  const ownerOf = ownersOf(utility);
  const { districtsOf } = topologyOf(utility);
  const isHeld = (id: string | undefined) => id !== undefined && districts.includes(id);
  const isOwn = (subject: Subject) => isHeld(ownerOf(subject));
  const watched = watchedBy(utility, isHeld, isOwn);
  const own = utility.sensors.filter(({ id }) => isOwn(sensor(id)));
  const elsewhere = watchedElsewhere(utility, isHeld);
  const watchedIds = new Set(watched.map(({ id }) => id));
  const districtsEntered = (entry: Entry): readonly string[] => {
    if (entry.type === "volume") return [entry.district];
    if (entry.type === "work-planned") return entry.work.districts;
    if (entry.type === "hand-reading") return districtsOf(sensor(entry.sensor)).map(({ id }) => id);
    return districts;
  };
  const concerns: Share["concerns"] = ({ subject, kind }) => {
    if (isOwn(subject) || districtsOf(subject).some(({ id }) => isHeld(id))) return true;
    return kind === "boundary-valve" && watchedIds.has(subject.id);
  };
  return {
    held: utility.districts.filter(({ id }) => isHeld(id)).map(({ id }) => id),
    shown: narrowed(
      utility,
      utility.districts.filter(({ id }) => isHeld(id)),
      own.map(({ id }) => id),
    ),
    judged: narrowed(
      utility,
      watched,
      own.map(({ id }) => id),
    ),
    speaksFor: isOwn,
    concerns,
    wants({ body }) {
      if (body.kind === "night") return isHeld(body.night.district);
      if (body.kind === "verdict") return concerns(body.verdict);
      if (body.kind === "entry") return districtsEntered(body.entry).some(isHeld);
      return isOwn(body.kind === "alarm" ? aboutOf(body.alarm).subject : { kind: "site", id: body.site });
    },
    ownerOf(subject) {
      const owner = ownerOf(subject);
      return isHeld(owner) ? owner : undefined;
    },
    isWatchedElsewhere: (id) => elsewhere.has(id),
  };
}

/** The district that a finding belongs to. */
function ownersOf(utility: Utility): (subject: Subject) => string | undefined {
  const { districtsOf, siteOf } = topologyOf(utility);
  const [first] = utility.districts;
  const ofSite = (id: string) => (districtsOf({ kind: "site", id })[0] ?? first)?.id;
  return ({ kind, id }) => {
    if (kind === "district") return id;
    const site = kind === "site" ? id : siteOf(id);
    return site === undefined ? first?.id : ofSite(site);
  };
}

/**
 * The districts of part `part` of `parts`, counted from 1: each district is drawn by its name alone, so that a district more or a part more
 * moves as few others as can be (rendezvous hashing).
 */
export function districtsOfPart({ districts }: Utility, part: number, parts: number): readonly string[] {
  const numbers = Array.from({ length: parts }, (_, index) => index + 1);
  return districts
    .map(({ id }) => id)
    .filter((id) => {
      const weights = numbers.map((number) => hashed(`${id}/${number}`));
      return weights.indexOf(Math.max(...weights)) === part - 1;
    });
}

const sensor = (id: string): Subject => ({ kind: "sensor", id });

function watchedBy(
  utility: Utility,
  isHeld: (district: string) => boolean,
  isOwn: (subject: Subject) => boolean,
): readonly District[] {
  return utility.districts.filter(
    (district) =>
      isHeld(district.id) ||
      sensorsOf(district).some((id) => isOwn(sensor(id))) ||
      utility.districts.some(
        ({ id, neighbours }) =>
          isHeld(id) && (neighbours.includes(district.id) || district.neighbours.includes(id)),
      ),
  );
}

/** The sensors that whoever holds any other district watches. */
function watchedElsewhere(utility: Utility, isHeld: (district: string) => boolean): ReadonlySet<string> {
  const ownerOf = ownersOf(utility);
  const others = utility.districts.filter(({ id }) => !isHeld(id));
  const watched = others.flatMap(({ id }) =>
    watchedBy(
      utility,
      (district) => district === id,
      (subject) => ownerOf(subject) === id,
    ),
  );
  return new Set(watched.flatMap(sensorsOf));
}

function narrowed(utility: Utility, districts: readonly District[], besides: readonly string[]): Utility {
  const ids = new Set(districts.map(({ id }) => id));
  const sensors = new Set([...districts.flatMap(sensorsOf), ...besides]);
  return {
    ...utility,
    sensors: utility.sensors.filter(({ id }) => sensors.has(id)),
    districts: districts.map((district) => ({
      ...district,
      neighbours: district.neighbours.filter((id) => ids.has(id)),
    })),
  };
}

/** FNV-1a, 32 bits, with MurmurHash3's last mixing: neighbouring names land far apart. */
function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
