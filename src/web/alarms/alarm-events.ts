/** Alarms and repairs as marks above the nights in which they came. Pure. */
import type { AlarmView } from "../../model/live.ts";
import { localDateOf } from "../../model/local-time.ts";
import type { NightEvent } from "../chart/nights-chart.tsx";
import type { Catalogue } from "../words/en.ts";

export function eventsOf(
  alarms: readonly AlarmView[],
  timeZone: string,
  text: Catalogue,
): readonly NightEvent[] {
  return alarms.flatMap(({ verdict, activatedMs, work }): NightEvent[] => {
    const what = text.kinds[verdict.kind];
    const raised = { date: localDateOf(activatedMs, timeZone), kind: "raised" as const };
    const repairedMs = work?.repairedMs ?? null;
    return [
      { ...raised, label: `${what}: ${text.alarms.raised}` },
      ...(repairedMs === null
        ? []
        : [
            {
              date: localDateOf(repairedMs, timeZone),
              kind: "repaired" as const,
              label: `${what}: ${text.work.repaired}`,
            },
          ]),
    ];
  });
}
