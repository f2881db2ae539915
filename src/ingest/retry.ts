/** What can be sent again of something turned away, once the configuration or the clock has changed. Pure. */

import type { Sensor } from "../model/utility.ts";
import { parseTopic } from "../model/wire.ts";
import { decodeDevice } from "./device-decoder.ts";
import { type DeviceTopic, sensorOnTopic } from "./device-topic.ts";
import type { RejectedEntry } from "./rejection.ts";
import { decodeTelemetry, type UncheckedSeries } from "./telemetry-decoder.ts";

export interface RetryRules {
  readonly sensors: ReadonlyMap<string, Sensor>;
  readonly devices: readonly DeviceTopic[];
}

const MAX_BYTES = 64_000_000;

/** The series to send, or in words why there are none. */
export function seriesToRetry(entry: RejectedEntry, rules: RetryRules): readonly UncheckedSeries[] | string {
  // JSON knows no such values: the log keeps null in their place.
  if (entry.reason === "non-finite-value") return "the values were no numbers";
  if (entry.series) return [entry.series];
  const payload = Buffer.from(entry.payload ?? "", "base64");
  const channel = parseTopic(entry.topic)?.channel;
  if (channel === undefined) return fromDevices(entry, payload, rules);
  if (channel !== "telemetry") return "only samples can be sent again";
  const decoded = decodeTelemetry(payload, MAX_BYTES);
  if (!decoded.ok) return decoded.rejection.detail;
  return decoded.batch.poison?.detail ?? decoded.batch.series;
}

function fromDevices(
  { topic, timeMs, retained = false }: RejectedEntry,
  payload: Uint8Array,
  { sensors, devices }: RetryRules,
): readonly UncheckedSeries[] | string {
  const found: UncheckedSeries[] = [];
  let why = `nothing is expected on ${topic}`;
  for (const device of devices) {
    const id = sensorOnTopic(device, topic);
    if (id === undefined) continue;
    const sensor = sensors.get(id);
    if (!sensor) why = `there is no sensor ${id} in the configuration`;
    else {
      const reading = decodeDevice(device, sensor, { payload, retained, nowMs: timeMs });
      if (reading.ok) found.push(reading.series);
      else why = reading.rejection.detail;
    }
  }
  return found.length > 0 ? found : why;
}
