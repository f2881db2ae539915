/** What the page calls things, and how it writes numbers, times and money. Every number leaves here with its unit. */
import type { AlarmState, Priority } from "../model/alarm.ts";
import { type Quantity, UNIT_OF } from "../model/units.ts";
import type { SizeM3h, VerdictKind } from "../model/verdict.ts";

export const KIND_WORDS: Readonly<Record<VerdictKind, string>> = {
  leak: "Leak",
  burst: "Burst",
  repair: "Leak repaired",
  "boundary-valve": "Boundary valve moved",
  "zone-wide-change": "Whole zone changed",
  "large-user": "Large user",
  "tank-filling": "Tank filling",
  "meter-drift": "Meter drifts",
  "sensor-stuck": "Sensor stuck",
  "sensor-dead": "Sensor dead",
  "sensor-reversed": "Sensor reversed",
  "sensor-spike": "Sensor shows spikes",
  "clock-shift": "Clock wrong",
  "counter-reset": "Counter reset",
  "data-gap": "No data",
  "telemetry-outage": "Site silent",
  "not-assessable": "Not assessable",
};

/** Kinds that speak of the measuring, not of the water. */
const DATA_FAULTS: ReadonlySet<VerdictKind> = new Set([
  "meter-drift",
  "sensor-stuck",
  "sensor-dead",
  "sensor-reversed",
  "sensor-spike",
  "clock-shift",
  "counter-reset",
  "data-gap",
  "telemetry-outage",
]);

export function isDataFault(kind: VerdictKind): boolean {
  return DATA_FAULTS.has(kind);
}

export const PRIORITY_WORDS: Readonly<Record<Priority, string>> = {
  high: "High",
  medium: "Medium",
  low: "Low",
};

export const STATE_WORDS: Readonly<Record<AlarmState, string>> = {
  normal: "Normal",
  unacknowledged: "Not acknowledged",
  acknowledged: "Acknowledged",
  "returned-unacknowledged": "Over, not acknowledged",
};

/** Stands where there is no number. */
export const NONE = "–";

/** One decimal below 100, none above: no meter here knows more. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const digits = Math.abs(value) < 99.95 ? 1 : 0;
  const text = value.toLocaleString("en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

export function flow(m3h: number): string {
  return `${number(m3h)} m³/h`;
}

export function volume(m3: number): string {
  return `${number(m3)} m³`;
}

export function sizeInterval({ low, high }: SizeM3h): string {
  return `${number(low)} to ${number(high)}`;
}

export function money(amount: number, currency: string): string {
  const digits = Math.abs(amount) < 99.5 ? 2 : 0;
  return amount
    .toLocaleString("en-GB", {
      style: "currency",
      currency,
      currencyDisplay: "code",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
    .replace("-", "−");
}

/** "m3/h" as it is kept inside, "m³/h" as people write it. Also inside a sentence. */
export function withUnits(text: string): string {
  return text.replace(/\bm3\b/g, "m³");
}

export function unitOf(quantity: Quantity): string {
  return withUnits(UNIT_OF[quantity]);
}

/** Two units at most; less than nothing is nothing: clocks differ a little. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string, name: "time" | "day" | "zone"): Intl.DateTimeFormat {
  const key = `${name} ${timeZone}`;
  let found = formats.get(key);
  if (!found) {
    const parts: Intl.DateTimeFormatOptions =
      name === "time"
        ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
        : name === "day"
          ? { weekday: "short", day: "numeric", month: "short" }
          : { timeZoneName: "shortOffset" };
    found = new Intl.DateTimeFormat("en-GB", { timeZone, ...parts });
    formats.set(key, found);
  }
  return found;
}

/** "03:15" by the wall clock of the zone. */
export function timeOfDay(timeMs: number, timeZone: string): string {
  return format(timeZone, "time").format(timeMs);
}

/** "Tue 24 Nov" by the calendar of the zone. */
export function day(timeMs: number, timeZone: string): string {
  return format(timeZone, "day").format(timeMs).replace(",", "");
}

export function dayAndTime(timeMs: number, timeZone: string): string {
  return `${day(timeMs, timeZone)} ${timeOfDay(timeMs, timeZone)}`;
}

/** "GMT+3": which clock the times beside it follow. */
export function zoneName(timeMs: number, timeZone: string): string {
  return (
    format(timeZone, "zone")
      .formatToParts(timeMs)
      .find(({ type }) => type === "timeZoneName")?.value ?? timeZone
  );
}

/** A local date as the model writes it, YYYY-MM-DD, as people read it. */
export function dateInWords(date: string): string {
  return day(Date.parse(`${date}T12:00:00Z`), "UTC");
}
