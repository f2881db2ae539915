/**
 * The work order of an alarm: opened, located, repaired, checked. Checked is what sets it apart from a note in a book: the nights
 * after the repair are compared with those before it, and the water is down by what was lost, or it is not. Pure.
 *
 *   opened -> located -> repaired -> checked: confirmed | not confirmed, and then repaired again
 *
 * A repair may be reported without a location before it, and an order may be closed at any time with a reason.
 */
import type { Refusal } from "../model/alarm.ts";
import { DAY_MS } from "../model/clock.ts";
import type { Night } from "../model/night.ts";
import type { RepairCheck, WorkOrder, WorkStep } from "../model/work-order.ts";

/** Nights on either side of a repair: the median of three is not moved by one odd night. */
const NIGHTS = 3;
/** A drop of at least this share of what was lost confirms a repair; night flow varies and sizes are estimates. */
const CONFIRMING_SHARE = 0.5;
/** Without enough nights by then, the check stays open no longer. */
const LONGEST_WAIT_MS = 14 * DAY_MS;

export interface WorkContext {
  readonly timeMs: number;
  readonly actor: string;
  /** The alarm's flow now, m3/h; null when it has none. */
  readonly flowM3h: number | null;
}

/** The order after the step, or why the step is not possible. */
export function applyWork(
  work: WorkOrder | null,
  step: WorkStep,
  { timeMs, actor, flowM3h }: WorkContext,
): WorkOrder | Refusal {
  const open = work !== null && work.closed === null;
  if (step.step === "opened") {
    if (open && work.check?.outcome !== "confirmed")
      return { code: "work-is-open", message: `${work.crew} is at work on the alarm already.` };
    const { crew, reference, dueMs } = step;
    return { ...NOTHING_DONE, crew, reference, dueMs, openedMs: timeMs, openedBy: actor };
  }
  if (!open) return { code: "no-open-work", message: "There is no open work order for the alarm." };
  switch (step.step) {
    case "located":
      return { ...work, locatedMs: step.atMs, finding: step.finding };
    case "repaired":
      return {
        ...work,
        repairedMs: step.atMs,
        finding: { ...work.finding, ...step.finding },
        expectedDropM3h: flowM3h,
        check: null,
      };
    case "checked":
      if (work.repairedMs === null) return { code: "not-repaired", message: "No repair has been reported." };
      return { ...work, check: step.check };
    case "closed":
      return { ...work, closed: { timeMs, by: actor, reason: step.reason } };
  }
}

const NOTHING_DONE = {
  locatedMs: null,
  repairedMs: null,
  finding: null,
  expectedDropM3h: null,
  check: null,
  closed: null,
} as const;

/** Whether the water is down since the repair; null while the nights that tell are still to come. `nights` are in order of time. */
export function checkRepair(work: WorkOrder, nights: readonly Night[], nowMs: number): RepairCheck | null {
  const { repairedMs, expectedDropM3h, check, closed } = work;
  if (repairedMs === null || check || closed) return null;
  const before = nights.filter(({ windowEndMs }) => windowEndMs <= repairedMs).flatMap(minimumOf);
  const after = nights.filter(({ windowStartMs }) => windowStartMs >= repairedMs).flatMap(minimumOf);
  const enough = before.length >= NIGHTS && after.length >= NIGHTS && expectedDropM3h !== null;
  const cannotBe = before.length < NIGHTS || expectedDropM3h === null || nowMs - repairedMs > LONGEST_WAIT_MS;
  if (!enough && !cannotBe) return null;
  const beforeM3h = median(before.slice(-NIGHTS));
  const afterM3h = median(after.slice(0, NIGHTS));
  if (!enough || beforeM3h === null || afterM3h === null)
    return { outcome: "unknown", beforeM3h, afterM3h, expectedDropM3h };
  const fell = beforeM3h - afterM3h >= CONFIRMING_SHARE * expectedDropM3h;
  return { outcome: fell ? "confirmed" : "not-confirmed", beforeM3h, afterM3h, expectedDropM3h };
}

function minimumOf({ outcome }: Night): readonly number[] {
  return outcome.kind === "assessed" ? [outcome.flows.minimumNightFlowM3h] : [];
}

/** The middle one of three; null of fewer. */
function median(values: readonly number[]): number | null {
  return values.length < NIGHTS ? null : ([...values].sort((a, b) => a - b)[1] ?? null);
}
