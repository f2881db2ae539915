/**
 * What happens to several districts at once. A boundary valve: one district has more by what a neighbour has less, in the same hours; no water
 * is lost, and it is one event. A whole zone: districts rise together, because of supply, weather or a feast; looked for when a district
 * claims something. Nothing is kept but the events that stand and those that ended in the last weeks.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Subject, Verdict } from "../model/verdict.ts";
import type { ClaimDistrict } from "./district-witness.ts";
import { type FlowExchange, flowExchange } from "./flow-exchange.ts";
import { type Deviation, deviationBetween } from "./recent-deviations.ts";
import { endFinding, openFinding } from "./standing-finding.ts";

/** An exchange the other way of this share of a standing one is its valve, worked back. */
const REVERSED_SHARE = 0.4;
const SAME_TIME_MS = 6 * HOUR_MS;
/** For so long after a valve was worked, both its districts' claims of that time are its doing. */
const UNSETTLED_MS = 3 * DAY_MS;
/** Slow claims look back over weeks, and so do meters. */
const REMEMBERED_MS = 42 * DAY_MS;
/** A zone is at least so many districts, and this share of those that are known. */
const LEAST_DISTRICTS = 3;
const LEAST_ZONE_SHARE = 0.5;
const ROSE_SIGMAS = 2;
/** The others must have risen by this share of the claimant's rise, each against its own flow. */
const LEAST_RELATIVE_SHARE = 0.3;
/** What a whole zone does for so long is its new use. */
const ZONE_USUAL_MS = 7 * DAY_MS;
const INTERVAL_SIGMAS = 1.645;

interface NeighbourEvent {
  verdict: Verdict;
  /** The district that has more, and for a valve the one that has less. */
  readonly district: number;
  readonly neighbour: number | null;
  /** All that rose, of a zone. */
  readonly members: ReadonlySet<number>;
  readonly exchangedM3h: number;
}

type Claim = Pick<Verdict, "startMs" | "endMs" | "decidedMs">;

export interface Explained {
  /** The event that explains the claim, for as long as the claim stands; null when it does not end with it. */
  readonly by: Verdict | null;
  readonly verdicts: readonly Verdict[];
}

export interface NeighbourEvents {
  events: NeighbourEvent[];
}

type Districts = readonly ClaimDistrict[];

export function createNeighbourEvents(): NeighbourEvents {
  return { events: [] };
}

/** A district's newest hour is known: is anything exchanged with a neighbour whose hour is known too? */
export function watchNeighbours(
  known: NeighbourEvents,
  districts: Districts,
  district: number,
): readonly Verdict[] {
  // A meter between two districts that reads wrong gives one what it takes from the other, as a valve does.
  if (leans(districts, district)) return [];
  const mine = districts[district]!.witness.deviations;
  const endMs = mine.newestEndMs;
  return districts[district]!.neighbours.flatMap((neighbour) => {
    const other = districts[neighbour]!.witness.deviations;
    if (leans(districts, neighbour)) return [];
    const found = other.newestEndMs >= endMs ? flowExchange(mine, other, endMs) : null;
    if (!found) return [];
    const [more, less] = found.exchangedM3h > 0 ? [district, neighbour] : [neighbour, district];
    return openValve(known, districts, { more, less }, found, endMs);
  });
}

/** Null when nothing between districts explains the claim. */
export function explainBetween(
  known: NeighbourEvents,
  districts: Districts,
  district: number,
  claim: Claim,
): Explained | null {
  const worked = valveOf(known, district, claim);
  if (!worked) return zoneOf(known, districts, district, claim);
  // The claim of the one that has more ends when the valve is worked back.
  const { verdict, district: more } = worked;
  const began = more === district && Math.abs(claim.startMs - verdict.startMs) <= SAME_TIME_MS;
  return { by: began ? verdict : null, verdicts: [] };
}

/** True when a valve of the district was worked in the last weeks: its meters do not read what they read before. */
export function wasValveWorked({ events }: NeighbourEvents, district: number, timeMs: number): boolean {
  return events.some(
    ({ verdict, district: more, neighbour: less }) =>
      less !== null &&
      (more === district || less === district) &&
      timeMs - (verdict.endMs ?? verdict.startMs) < REMEMBERED_MS,
  );
}

/** The claim that an event explains has ended, and so has the event. */
export function explainedOver(
  { events }: NeighbourEvents,
  districts: Districts,
  explainedBy: Verdict,
  { endMs, decidedMs, size }: Verdict,
): readonly Verdict[] {
  const mine = events.find(({ verdict }) => verdict.key === explainedBy.key);
  if (!mine) return [];
  const overMs = endMs ?? decidedMs;
  // What goes through a valve follows use: at night it may be far less than the claim, and the valve is open all the same.
  if (mine.neighbour !== null && stillLacks(districts, mine.neighbour, overMs, decidedMs)) return [];
  return endOf(mine, districts, overMs, decidedMs, size?.estimate ?? 0);
}

export function advanceNeighbours(known: NeighbourEvents, newestMs: number): readonly Verdict[] {
  if (known.events.length === 0) return [];
  known.events = known.events.filter(
    ({ verdict: { endMs } }) => endMs === null || newestMs - endMs < REMEMBERED_MS,
  );
  return known.events.flatMap((event) => {
    const { neighbour, verdict } = event;
    const atMs = verdict.startMs + ZONE_USUAL_MS;
    if (neighbour !== null || verdict.endMs !== null || newestMs < atMs) return [];
    const overDays = Math.round(ZONE_USUAL_MS / DAY_MS);
    event.verdict = endFinding(verdict, atMs, atMs, evidence("growth-became-usual", { overDays }));
    return [event.verdict];
  });
}

function openValve(
  { events }: NeighbourEvents,
  districts: Districts,
  { more, less }: { readonly more: number; readonly less: number },
  found: FlowExchange,
  decidedMs: number,
): readonly Verdict[] {
  const { startMs, sigmas, sigmaM3h } = found;
  const exchangedM3h = Math.abs(found.exchangedM3h);
  const ofPair = events.filter(
    (one) =>
      one.neighbour !== null && [one.district, one.neighbour].every((id) => id === more || id === less),
  );
  const standing = ofPair.find(({ verdict }) => verdict.endMs === null);
  if (standing?.district === more) return [];
  if (standing) {
    if (exchangedM3h < REVERSED_SHARE * standing.exchangedM3h || startMs <= standing.verdict.startMs)
      return [];
    return endOf(standing, districts, startMs, decidedMs, exchangedM3h);
  }
  // What is left of an exchange that was just ended is no new one.
  if (ofPair.some(({ verdict }) => startMs - (verdict.endMs ?? startMs) < UNSETTLED_MS)) return [];
  const told = evidence("neighbour-fell", {
    neighbour: districts[less]!.id,
    roseM3h: districtDeviation(districts, more, startMs, decidedMs)?.deviationM3h ?? exchangedM3h,
    fellM3h: -(districtDeviation(districts, less, startMs, decidedMs)?.deviationM3h ?? -exchangedM3h),
    timesUsualVariation: sigmas,
  });
  const margin = INTERVAL_SIGMAS * sigmaM3h;
  const verdict = openFinding(subjectOf(districts, more), "boundary-valve", startMs, {
    decidedMs,
    size: { estimate: exchangedM3h, low: exchangedM3h - margin, high: exchangedM3h + margin },
    confidence: 0.9,
    evidence: [told],
    ruledOut: [{ kind: "leak", because: told }],
  });
  const members = new Set([more, less]);
  events.push({ verdict, district: more, neighbour: less, members, exchangedM3h });
  return [verdict];
}

function endOf(
  event: NeighbourEvent,
  districts: Districts,
  endMs: number,
  decidedMs: number,
  fellM3h: number,
): readonly Verdict[] {
  if (event.verdict.endMs !== null) return [];
  const how =
    event.neighbour === null
      ? evidence("districts-back-together", { fellM3h })
      : evidence("flows-exchanged-back", { neighbour: districts[event.neighbour]!.id, fellM3h });
  event.verdict = endFinding(event.verdict, Math.max(endMs, event.verdict.startMs + 1), decidedMs, how);
  return [event.verdict];
}

/** A claim that begins about when a valve was worked, or looks back over that time. */
function valveOf({ events }: NeighbourEvents, district: number, { startMs, decidedMs }: Claim) {
  return events.find(
    ({ verdict, district: more, neighbour: less }) =>
      less !== null &&
      (more === district || less === district) &&
      [verdict.startMs, verdict.endMs ?? Number.POSITIVE_INFINITY].some(
        (workedMs) => startMs <= workedMs + UNSETTLED_MS && decidedMs >= workedMs,
      ),
  );
}

function zoneOf(
  { events }: NeighbourEvents,
  districts: Districts,
  district: number,
  { startMs, endMs, decidedMs }: Claim,
): Explained | null {
  const known = events.some(
    ({ neighbour, members, verdict }) =>
      neighbour === null &&
      members.has(district) &&
      startMs <= (verdict.endMs ?? Number.POSITIVE_INFINITY) + SAME_TIME_MS &&
      decidedMs >= verdict.startMs,
  );
  if (known) return { by: null, verdicts: [] };
  const rose = rising(districts, district, startMs, decidedMs);
  if (!rose) return null;
  const told = evidence("districts-rose-together", rose.figures);
  const verdict = openFinding(subjectOf(districts, district), "zone-wide-change", startMs, {
    decidedMs,
    confidence: 0.8,
    evidence: [told],
    ruledOut: [{ kind: "leak", because: told }],
  });
  const event: NeighbourEvent = {
    verdict,
    district,
    neighbour: null,
    members: rose.members,
    exchangedM3h: 0,
  };
  events.push(event);
  if (endMs !== null)
    return { by: null, verdicts: [verdict, ...endOf(event, districts, endMs, decidedMs, rose.riseM3h)] };
  return { by: verdict, verdicts: [verdict] };
}

/** The districts that rose with this one, each against its own flow; null when they are too few to be a zone. */
function rising(districts: Districts, district: number, startMs: number, untilMs: number) {
  const all = districts.map((_, place) => districtDeviation(districts, place, startMs, untilMs));
  const mine = all[district];
  if (!mine || mine.deviationM3h <= 0 || !(mine.usualM3h > 0)) return null;
  const relative = mine.deviationM3h / mine.usualM3h;
  const known = all.flatMap((one, place) => (one && one.usualM3h > 0 ? [{ ...one, place }] : []));
  const rose = known.filter(
    ({ place, deviationM3h, sigmaM3h, usualM3h }) =>
      place === district ||
      (deviationM3h > ROSE_SIGMAS * sigmaM3h && deviationM3h / usualM3h > LEAST_RELATIVE_SHARE * relative),
  );
  if (rose.length < LEAST_DISTRICTS || rose.length < LEAST_ZONE_SHARE * known.length) return null;
  const risen = rose.reduce((sum, one) => sum + one.deviationM3h / one.usualM3h, 0) / rose.length;
  return {
    members: new Set(rose.map(({ place }) => place)),
    riseM3h: mine.deviationM3h,
    figures: { districts: rose.length, ofDistricts: known.length, risePercent: 100 * risen },
  };
}

/** By more than it varies by. */
function stillLacks(districts: Districts, district: number, fromMs: number, untilMs: number): boolean {
  const found = districtDeviation(districts, district, fromMs, untilMs);
  return found !== null && found.deviationM3h < -found.sigmaM3h;
}

function districtDeviation(
  districts: Districts,
  district: number,
  fromMs: number,
  toMs: number,
): Deviation | null {
  return deviationBetween(districts[district]!.witness.deviations, fromMs, toMs);
}

function leans(districts: Districts, district: number): boolean {
  return districts[district]!.witness.balanceLeans(Number.POSITIVE_INFINITY);
}

function subjectOf(districts: Districts, district: number): Subject {
  return { kind: "district", id: districts[district]!.id };
}
