/**
 * A reading by hand, checked before it is believed: whoever reads a dial in a trench may miss a digit. What cannot be is refused; what
 * is unlikely is asked for once more. Pure.
 */
import { HOUR_MS } from "../model/clock.ts";
import type { CounterSpan, HandReading, HandReadingRequest } from "../model/entry.ts";
import type { LatestSample } from "../model/history-store.ts";
import { factorToInside, UNIT_OF, unitsOf } from "../model/units.ts";
import type { Sensor } from "../model/utility.ts";
import { HttpError } from "./http-answers.ts";

const FUTURE_TOLERANCE_MS = 2 * 60_000;
const OLDEST_MS = 400 * 24 * HOUR_MS;
/** Beyond what the sensor showed lately by more than this many times its range, a digit is likelier wrong than the water. */
const RANGES_BEYOND = 1;
/** Share of the hours between two readings that the sensor must have measured to be compared with the register. */
const MEASURED_SHARE_REQUIRED = 0.9;

/** What is known of the sensor before the reading. */
export interface ReadingContext {
  readonly sensor: Sensor;
  readonly nowMs: number;
  /** The counter reading before this one; null for the first. */
  readonly before: HandReading | null;
  readonly latest: LatestSample | null;
  /** Least and most of the last thirty days; null without samples. */
  readonly usual: { readonly least: number; readonly most: number } | null;
  /** Hourly means since the counter reading before, NaN in gaps. */
  readonly hourlySince: Float64Array;
}

export interface CheckedReading {
  readonly reading: HandReading;
  /** What is stored as a sample; null where the sensor itself has measured, or there is nothing to take a difference from. */
  readonly sample: { readonly timeMs: number; readonly value: number } | null;
}

/** The value in the unit inside. Throws HttpError for a unit that does not fit. */
export function insideValue({ kind, value, unit }: HandReadingRequest, sensor: Sensor): number {
  if (kind === "counter" && sensor.quantity !== "flow")
    throw wrong(`kind: only a flow meter has a register; "${sensor.id}" measures ${sensor.quantity}`);
  const quantity = kind === "counter" ? "volume" : sensor.quantity;
  const factor = factorToInside(quantity, unit ?? UNIT_OF[quantity]);
  if (factor === undefined)
    throw wrong(`unit: "${unit}" is not one of ${quantity}: ${unitsOf(quantity).join(", ")}`);
  return value * factor;
}

/** Throws HttpError: 400 for what cannot be, 409 "unlikely-reading" for what is to be entered once more as confirmed. */
export function checkReading(request: HandReadingRequest, context: ReadingContext): CheckedReading {
  const { sensor, nowMs } = context;
  const value = insideValue(request, sensor);
  const timeMs = request.timeMs ?? nowMs;
  if (timeMs > nowMs + FUTURE_TOLERANCE_MS) throw wrong("timeMs: lies in the future");
  if (timeMs < nowMs - OLDEST_MS) throw wrong("timeMs: lies more than 400 days back");
  const reading = {
    sensor: sensor.id,
    kind: request.kind,
    value,
    timeMs,
    exchanged: request.exchanged,
    confirmed: request.confirmed,
    note: request.note,
  };
  if (request.kind === "counter") return checkCounter({ ...reading, since: null }, context);
  if (sensor.quantity === "volume" && !request.exchanged) requireNotLess(value, timeMs, context.latest);
  const unlikely = sensor.quantity === "volume" ? null : beyondUsual(value, context);
  if (unlikely !== null && !request.confirmed) throw unlikely;
  return { reading: { ...reading, since: null }, sample: { timeMs, value } };
}

function checkCounter(reading: HandReading, context: ReadingContext): CheckedReading {
  const { before } = context;
  if (reading.value < 0) throw wrong("value: a register is not below zero");
  if (!before || reading.exchanged) return { reading, sample: null };
  if (reading.timeMs <= before.timeMs)
    throw wrong(`timeMs: the register was read already at ${instantOf(before.timeMs)}`);
  if (reading.value < before.value) {
    const message = `The register stood at ${before.value} m3 on ${instantOf(before.timeMs)} and cannot be lower now, unless the meter was exchanged or rolled over.`;
    const figures = { stood: before.value, atMs: before.timeMs };
    throw new HttpError(409, "counter-decreased", message, { figures });
  }
  const since = spanOf(reading, before, context.hourlySince);
  const unlikely = beyondUsual(since.flowM3h, context);
  if (unlikely !== null && !reading.confirmed) throw unlikely;
  const heardSince = (context.latest?.timeMs ?? Number.NEGATIVE_INFINITY) > before.timeMs;
  const silent = !heardSince && context.hourlySince.every((mean) => Number.isNaN(mean));
  return {
    reading: { ...reading, since },
    sample: silent ? { timeMs: reading.timeMs, value: since.flowM3h } : null,
  };
}

function spanOf(reading: HandReading, before: HandReading, hourlyM3h: Float64Array): CounterSpan {
  const volumeM3 = reading.value - before.value;
  const hours = (reading.timeMs - before.timeMs) / HOUR_MS;
  const known = hourlyM3h.filter((mean) => !Number.isNaN(mean));
  const mean = known.reduce((sum, flow) => sum + flow, 0) / known.length;
  const measured = known.length > 0 && known.length >= MEASURED_SHARE_REQUIRED * hourlyM3h.length;
  return {
    fromMs: before.timeMs,
    volumeM3,
    flowM3h: volumeM3 / hours,
    measuredM3: measured ? mean * hours : null,
  };
}

function requireNotLess(value: number, timeMs: number, latest: LatestSample | null): void {
  if (!latest || timeMs < latest.timeMs || value >= latest.value) return;
  const message = `The counter stood at ${latest.value} m3 on ${instantOf(latest.timeMs)} and cannot be lower now, unless it was exchanged or rolled over.`;
  const figures = { stood: latest.value, atMs: latest.timeMs };
  throw new HttpError(409, "counter-decreased", message, { figures });
}

/** That the value is unlikely, to be thrown unless somebody confirmed it; or null. */
function beyondUsual(value: number, { sensor, usual }: ReadingContext): HttpError | null {
  if (!usual) return null;
  const reach = RANGES_BEYOND * (usual.most - usual.least);
  if (value >= usual.least - reach && value <= usual.most + reach) return null;
  const unit = UNIT_OF[sensor.quantity];
  const [shown, least, most] = [value, usual.least, usual.most].map((one) => Number(one.toPrecision(4)));
  const message = `This makes ${shown} ${unit}; in the last thirty days it was ${least} to ${most} ${unit}. Look again, and enter it once more if it is right.`;
  return new HttpError(409, "unlikely-reading", message, { figures: { value, ...usual } });
}

function instantOf(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function wrong(message: string): HttpError {
  return new HttpError(400, "bad-request", message);
}
