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
import { createNeighbourEvents } from "./neighbour-events.ts";

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
const FAULTS_KEPT = 8;
/** Of claims that have ended the last are remembered, so many in all with those that stand. */
const CLAIMS_KEPT = 12;
/** Never more than this, whatever stands: then the oldest are those that the leak book has let go. */
const MOST_CLAIMS = MOST_OPEN_LEAKS + CLAIMS_KEPT;

export interface ClaimDesk {
  /** The district is judged up to here. */
  passed(district: number, timeMs: number): void;
  claim(district: number, verdicts: readonly Verdict[]): void;
  /**
   * Use that came and went: told, unless something between districts explains it. What is not clear by itself is told only when a burst was
   * called in its time.
   */
  passing(district: number, verdict: Verdict, isClear: boolean): void;
  /** A new hour of the district is known. */
  hour(district: number): void;
  /** True when its meters may read otherwise than before because a boundary valve was worked. */
  wasWorked(district: number, timeMs: number): boolean;
  /** A sensor of the district was found wrong, or silent; or is well again. */
  found(district: number, finding: SensorFinding): readonly Verdict[];
  /** Examines what can be; `newestMs` is how far data, or the clock, have come. */
  advance(newestMs: number): readonly Verdict[];
}

interface Claim {
  verdict: Verdict;
  state: "pending" | "told" | "explained";
  /** What it was explained by, while that stands. */
  by: Verdict | null;
  readonly isClear: boolean;
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

export function createClaimDesk(districts: readonly ClaimDistrict[], latenessMs: number): ClaimDesk {
  const books: DistrictClaims[] = districts.map(() => ({
    claims: new Map(),
    faults: [],
    passedMs: Number.NEGATIVE_INFINITY,
  }));
  const neighbourEvents = createNeighbourEvents(districts);
  let revisions: Verdict[] = [];
  const hoursKnown = new Set<number>();
  const pending = new Set<{ readonly district: number; readonly claim: Claim }>();

  function remember(district: number, verdict: Verdict, isClear = true): void {
    const { claims } = books[district]!;
    const claim: Claim = { verdict, state: "pending", by: null, isClear, testimony: [], missing: [] };
    claims.set(verdict.key, claim);
    pending.add({ district, claim });
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
  function revise(claim: Claim, verdict: Verdict): readonly Verdict[] {
    claim.verdict = verdict;
    if (claim.state === "told") return [asTold(claim)];
    const { by } = claim;
    if (claim.state !== "explained" || !by || verdict.endMs === null) return [];
    claim.by = null;
    return neighbourEvents.over(by, verdict);
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

  function tell(district: number, claim: Claim, extra: readonly Evidence[] = []): readonly Verdict[] {
    const { witness, hasPressure } = districts[district]!;
    const { startMs, decidedMs } = claim.verdict;
    const pressure = witness.pressure(startMs, decidedMs);
    claim.state = "told";
    claim.testimony = pressure ? [...extra, pressure.told] : extra;
    claim.missing = hasPressure ? [] : [{ code: "no-pressure-sensor", figures: {} }];
    return [asTold(claim)];
  }

  function isReady(district: number, decidedMs: number, newestMs: number): boolean {
    if (books[district]!.passedMs < decidedMs) return false;
    if (newestMs >= decidedMs + latenessMs + WAITED_FOR_MS) return true;
    return !books.some(({ passedMs }) => passedMs < decidedMs && passedMs >= decidedMs - WAITED_FOR_MS);
  }

  function explainedBySensor(district: number, { startMs, decidedMs }: Verdict): boolean {
    return books[district]!.faults.some(
      ({ verdict }) =>
        verdict.kind !== "data-gap" &&
        decidedMs >= verdict.startMs &&
        startMs >= verdict.startMs - (verdict.kind === "meter-drift" ? AROUND_DRIFT_MS : AROUND_MS) &&
        startMs <= (verdict.endMs ?? Number.POSITIVE_INFINITY) + AFTER_GAP_MS,
    );
  }

  /** Whether a leak that began by then still runs: what seemed to pass is part of it. */
  function hasOpenLeak(district: number, { endMs }: Verdict): boolean {
    return [...books[district]!.claims.values()].some(
      ({ verdict, state }) =>
        state === "told" && verdict.endMs === null && verdict.startMs < (endMs ?? Number.POSITIVE_INFINITY),
    );
  }

  /** Whether a burst was told of the same water, and still stands. */
  function hasOpenBurst(district: number, passed: Verdict): boolean {
    return [...books[district]!.claims.values()].some(
      ({ verdict, state }) =>
        state === "told" &&
        verdict.kind === "burst" &&
        verdict.endMs === null &&
        Math.abs(verdict.startMs - passed.startMs) <= AROUND_MS,
    );
  }

  /** Whether a burst was told of the same water, and has ended with it. */
  function wasCalledBurst(district: number, { startMs, endMs }: Verdict): boolean {
    return [...books[district]!.claims.values()].some(
      ({ verdict, state }) =>
        state === "told" &&
        verdict.kind === "burst" &&
        verdict.startMs < (endMs ?? Number.POSITIVE_INFINITY) &&
        (verdict.endMs ?? Number.NEGATIVE_INFINITY) > startMs,
    );
  }

  /** The silence after which the flow was another. */
  function gapBefore(district: number, { startMs }: Verdict): SensorFinding | null {
    const gaps = books[district]!.faults.filter(({ verdict }) => verdict.kind === "data-gap");
    return (
      gaps.findLast(
        ({ verdict }) =>
          verdict.endMs !== null &&
          startMs >= verdict.startMs - HOUR_MS &&
          startMs <= verdict.endMs + AFTER_GAP_MS,
      ) ?? null
    );
  }

  function explain(claim: Claim, by: Verdict | null, verdicts: readonly Verdict[]): readonly Verdict[] {
    claim.state = "explained";
    claim.by = by;
    return verdicts;
  }

  /** Null while it has to wait. */
  function examine(district: number, claim: Claim, newestMs: number): readonly Verdict[] | null {
    const { verdict } = claim;
    const { witness, calendarDay } = districts[district]!;
    const { startMs, decidedMs } = verdict;
    const hasPassed = verdict.kind === "large-user" || verdict.kind === "tank-filling";
    // A burst that was told of the same water is given time to end.
    if (!isReady(district, hasPassed ? decidedMs + SEEN_ENDED_MS : decidedMs, newestMs)) return null;
    const { passedMs } = books[district]!;
    if (hasPassed && hasOpenBurst(district, verdict) && passedMs < decidedMs + MOST_UNENDED_MS) return null;
    if (hasPassed && !claim.isClear && !wasCalledBurst(district, verdict)) return explain(claim, null, []);
    if (verdict.endMs !== null && !hasPassed) return explain(claim, null, []);
    if (explainedBySensor(district, verdict)) return explain(claim, null, []);
    const pressureFell = witness.pressure(startMs, decidedMs)?.fell ?? false;
    const gap = pressureFell ? null : gapBefore(district, verdict);
    if (gap) return explain(claim, null, rebaselined(gap, verdict));
    const event = neighbourEvents.explain(district, verdict);
    if (event) return explain(claim, event.by, event.verdicts);
    const isSlow = decidedMs - startMs >= SLOW_RISE_MS;
    const mayDrift =
      (isSlow && witness.readsInProportion(startMs)) || (!pressureFell && witness.balanceLeans(startMs));
    if (mayDrift && passedMs < decidedMs + HELD_FOR_DRIFT_MS) return null;
    if (hasPassed) return hasOpenLeak(district, verdict) ? explain(claim, null, []) : tell(district, claim);
    const day = calendarDay(startMs);
    if (!day) return tell(district, claim);
    if (!pressureFell && passedMs < day.heldUntilMs) return null;
    return tell(district, claim, [evidence("outlasted-calendar-day", { calendarDay: day.name })]);
  }

  return {
    passed(district, timeMs) {
      books[district]!.passedMs = timeMs;
    },
    claim(district, verdicts) {
      const { claims } = books[district]!;
      for (const verdict of verdicts) {
        if (verdict.kind === "repair") {
          const closed = [...claims.values()].filter(({ verdict: one }) => one.endMs === verdict.startMs);
          if (closed.length === 0 || closed.some(({ state }) => state === "told")) revisions.push(verdict);
          continue;
        }
        const known = claims.get(verdict.key);
        if (known) revisions.push(...revise(known, verdict));
        else remember(district, verdict);
      }
    },
    passing: remember,
    hour: (district) => void hoursKnown.add(district),
    wasWorked: neighbourEvents.wasWorked,
    found(district, finding) {
      const book = books[district]!;
      const { verdict } = finding;
      book.faults = book.faults.filter((one) => one.verdict.key !== verdict.key);
      book.faults.push(finding);
      if (book.faults.length > FAULTS_KEPT) book.faults.shift();
      if (verdict.kind === "data-gap" || verdict.endMs !== null) return [];
      const takenBack: Verdict[] = [];
      for (const claim of book.claims.values()) {
        const { verdict: told, state } = claim;
        if (told.endMs !== null || !explainedBySensor(district, told) || state === "explained") continue;
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
    },
    advance(newestMs) {
      const out = revisions;
      revisions = [];
      for (const district of hoursKnown) out.push(...neighbourEvents.watch(district));
      hoursKnown.clear();
      for (const one of pending) {
        if (one.claim.state !== "pending") {
          pending.delete(one);
          continue;
        }
        const told = examine(one.district, one.claim, newestMs);
        if (!told) continue;
        pending.delete(one);
        out.push(...told);
      }
      out.push(...neighbourEvents.advance(newestMs));
      return out;
    },
  };
}

function rebaselined({ verdict, owned }: SensorFinding, claim: Verdict): readonly Verdict[] {
  if (!owned) return [];
  const told = evidence("rebaselined-after-gap", {
    offsetM3h: claim.size?.estimate ?? 0,
    silentH: ((verdict.endMs ?? claim.startMs) - verdict.startMs) / HOUR_MS,
  });
  return [{ ...verdict, decidedMs: claim.decidedMs, evidence: [...verdict.evidence, told] }];
}
