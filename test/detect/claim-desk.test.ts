/** What the claim desk remembers of a district: no more than it needs, and all that still stands. */
import { beforeEach, expect, test } from "vitest";
import {
  advanceDesk,
  type ClaimContext,
  type ClaimDesk,
  claimLeaks,
  createClaimDesk,
  hearClaim,
  passedBy,
  sensorFound,
} from "../../src/detect/claim-desk.ts";
import { createRecentDeviations } from "../../src/detect/recent-deviations.ts";
import { endFinding, openFinding } from "../../src/detect/standing-finding.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { evidence } from "../../src/model/evidence.ts";
import type { Verdict, VerdictKind } from "../../src/model/verdict.ts";
import { DAY_MS, START_MS } from "./synthetic-district.ts";

const witness = {
  deviations: createRecentDeviations(),
  readsInProportion: () => false,
  balanceLeans: () => false,
  pressure: () => null,
};
const claimant = { id: "north", neighbours: [], hasPressure: false, calendarDay: () => null, witness };
const context: ClaimContext = { districts: [claimant], latenessMs: 0 };
const how = evidence("samples-again", { lastedH: 1 });
const CLAIM_MS = START_MS + 20 * DAY_MS;

let desk: ClaimDesk;
beforeEach(() => {
  desk = createClaimDesk(1);
});

function ofSensor(kind: VerdictKind, startMs: number): Verdict {
  const subject = { kind: "sensor", id: kind === "data-gap" ? "level" : "meter" } as const;
  return openFinding(subject, kind, startMs, { decidedMs: startMs + HOUR_MS, confidence: 1, evidence: [] });
}

function ofDistrict(kind: VerdictKind): Verdict {
  const finding = { decidedMs: CLAIM_MS + HOUR_MS, confidence: 1, evidence: [] };
  return openFinding({ kind: "district", id: "north" }, kind, CLAIM_MS, finding);
}

function find(verdict: Verdict): void {
  sensorFound(desk, 0, { verdict, owned: true });
}

/** Each an hour long, every three hours from the second day on. */
function manyGaps(): void {
  for (let gap = 0; gap < 20; gap += 1) {
    const silent = ofSensor("data-gap", START_MS + DAY_MS + gap * 3 * HOUR_MS);
    find(silent);
    find(endFinding(silent, silent.decidedMs, silent.decidedMs, how));
  }
}

function kindsTold(): readonly VerdictKind[] {
  const nowMs = CLAIM_MS + 2 * DAY_MS;
  passedBy(desk, 0, nowMs);
  return advanceDesk(desk, nowMs, context).map(({ kind }) => kind);
}

test("a burst is told when no sensor was wrong, however often one was silent", () => {
  manyGaps();
  claimLeaks(desk, 0, [ofDistrict("burst")], context);
  expect(kindsTold()).toEqual(["burst"]);
});

test("what stands explains a claim, however often sensors were silent since it was found", () => {
  find(ofSensor("sensor-stuck", START_MS));
  manyGaps();
  claimLeaks(desk, 0, [ofDistrict("burst")], context);
  expect(kindsTold()).toEqual([]);
});

test("what is over explains a claim of its time, however often sensors were silent since", () => {
  const stuck = ofSensor("sensor-stuck", START_MS);
  find(stuck);
  find(endFinding(stuck, CLAIM_MS, CLAIM_MS, how));
  manyGaps();
  claimLeaks(desk, 0, [ofDistrict("burst")], context);
  expect(kindsTold()).toEqual([]);
});

test("passing use that is claimed twice is told once", () => {
  const passed = endFinding(ofDistrict("large-user"), CLAIM_MS + HOUR_MS, CLAIM_MS + HOUR_MS, how);
  hearClaim(desk, 0, passed, true, context);
  hearClaim(desk, 0, passed, true, context);
  expect(kindsTold()).toEqual(["large-user"]);
});
