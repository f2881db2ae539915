/**
 * Where claims of leaks are examined before they are told. A district's flow alone says "it rose and stays"; here it is asked whether the meter
 * is wrong, whether data were missing, whether a neighbour gave what this one took, whether the whole zone moved, what day it is, and what
 * pressure says. A claim is told, held until it can be answered, or explained by something else; what was told is taken back when its cause
 * turns out to be a sensor.
 *
 *   claimed -> pending -> told -> ended
 *                 |         +---> taken back (a sensor was wrong)
 *                 +-> held (may be drift, a calendar day) -> told, or dropped
 *                 +-> explained: boundary valve, zone-wide change, gap, sensor
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Reason } from "../model/night.ts";
import type { Evidence, Verdict } from "../model/verdict.ts";
import type { ClaimDistrict, SensorFinding } from "./district-witness.ts";
import { MOST_OPEN_LEAKS } from "./leak-book.ts";
import {
  advanceNeighbours,
  createNeighbourEvents,
  explainBetween,
  explainedOver,
  type NeighbourEvents,
  wasValveWorked,
  watchNeighbours,
} from "./neighbour-events.ts";

/** A claim and a fault or gap belong together when they begin within this time. */
const AROUND_MS = 6 * HOUR_MS;
/** A slow rise is dated by the weeks it was looked at, not by its first day. */
const AROUND_DRIFT_MS = 35 * DAY_MS;
const AFTER_GAP_MS = 2 * HOUR_MS;
/** What looks like drift is held for so long for the drift to be found; then it is told. */
const HELD_FOR_DRIFT_MS = 14 * DAY_MS;
/** A meter drifts over more than this; what rose faster is not held. */
const SLOW_RISE_MS = 4 * DAY_MS;
const SEEN_ENDED_MS = 3 * HOUR_MS;
/** A burst that was called of use that came and went is seen to have ended within this; what stays longer is no such use. */
const MOST_UNENDED_MS = DAY_MS;
/** A burst that was told within hours may still turn out to be use that ends by itself; what lasts longer is hardly that. */
const MAY_END_MS = 12 * HOUR_MS;
/** Districts that have been silent for longer are not waited for. */
const WAITED_FOR_MS = 2 * HOUR_MS;
/** Of one kind, of those that are over; what stands is kept as long as it does. */
const PAST_FAULTS_KEPT = 8;
/** Of claims that have ended the last are remembered, so many in all with those that stand. */
const CLAIMS_KEPT = 12;
/** Never more than this, whatever stands: then the oldest are those that the leak book has let go. */
const MOST_CLAIMS = MOST_OPEN_LEAKS + CLAIMS_KEPT;

interface Claim {
  verdict: Verdict;
  state: "pending" | "told" | "explained";
  /** What it was explained by, while that stands. */
  by: Verdict | null;
  isClear: boolean;
  /** What was found beside the flow when it was told, and what could not be asked. */
  testimony: readonly Evidence[];
  missing: readonly Reason[];
}

interface DistrictClaims {
  readonly claims: Map<string, Claim>;
  /** Newest word on each sensor finding, oldest first. */
  faults: SensorFinding[];
  passedMs: number;
}

/** Districts go by their place. */
export interface ClaimDesk {
  readonly books: readonly DistrictClaims[];
  readonly neighbourEvents: NeighbourEvents;
  /** News of what was told, to be handed over. */
  revisions: Verdict[];
  /** Districts of which a new hour is known. */
  readonly hoursKnown: Set<number>;
  readonly pending: Set<{ readonly district: number; readonly claim: Claim }>;
}

/** Who is asked about a claim, by place. */
export interface ClaimContext {
  readonly districts: readonly ClaimDistrict[];
  readonly latenessMs: number;
}

/** @param count of the districts */
export function createClaimDesk(count: number): ClaimDesk {
  return {
    books: Array.from({ length: count }, () => ({
      claims: new Map(),
      faults: [],
      passedMs: Number.NEGATIVE_INFINITY,
    })),
    neighbourEvents: createNeighbourEvents(),
    revisions: [],
    hoursKnown: new Set(),
    pending: new Set(),
  };
}

/** The district is judged up to here. */
export function passedBy(desk: ClaimDesk, district: number, timeMs: number): void {
  desk.books[district]!.passedMs = timeMs;
}

export function claimLeaks(
  desk: ClaimDesk,
  district: number,
  verdicts: readonly Verdict[],
  context: ClaimContext,
): void {
  const { claims } = desk.books[district]!;
  for (const verdict of verdicts) {
    if (verdict.kind === "repair") {
      const closed = [...claims.values()].filter(({ verdict: one }) => one.endMs === verdict.startMs);
      if (closed.length === 0 || closed.some(({ state }) => state === "told")) desk.revisions.push(verdict);
      continue;
    }
    hearClaim(desk, district, verdict, true, context);
  }
}

/**
 * A claim, or news of one. Use that came and went is told, unless something between districts explains it; what is not clear by itself only
 * when a burst was called in its time.
 */
export function hearClaim(
  desk: ClaimDesk,
  district: number,
  verdict: Verdict,
  isClear: boolean,
  context: ClaimContext,
): void {
  const known = desk.books[district]!.claims.get(verdict.key);
  if (!known) {
    remember(desk, district, verdict, isClear);
    return;
  }
  known.isClear ||= isClear;
  desk.revisions.push(...revise(desk, known, verdict, context));
}

/** A new hour of the district is known. */
export function hourKnown(desk: ClaimDesk, district: number): void {
  desk.hoursKnown.add(district);
}

/** True when its meters may read otherwise than before because a boundary valve was worked. */
export function wasWorked(desk: ClaimDesk, district: number, timeMs: number): boolean {
  return wasValveWorked(desk.neighbourEvents, district, timeMs);
}

/** A sensor of the district was found wrong, or silent; or is well again. */
export function sensorFound(desk: ClaimDesk, district: number, finding: SensorFinding): readonly Verdict[] {
  const book = desk.books[district]!;
  const { verdict } = finding;
  book.faults = book.faults.filter((one) => one.verdict.key !== verdict.key);
  book.faults.push(finding);
  const past = book.faults.filter((one) => one.verdict.kind === verdict.kind && one.verdict.endMs !== null);
  if (past.length > PAST_FAULTS_KEPT) book.faults = book.faults.filter((one) => one !== past[0]);
  if (verdict.kind === "data-gap" || verdict.endMs !== null) return [];
  const takenBack: Verdict[] = [];
  for (const claim of book.claims.values()) {
    const { verdict: told, state } = claim;
    if (told.endMs !== null || !explainedBySensor(book, told) || state === "explained") continue;
    claim.state = "explained";
    if (state !== "told") continue;
    const why = evidence("explained-by-sensor", { sensor: verdict.subject.id });
    takenBack.push({
      ...asTold(claim),
      endMs: told.startMs,
      decidedMs: verdict.decidedMs,
      confidence: 0,
      evidence: [...asTold(claim).evidence, why],
    });
  }
  return takenBack;
}

/** Examines what can be; `newestMs` is how far data, or the clock, have come. */
export function advanceDesk(desk: ClaimDesk, newestMs: number, context: ClaimContext): readonly Verdict[] {
  const { neighbourEvents, hoursKnown, pending } = desk;
  const out = desk.revisions;
  desk.revisions = [];
  for (const district of hoursKnown)
    out.push(...watchNeighbours(neighbourEvents, context.districts, district));
  hoursKnown.clear();
  for (const one of pending) {
    if (one.claim.state !== "pending") {
      pending.delete(one);
      continue;
    }
    const told = examine(desk, one.district, one.claim, newestMs, context);
    if (!told) continue;
    pending.delete(one);
    out.push(...told);
  }
  out.push(...advanceNeighbours(neighbourEvents, newestMs));
  return out;
}

function remember(desk: ClaimDesk, district: number, verdict: Verdict, isClear: boolean): void {
  const { claims } = desk.books[district]!;
  const claim: Claim = { verdict, state: "pending", by: null, isClear, testimony: [], missing: [] };
  claims.set(verdict.key, claim);
  desk.pending.add({ district, claim });
  for (const [key, old] of claims) {
    if (claims.size <= CLAIMS_KEPT) break;
    if (old.verdict.endMs !== null && old.state !== "pending") claims.delete(key);
  }
  for (const [key, old] of claims) {
    if (claims.size <= MOST_CLAIMS) break;
    if (old.state !== "pending") claims.delete(key);
  }
}

/** What follows from news of a claim that was answered already. */
function revise(
  { neighbourEvents }: ClaimDesk,
  claim: Claim,
  verdict: Verdict,
  { districts }: ClaimContext,
): readonly Verdict[] {
  claim.verdict = verdict;
  if (claim.state === "told") return [asTold(claim)];
  const { by } = claim;
  if (claim.state !== "explained" || !by || verdict.endMs === null) return [];
  claim.by = null;
  return explainedOver(neighbourEvents, districts, by, verdict);
}

/** Null while it has to wait. */
function examine(
  desk: ClaimDesk,
  district: number,
  claim: Claim,
  newestMs: number,
  context: ClaimContext,
): readonly Verdict[] | null {
  const { verdict } = claim;
  const book = desk.books[district]!;
  const asked = context.districts[district]!;
  const { witness, calendarDay } = asked;
  const { startMs, decidedMs } = verdict;
  const hasPassed = verdict.kind === "large-user" || verdict.kind === "tank-filling";
  // A burst that was told of the same water is given time to end.
  if (!isReady(desk, book, hasPassed ? decidedMs + SEEN_ENDED_MS : decidedMs, newestMs, context)) return null;
  const { passedMs } = book;
  if (hasPassed && hasOpenBurst(book, verdict) && passedMs < decidedMs + MOST_UNENDED_MS) return null;
  if (hasPassed && !claim.isClear && !wasCalledBurst(book, verdict)) return explain(claim, null, []);
  if (verdict.endMs !== null && !hasPassed) return explain(claim, null, []);
  if (explainedBySensor(book, verdict)) return explain(claim, null, []);
  const pressureFell = witness.pressure(startMs, decidedMs)?.fell ?? false;
  const gap = pressureFell ? null : gapBefore(book, verdict);
  if (gap) return explain(claim, null, rebaselined(gap, verdict));
  const event = explainBetween(desk.neighbourEvents, context.districts, district, verdict);
  if (event) return explain(claim, event.by, event.verdicts);
  const isSlow = decidedMs - startMs >= SLOW_RISE_MS;
  const mayDrift =
    (isSlow && witness.readsInProportion(startMs)) || (!pressureFell && witness.balanceLeans(startMs));
  if (mayDrift && passedMs < decidedMs + HELD_FOR_DRIFT_MS) return null;
  if (hasPassed) return hasOpenLeak(book, verdict) ? explain(claim, null, []) : tell(asked, claim);
  const day = calendarDay(startMs);
  if (!day) return tell(asked, claim);
  if (!pressureFell && passedMs < day.heldUntilMs) return null;
  return tell(asked, claim, [evidence("outlasted-calendar-day", { calendarDay: day.name })]);
}

function isReady(
  { books }: ClaimDesk,
  book: DistrictClaims,
  decidedMs: number,
  newestMs: number,
  { latenessMs }: ClaimContext,
): boolean {
  if (book.passedMs < decidedMs) return false;
  if (newestMs >= decidedMs + latenessMs + WAITED_FOR_MS) return true;
  return !books.some(({ passedMs }) => passedMs < decidedMs && passedMs >= decidedMs - WAITED_FOR_MS);
}

function explain(claim: Claim, by: Verdict | null, verdicts: readonly Verdict[]): readonly Verdict[] {
  claim.state = "explained";
  claim.by = by;
  return verdicts;
}

function tell(
  { witness, hasPressure }: ClaimDistrict,
  claim: Claim,
  extra: readonly Evidence[] = [],
): readonly Verdict[] {
  const { startMs, decidedMs } = claim.verdict;
  const pressure = witness.pressure(startMs, decidedMs);
  claim.state = "told";
  claim.testimony = pressure ? [...extra, pressure.told] : extra;
  claim.missing = hasPressure ? [] : [{ code: "no-pressure-sensor", figures: {} }];
  return [asTold(claim)];
}

function asTold({ verdict, testimony, missing }: Claim): Verdict {
  const { kind, startMs, endMs, decidedMs, ruledOut } = verdict;
  const mayEnd = kind === "burst" && endMs === null && decidedMs - startMs < MAY_END_MS;
  return {
    ...verdict,
    evidence: [
      ...verdict.evidence,
      ...testimony,
      ...(mayEnd ? [evidence("may-yet-end", { lastedH: (decidedMs - startMs) / HOUR_MS })] : []),
    ],
    ruledOut: mayEnd ? ruledOut.filter((one) => one.kind !== "large-user") : ruledOut,
    missing: [...verdict.missing, ...missing],
  };
}

function explainedBySensor({ faults }: DistrictClaims, { startMs, decidedMs }: Verdict): boolean {
  return faults.some(
    ({ verdict }) =>
      verdict.kind !== "data-gap" &&
      decidedMs >= verdict.startMs &&
      startMs >= verdict.startMs - (verdict.kind === "meter-drift" ? AROUND_DRIFT_MS : AROUND_MS) &&
      startMs <= (verdict.endMs ?? Number.POSITIVE_INFINITY) + AFTER_GAP_MS,
  );
}

/** Whether a leak that began by then still runs: what seemed to pass is part of it. */
function hasOpenLeak({ claims }: DistrictClaims, { endMs }: Verdict): boolean {
  return [...claims.values()].some(
    ({ verdict, state }) =>
      state === "told" && verdict.endMs === null && verdict.startMs < (endMs ?? Number.POSITIVE_INFINITY),
  );
}

/** Whether a burst was told of the same water, and still stands. */
function hasOpenBurst({ claims }: DistrictClaims, passed: Verdict): boolean {
  return [...claims.values()].some(
    ({ verdict, state }) =>
      state === "told" &&
      verdict.kind === "burst" &&
      verdict.endMs === null &&
      Math.abs(verdict.startMs - passed.startMs) <= AROUND_MS,
  );
}

/** Whether a burst was told of the same water, and has ended with it. */
function wasCalledBurst({ claims }: DistrictClaims, { startMs, endMs }: Verdict): boolean {
  return [...claims.values()].some(
    ({ verdict, state }) =>
      state === "told" &&
      verdict.kind === "burst" &&
      verdict.startMs < (endMs ?? Number.POSITIVE_INFINITY) &&
      (verdict.endMs ?? Number.NEGATIVE_INFINITY) > startMs,
  );
}

/** The silence after which the flow was another. */
function gapBefore({ faults }: DistrictClaims, { startMs }: Verdict): SensorFinding | null {
  const gaps = faults.filter(({ verdict }) => verdict.kind === "data-gap");
  return (
    gaps.findLast(
      ({ verdict }) =>
        verdict.endMs !== null &&
        startMs >= verdict.startMs - HOUR_MS &&
        startMs <= verdict.endMs + AFTER_GAP_MS,
    ) ?? null
  );
}

function rebaselined({ verdict, owned }: SensorFinding, claim: Verdict): readonly Verdict[] {
  if (!owned) return [];
  const told = evidence("rebaselined-after-gap", {
    offsetM3h: claim.size?.estimate ?? 0,
    silentH: ((verdict.endMs ?? claim.startMs) - verdict.startMs) / HOUR_MS,
  });
  return [{ ...verdict, decidedMs: claim.decidedMs, evidence: [...verdict.evidence, told] }];
}
