/** One device's message -> readings in the sensor's unit inside, or why not. Pure. */

import { readSenml } from "../model/senml.ts";
import { factorToInside, UNIT_OF, unitsOf } from "../model/units.ts";
import type { Sensor } from "../model/utility.ts";
import type { WireSeries } from "../model/wire.ts";
import { atPath, type DeviceTopic } from "./device-topic.ts";
import type { Rejection, RejectionReason } from "./rejection.ts";
import { decodeJson } from "./telemetry-decoder.ts";

export interface Arrival {
  readonly payload: Uint8Array;
  /** Kept by the broker from before: its time of arrival says nothing. */
  readonly retained: boolean;
  readonly nowMs: number;
}

export type DeviceReading =
  | { readonly ok: true; readonly series: WireSeries }
  | { readonly ok: false; readonly rejection: Rejection };

const MAX_BYTES = 1_000_000;

export function decodeDevice(device: DeviceTopic, sensor: Sensor, arrival: Arrival): DeviceReading {
  const json = decodeJson(arrival.payload, MAX_BYTES);
  if (!json.ok) return json;
  if (device.valuePath === undefined && Array.isArray(json.value)) {
    return fromSenml(device, sensor, json.value, arrival);
  }
  const value = device.valuePath === undefined ? json.value : atPath(json.value, device.valuePath);
  if (typeof value !== "number") {
    const where = device.valuePath === undefined ? "the payload" : `"${device.valuePath}"`;
    return refuse("no-value", `sensor ${sensor.id}: ${where} is not a number`);
  }
  const time = timeOf(device, sensor, json.value, arrival);
  if (typeof time !== "number") return time;
  return inside(sensor, device.unit, [time], [value]);
}

function timeOf(
  device: DeviceTopic,
  sensor: Sensor,
  json: unknown,
  arrival: Arrival,
): number | DeviceReading {
  if (device.timePath === undefined) {
    if (!arrival.retained) return arrival.nowMs;
    return refuse(
      "retained-without-time",
      `sensor ${sensor.id}: a kept message says not when it was measured`,
    );
  }
  const time = atPath(json, device.timePath);
  if (typeof time === "number") return Math.round(time);
  // Text without a zone would be read in the zone of this machine.
  const text = typeof time === "string" && /(Z|[+-]\d\d:?\d\d)$/.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isFinite(text)) return text;
  const wanted = "neither ms since 1970 nor ISO text with a zone";
  return refuse("no-time", `sensor ${sensor.id}: "${device.timePath}" is ${wanted}`);
}

function fromSenml(device: DeviceTopic, sensor: Sensor, json: unknown, arrival: Arrival): DeviceReading {
  const readings = readSenml(json, arrival.nowMs);
  if (typeof readings === "string")
    return refuse("wrong-shape", `sensor ${sensor.id}: no SenML: ${readings}`);
  const names = new Set(readings.map((reading) => reading.name));
  if (device.senmlName === undefined && names.size > 1) {
    const list = [...names].slice(0, 5).join(", ");
    return refuse(
      "no-value",
      `sensor ${sensor.id}: the pack has several names, ${list}; say which with senmlName`,
    );
  }
  const own = readings.filter((one) => device.senmlName === undefined || one.name === device.senmlName);
  const [first] = own;
  if (!first) return refuse("no-value", `sensor ${sensor.id}: no number for it in the pack`);
  return inside(
    sensor,
    first.unit ?? device.unit,
    own.map((one) => one.timeMs),
    own.map((one) => one.value),
  );
}

function inside(
  sensor: Sensor,
  unit: string = UNIT_OF[sensor.quantity],
  t: readonly number[],
  values: readonly number[],
): DeviceReading {
  const factor = factorToInside(sensor.quantity, unit);
  if (factor === undefined) {
    const known = unitsOf(sensor.quantity).join(", ");
    return refuse(
      "unknown-unit",
      `sensor ${sensor.id}: "${unit}" is no unit of ${sensor.quantity} (${known})`,
    );
  }
  return { ok: true, series: { sensor: sensor.id, t: [...t], v: values.map((value) => value * factor) } };
}

function refuse(reason: RejectionReason, detail: string): DeviceReading {
  return { ok: false, rejection: { reason, detail, samples: 0 } };
}
