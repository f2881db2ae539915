/** How the page writes numbers, times and money in one language. Every number leaves here with its unit. Pure. */
import type { Language } from "../../model/language.ts";
import type { Sentences } from "../../model/sentences.ts";
import { type Quantity, UNIT_OF } from "../../model/units.ts";
import type { SizeM3h, VerdictKind } from "../../model/verdict.ts";
import type { Catalogue } from "./en.ts";

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

/** Stands where there is no number. */
export const NONE = "–";

const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", fr: "fr-FR", sw: "sw-KE" };

export interface Words {
  readonly language: Language;
  /** All texts. */
  readonly text: Catalogue;
  /** How findings are told. */
  readonly sentences: Sentences;
  /** One decimal below 100, none above: no meter here knows more. */
  number(value: number): string;
  /** So many significant digits: for ratios and rates, which have no size of their own. */
  significant(value: number, digits: number): string;
  /** As it was written, up to thousandths: a reading that somebody took is not rounded. */
  exact(value: number): string;
  flow(m3h: number): string;
  volume(m3: number): string;
  /** A volume without its unit, for a table whose head has it: whole m3. */
  volumeNumber(m3: number): string;
  percent(share: number): string;
  interval(size: SizeM3h): string;
  /** `currency` is ISO 4217. */
  money(amount: number, currency: string): string;
  /** Two units at most; less than nothing is nothing: clocks differ a little. */
  duration(ms: number): string;
  /** "03:15" by the wall clock of the zone. */
  timeOfDay(timeMs: number, timeZone: string): string;
  /** "Tue 24 Nov" by the calendar of the zone. */
  day(timeMs: number, timeZone: string): string;
  dayAndTime(timeMs: number, timeZone: string): string;
  /** "Nov 2026" by the calendar of the zone. */
  month(timeMs: number, timeZone: string): string;
  /** "GMT+3": which clock the times beside it follow. */
  zoneName(timeMs: number, timeZone: string): string;
  /** "12 Mar 2026": a local date, YYYY-MM-DD, with its year. */
  calendarDate(date: string): string;
  /** "March 2026" of "2026-03", and "2026" as it is. */
  period(name: string): string;
  /** A local date as the model writes it, YYYY-MM-DD, as people read it. */
  date(date: string): string;
  /** The form of a text that goes with a number, with the number in it. */
  counted(forms: Forms, count: number, values?: Values): string;
}

export type Values = Readonly<Record<string, string | number>>;

export interface Forms {
  readonly one: string;
  readonly other: string;
}

export function filled(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** "m3/h" as it is kept inside, "m³/h" as people write it. Also inside a sentence. */
export function withUnits(text: string): string {
  return text.replace(/\bm3\b/g, "m³");
}

export function unitOf(quantity: Quantity): string {
  return withUnits(UNIT_OF[quantity]);
}

export function createWords(language: Language, text: Catalogue, sentences: Sentences): Words {
  const locale = LOCALES[language];
  const plurals = new Intl.PluralRules(locale);
  const numbers = numbersOf(locale);
  const times = timesOf(locale);
  return {
    language,
    text,
    sentences,
    ...numbers,
    ...times,
    duration: (ms) => duration(ms, text.durations),
    flow: (m3h) => `${numbers.number(m3h)} ${unitOf("flow")}`,
    volume: (m3) => `${numbers.number(m3)} ${unitOf("volume")}`,
    interval: ({ low, high }) =>
      filled(text.alarms.interval, { low: numbers.number(low), high: numbers.number(high) }),
    counted: (forms, count, values = {}) =>
      filled(plurals.select(count) === "one" ? forms.one : forms.other, { count, ...values }),
  };
}

function numbersOf(locale: string) {
  const written = kept((digits: string) => decimals(locale, {}, Number(digits)));
  const moneys = kept((key: string) => {
    const [currency, digits] = key.split(" ");
    return decimals(locale, { style: "currency", currency, currencyDisplay: "code" }, Number(digits));
  });
  const rates = kept(
    (digits: string) =>
      new Intl.NumberFormat(locale, {
        minimumSignificantDigits: Number(digits),
        maximumSignificantDigits: Number(digits),
      }),
  );
  const exactly = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  const shares = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  return {
    number(value: number): string {
      if (!Number.isFinite(value)) return NONE;
      const text = written(Math.abs(value) < 99.95 ? "1" : "0").format(value);
      return /[1-9]/.test(text) ? minus(text) : text.replace("-", "");
    },
    exact: (value: number) => minus(exactly.format(value)),
    significant: (value: number, digits: number) =>
      Number.isFinite(value) ? minus(rates(String(digits)).format(value)) : NONE,
    volumeNumber: (m3: number) => minus(written("0").format(m3)),
    percent: (share: number) => shares.format(share),
    money: (amount: number, currency: string) =>
      minus(moneys(`${currency} ${Math.abs(amount) < 99.5 ? 2 : 0}`).format(amount)),
  };
}

function decimals(locale: string, options: Intl.NumberFormatOptions, digits: number): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, {
    ...options,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function minus(text: string): string {
  return text.replace("-", "−");
}

function timesOf(locale: string) {
  const format = (options: Intl.DateTimeFormatOptions) =>
    kept((timeZone: string) => new Intl.DateTimeFormat(locale, { timeZone, ...options }));
  const clocks = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const days = format({ weekday: "short", day: "numeric", month: "short" });
  const months = format({ month: "short", year: "numeric" });
  const dates = format({ day: "numeric", month: "short", year: "numeric" });
  const longMonths = format({ month: "long", year: "numeric" });
  // The offset is written the same everywhere.
  const zones = kept(
    (timeZone: string) => new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "shortOffset" }),
  );
  const timeOfDay = (timeMs: number, timeZone: string) => clocks(timeZone).format(timeMs);
  const day = (timeMs: number, timeZone: string) => days(timeZone).format(timeMs).replace(",", "");
  return {
    timeOfDay,
    day,
    month: (timeMs: number, timeZone: string) => months(timeZone).format(timeMs),
    dayAndTime: (timeMs: number, timeZone: string) =>
      `${day(timeMs, timeZone)} ${timeOfDay(timeMs, timeZone)}`,
    calendarDate: (date: string) => dates("UTC").format(Date.parse(`${date}T12:00:00Z`)),
    period: (name: string) =>
      name.includes("-") ? longMonths("UTC").format(Date.parse(`${name}-15T12:00:00Z`)) : name,
    date: (date: string) => day(Date.parse(`${date}T12:00:00Z`), "UTC"),
    zoneName: (timeMs: number, timeZone: string) =>
      zones(timeZone)
        .formatToParts(timeMs)
        .find(({ type }) => type === "timeZoneName")?.value ?? timeZone,
  };
}

/** Making a format costs a thousand times what using it does. */
function kept<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const found = made.get(key) ?? make(key);
    made.set(key, found);
    return found;
  };
}

function duration(ms: number, texts: Catalogue["durations"]): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return filled(texts.s, { s });
  if (s < 3600) return filled(texts.min, { min: Math.floor(s / 60) });
  if (s < 86_400) return filled(texts.h, { h: Math.floor(s / 3600), min: Math.floor((s % 3600) / 60) });
  return filled(texts.d, { d: Math.floor(s / 86_400), h: Math.floor((s % 86_400) / 3600) });
}
