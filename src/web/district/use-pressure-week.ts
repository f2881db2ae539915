/** The last seven days of a district's pressure, fetched once a visit. */
import { useContext, useEffect, useState } from "preact/hooks";
import { DAY_MS } from "../../model/clock.ts";
import type { District } from "../../model/utility.ts";
import { fetchHistory } from "../chart/readings-http.ts";
import { ClockAhead } from "../clock.tsx";
import { type SupplyWeek, supplyWeek } from "./supply-week.ts";

export const SUPPLY_DAYS = 7;
/** Half hours. */
const POINTS = SUPPLY_DAYS * 48;

/** Null while it has not come, where no pressure is measured, and where history does not answer. */
export function usePressureWeek({ pressureSensor, timeZone }: District): SupplyWeek | null {
  const ahead = useContext(ClockAhead);
  const [week, setWeek] = useState<SupplyWeek | null>(null);
  useEffect(() => {
    if (!pressureSensor) return;
    const leaving = new AbortController();
    const toMs = Math.round(Date.now() + ahead);
    fetchHistory(pressureSensor, { fromMs: toMs - SUPPLY_DAYS * DAY_MS, toMs }, POINTS, leaving.signal).then(
      (history) => setWeek(supplyWeek(history, timeZone)),
      () => {},
    );
    return () => leaving.abort();
  }, [pressureSensor, timeZone]);
  return week;
}
