/** The utility of the ingest benchmark, and the messages of its bare devices. */
import type { Sensor } from "../../src/model/utility.ts";

export const BENCH_UTILITY = "bench-town";
export const SERIES_PER_BATCH = 20;

export const benchSensors: readonly Sensor[] = Array.from({ length: SERIES_PER_BATCH }, (_, i) => ({
  id: `meter-${i}`,
  name: `Meter ${i}`,
  site: "bench",
  quantity: "flow",
  intervalMs: 1000,
}));

/** Where a device publishes one reading a message. */
export const DEVICE_TOPIC = "meters/{sensor}";
export const deviceTopicOf = (sensor: string) => DEVICE_TOPIC.replace("{sensor}", sensor);
export const DEVICES = [{ topic: DEVICE_TOPIC, valuePath: "value", timePath: "time" }];
/** Of the devices' readings. */
export const FIRST_READING_MS = Date.UTC(2026, 0, 1);
