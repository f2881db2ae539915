/** What enters a district less what leaves it, by the newest sample of each meter, or which meter keeps that from being known. Pure. */
import type { LatestSample } from "../../model/history-store.ts";
import { qualityOf } from "../../model/status.ts";
import type { District, Utility } from "../../model/utility.ts";
import { isStale } from "../data-health.ts";

export type NetInflowNow =
  | { readonly kind: "known"; readonly flowM3h: number }
  | { readonly kind: "unknown"; readonly sensor: string }
  | { readonly kind: "no-meters" };

/** Storage in tanks is not taken off: how a level changes is not seen from one sample. */
export function netInflowNow(
  { meters }: District,
  { sensors }: Utility,
  latest: ReadonlyMap<string, LatestSample>,
  nowMs: number,
): NetInflowNow {
  if (meters.length === 0) return { kind: "no-meters" };
  let flowM3h = 0;
  for (const { sensor: id, sign } of meters) {
    const sensor = sensors.find((one) => one.id === id);
    const sample = latest.get(id);
    const isUsable = sample && Number.isFinite(sample.value) && qualityOf(sample.status) !== "bad";
    if (!sensor || !isUsable || isStale(sensor, sample, nowMs)) return { kind: "unknown", sensor: id };
    flowM3h += sign * sample.value;
  }
  return { kind: "known", flowM3h };
}
