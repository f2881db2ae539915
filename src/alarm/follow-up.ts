/** What follows from how things stand, without a finding or an operator: suppression by design, and repairs that can be checked. Pure. */
import type { AlarmBook, DecidedChange } from "./alarm-book.ts";
import { suppressionChanges } from "./suppression.ts";
import { checkRepair } from "./work-order.ts";

/** Asked again, it asks for nothing more. */
export function followUps(book: AlarmBook, nowMs: number): readonly DecidedChange[] {
  return [...suppressionChanges(book, nowMs), ...repairChecks(book, nowMs)];
}

/** A repair that the night flow does not bear out brings its alarm back to everybody's attention. */
function repairChecks(book: AlarmBook, nowMs: number): readonly DecidedChange[] {
  return [...book.alarms.values()].flatMap((alarm): readonly DecidedChange[] => {
    if (!alarm.work) return [];
    const nights = alarm.verdict.subject.kind === "district" ? book.nights.get(alarm.verdict.subject.id) : [];
    const check = checkRepair(alarm.work, nights ?? [], nowMs);
    if (!check) return [];
    const { id, verdict } = alarm;
    return [
      { alarm: id, change: { type: "worked-on", work: { step: "checked", check } } },
      ...(alarm.shelved ? [{ alarm: id, change: { type: "unshelved" } } as const] : []),
      ...(check.outcome === "not-confirmed" && alarm.state === "acknowledged"
        ? [{ alarm: id, change: { type: "re-alarmed", verdict } } as const]
        : []),
    ];
  });
}
