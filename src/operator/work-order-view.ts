/** Work orders as people see them: what was lost, and how long awareness, location and repair took. Pure. */
import type { AlarmView, WorkOrderView } from "../model/live.ts";

/** Newest first. An order is open until it is closed or its repair is confirmed. */
export function workOrders(alarms: readonly AlarmView[], which: "open" | "all"): readonly WorkOrderView[] {
  return alarms
    .flatMap(orderOf)
    .filter(({ closed, check }) => which === "all" || (closed === null && check?.outcome !== "confirmed"))
    .sort((a, b) => b.openedMs - a.openedMs);
}

function orderOf({ id, work, verdict, activatedMs, lostM3, lostMoney }: AlarmView): readonly WorkOrderView[] {
  if (!work) return [];
  const { locatedMs, repairedMs } = work;
  return [
    {
      ...work,
      alarm: id,
      subject: verdict.subject,
      awarenessMs: Math.max(0, activatedMs - verdict.startMs),
      locationMs: locatedMs === null ? null : locatedMs - activatedMs,
      repairMs: repairedMs === null || locatedMs === null ? null : repairedMs - locatedMs,
      lostM3,
      lostMoney,
    },
  ];
}
