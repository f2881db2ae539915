/**
 * Sentences from findings and reasons, which are data: a stable code and its figures. A code without a sentence of its own is still
 * told, in the words it is made of, with every figure and its unit.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./clock.ts";
import type { Reason } from "./night.ts";
import type { Sentences } from "./sentences.ts";
import { type Telling, WITHOUT_NAMES } from "./telling.ts";
import type { Evidence, Verdict } from "./verdict.ts";

/** What stands for a figure's unit at the end of its name, longest first; scale brings shares to percent. */
const UNITS: readonly { readonly suffix: string; readonly unit: string; readonly scale?: number }[] = [
  { suffix: "Percent", unit: "%" },
  { suffix: "Share", unit: "%", scale: 100 },
  { suffix: "PerDay", unit: "perDay" },
  { suffix: "M3h", unit: "m3/h" },
  { suffix: "Days", unit: "days" },
  { suffix: "M3", unit: "m3" },
  { suffix: "Ms", unit: "ms" },
  { suffix: "M", unit: "m" },
  { suffix: "H", unit: "h" },
];

/** The claim with its size, then why it is believed, what else it could have been, and what is not known. */
export function explain(
  verdict: Verdict,
  language: Sentences,
  telling: Telling = WITHOUT_NAMES,
): readonly string[] {
  const { evidence, ruledOut, missing } = verdict;
  const { phrases } = language;
  return [
    claimOf(verdict, language),
    ...evidence.map((one) => sentenceOf(one, language, telling)),
    ...ruledOut.map(({ kind, because }) =>
      filled(phrases.ruledOut, {
        kind: language.ruledOutBy === "code" ? words(kind) : lowered(language.claims[kind]),
        because: lowered(sentenceOf(because, language, telling)),
      }),
    ),
    ...missing.map((reason) =>
      filled(phrases.missing, { reason: lowered(sentenceOf(reason, language, telling)) }),
    ),
  ];
}

/** What the finding says, with its size: one sentence. */
export function claimOf({ kind, size }: Verdict, language: Sentences): string {
  const claim = language.claims[kind];
  if (!size) return `${claim}.`;
  const { estimate, low, high } = size;
  return filled(language.phrases.sized, {
    claim,
    estimate: rounded(estimate, language),
    low: rounded(low, language),
    high: rounded(high, language),
  });
}

/** One finding or reason as a sentence with all its figures. */
export function sentenceOf(
  { code, figures }: Evidence | Reason,
  language: Sentences,
  telling: Telling = WITHOUT_NAMES,
): string {
  const template = sentenceFor(code, language);
  const used = new Set([...(template ?? "").matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  // An event of an older version may lack a figure that today's sentence needs.
  const fits = template !== undefined && [...used].every((name) => name !== undefined && name in figures);
  const told = Object.entries(figures).map(([name, value]) => [
    name,
    typeof value === "string" ? telling.nameOf(name, value) : valueInWords(name, value, language, telling),
  ]);
  const brackets = told
    .filter(([name]) => !fits || !used.has(name))
    .map(([name = "", value]) => `${labelOf(name)} ${value}`.trim());
  const claim = fits ? filled(template, Object.fromEntries(told)) : capitalised(words(code));
  return brackets.length > 0 ? `${claim} (${brackets.join(", ")}).` : `${claim}.`;
}

function sentenceFor(code: string, { sentences }: Sentences): string | undefined {
  return isOf(sentences, code) ? sentences[code] : undefined;
}

function isOf<Key extends string>(record: Readonly<Record<Key, unknown>>, key: string): key is Key {
  return Object.hasOwn(record, key);
}

function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function unitOf(name: string): (typeof UNITS)[number] | undefined {
  return UNITS.find(({ suffix }) => name.endsWith(suffix));
}

function labelOf(name: string): string {
  return words(name.slice(0, name.length - (unitOf(name)?.suffix.length ?? 0)));
}

function valueInWords(name: string, value: number, language: Sentences, telling: Telling): string {
  const { unit = "", scale = 1 } = unitOf(name) ?? {};
  // Milliseconds that are an instant since 1980 are told as a time, shorter ones as a duration.
  if (unit === "ms") {
    return value > Date.UTC(1980, 0) ? telling.timeOf(value) : durationInWords(value, language);
  }
  if (unit === "h" && value < 1) return durationInWords(value * HOUR_MS, language);
  if (unit === "days" && value < 2) return durationInWords(value * DAY_MS, language);
  const number = rounded(value * scale, language);
  return isOf(language.units, unit)
    ? filled(language.units[unit], { value: number })
    : `${number} ${unit}`.trim();
}

/** In the largest unit of which there is one; days from two on, for "1 days" is no English. */
function durationInWords(ms: number, language: Sentences): string {
  if (ms >= 2 * DAY_MS) return filled(language.units.days, { value: rounded(ms / DAY_MS, language) });
  if (ms >= HOUR_MS) return `${rounded(ms / HOUR_MS, language)} h`;
  return ms >= MINUTE_MS || ms === 0
    ? `${rounded(ms / MINUTE_MS, language)} min`
    : `${rounded(ms / 1000, language)} s`;
}

/** Three significant digits: no meter knows more. Whole numbers stay whole. */
function rounded(value: number, { decimalPoint }: Sentences): string {
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
  return text.replace(".", decimalPoint);
}

/** "nightFlow" and "night-flow" are "night flow". */
function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll("-", " ")
    .toLowerCase();
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
