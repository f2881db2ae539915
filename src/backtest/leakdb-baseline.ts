/** LeakDB's night-flow method run over the same samples: what the detection of this product is measured against. */
import { createDayMinimum, dayMinimumOver } from "../detect/day-minimum.ts";
import { createLeakDbNightDetector, flagLeakDbDay } from "../detect/leakdb-night-detector.ts";
import { createNetInflow, netInflowOf, sensorsOf } from "../detect/net-inflow.ts";
import { advanceAlignment, alignSamples, createSlotAlignment } from "../detect/slot-alignment.ts";
import type { Series } from "../model/sample.ts";
import type { Utility } from "../model/utility.ts";
import type { Alarm } from "./match-alarms.ts";

/** The rise it flags: the share that does best on the labelled year, to give the rival its due. */
const LAMBDA = 0.3;

/** One alarm for each run of flagged days, raised when the first of them is over. */
export function leakDbAlarms(utility: Utility, series: readonly Series[]): readonly Alarm[] {
  const intervals = new Map(utility.sensors.map(({ id, intervalMs }) => [id, intervalMs]));
  return utility.districts.flatMap((district) => {
    const sensors = sensorsOf(district).map((id) => ({ id, intervalMs: intervals.get(id) ?? 0 }));
    const slotMs = Math.max(...sensors.map(({ intervalMs }) => intervalMs));
    const alignment = createSlotAlignment(sensors, slotMs, 0);
    const netInflow = createNetInflow(district);
    const days = createDayMinimum(district.timeZone, slotMs);
    const detector = createLeakDbNightDetector(LAMBDA);
    const alarms: Alarm[] = [];
    let flaggedBefore = false;
    for (const one of series) alignSamples(alignment, one);
    advanceAlignment(alignment, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, (slot) => {
      const day = dayMinimumOver(
        days,
        slot.startMs,
        netInflowOf(netInflow, slot, district, () => true).netM3h,
      );
      if (!day) return;
      const { flagged } = flagLeakDbDay(detector, day.minimumM3h);
      if (flagged && !flaggedBefore) alarms.push({ district: district.id, raisedMs: slot.startMs });
      if (!Number.isNaN(day.minimumM3h)) flaggedBefore = flagged;
    });
    return alarms;
  });
}
