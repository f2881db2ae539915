/**
 * Sentences in English from findings and reasons, which are data: a stable code and its figures. A code without a sentence of
 * its own is still told, in the words it is made of, with every figure and its unit.
 */
import type { EvidenceCode } from "./evidence.ts";
import type { Reason } from "./night.ts";
import type { Evidence, Verdict, VerdictKind } from "./verdict.ts";

/** What each kind claims, before the evidence for it. */
const CLAIMS: Readonly<Record<VerdictKind, string>> = {
  leak: "Water leaks in the district",
  burst: "A pipe has burst in the district",
  repair: "A leak was repaired",
  "boundary-valve": "A boundary valve was opened or closed: what one district lost, its neighbour gained",
  "zone-wide-change": "The whole zone changed at once",
  "large-user": "A large user draws water",
  "tank-filling": "A tank is filling",
  "meter-drift": "The meter drifts",
  "sensor-stuck": "The sensor is stuck: its value does not move",
  "sensor-dead": "The sensor is dead: it reads zero, or nothing",
  "sensor-reversed": "The sensor reads with the wrong sign",
  "sensor-spike": "The sensor shows values that water cannot make",
  "clock-shift": "The clock of the source is wrong",
  "counter-reset": "The counter was reset or the meter exchanged",
  "data-gap": "No data came",
  "telemetry-outage": "Nothing of the site is heard",
  "not-assessable": "The night cannot be assessed",
};

/** Figures stand in braces by their names; those that a sentence does not use follow it in brackets. */
const SENTENCES: Readonly<Record<Reason["code"] | EvidenceCode, string>> = {
  "too-few-samples": "Too few good samples came",
  "meter-silent": "A meter of the district was silent",
  "meter-withdrawn": "A meter of the district is not trusted for now",
  "no-meters": "The district has no meters",
  "supply-off": "The supply was off",
  "level-missing": "The level of a tank in the district is missing",
  "too-little-history": "There is too little history to compare with",
  "not-a-tight-district": "The district is not closed tightly enough to balance its flows",
  "daily-minimum-rose":
    "The least flow of the day was {minimumM3h}, {risePercent} above the least of the quiet days before, {baselineM3h}; up to {limitPercent} is usual",
  "daily-minimum-returned":
    "The least flow of the day is back at {minimumM3h}, near the {baselineM3h} of the quiet days before",
  "flow-above-usual":
    "For {lastedH} the flow has stood {aboveM3h} above the {usualM3h} that is usual at these hours, {timesUsualVariation} times what it varies by",
  "constant-offset":
    "For {overDays} all hours have stood {offsetM3h} higher, {timesUsualVariation} times what they vary by; the quarters of the day differ by no more than {quartersDisagreeM3h}",
  "crept-up":
    "All hours have crept up by {riseM3h} over {overDays}, {timesUsualVariation} times what they vary by",
  "leak-grew": "It has grown by {byM3h}, to {toM3h}",
  "outlasted-short-events":
    "It has lasted for {lastedH}; what comes and goes by itself here never lasted more than {longestShortEventH}",
  "flow-dropped": "The flow fell by {fellM3h}, about the {lostM3h} that were lost, and stays there",
  "flow-returned": "The flow fell by {fellM3h} after {lastedH}: it ended by itself",
  "value-unchanged":
    "{samples} samples in a row, over {lastedH}, read exactly {valueM3h}; while it was trusted the value never stood still for more than {longestBeforeH}",
  "reads-zero":
    "It has read zero for {lastedH}, where {usualM3h} is usual; before, zero never lasted more than {longestBeforeH}",
  "value-moves-again": "The value moves again, after {lastedH}",
  "no-samples": "No sample has come for {lastedH}; one is expected every {expectedEveryMs}",
  "site-silent": "All {sensors} sensors of the site are silent: its link, its power or its agent is down",
  "site-heard-again": "The site is heard again, by {sensor} first",
  "samples-again": "Samples come again, after {lastedH}",
  "withdrawn-by-late-data": "Data that came late do not bear the finding out; it is withdrawn",
  "nights-assessed-again": "{nights} nights could be assessed again",
};

/** What stands for a figure's unit at the end of its name, longest first; scale brings shares to percent. */
const UNITS: readonly { readonly suffix: string; readonly unit: string; readonly scale?: number }[] = [
  { suffix: "Percent", unit: "%" },
  { suffix: "Share", unit: "%", scale: 100 },
  { suffix: "PerDay", unit: "a day" },
  { suffix: "M3h", unit: "m3/h" },
  { suffix: "Days", unit: "days" },
  { suffix: "M3", unit: "m3" },
  { suffix: "Ms", unit: "ms" },
  { suffix: "M", unit: "m" },
  { suffix: "H", unit: "h" },
];

/** The claim with its size, then why it is believed, what else it could have been, and what is not known. */
export function explain(verdict: Verdict): readonly string[] {
  const { kind, size, evidence, ruledOut, missing } = verdict;
  const claim = size
    ? `${CLAIMS[kind]}: ${rounded(size.estimate)} m3/h, between ${rounded(size.low)} and ${rounded(size.high)}.`
    : `${CLAIMS[kind]}.`;
  return [
    claim,
    ...evidence.map(sentenceOf),
    ...ruledOut.map(({ kind: other, because }) => `Not ${words(other)}: ${lowered(sentenceOf(because))}`),
    ...missing.map((reason) => `Not known: ${lowered(sentenceOf(reason))}`),
  ];
}

/** One finding or reason as a sentence with all its figures. */
export function sentenceOf({ code, figures }: Evidence | Reason): string {
  const template = hasSentence(code) ? SENTENCES[code] : undefined;
  const told = new Set<string>();
  let missing = false;
  const filled = template?.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = figures[name];
    told.add(name);
    if (value === undefined) missing = true;
    return value === undefined ? "" : valueInWords(name, value);
  });
  // An event of an older version may lack a figure that today's sentence needs.
  const fits = filled !== undefined && !missing;
  const rest = Object.entries(figures).filter(([name]) => !fits || !told.has(name));
  const brackets = rest.map(([name, value]) => `${labelOf(name)} ${valueInWords(name, value)}`.trim());
  const claim = fits ? filled : capitalised(words(code));
  return brackets.length > 0 ? `${claim} (${brackets.join(", ")}).` : `${claim}.`;
}

function hasSentence(code: string): code is keyof typeof SENTENCES {
  return Object.hasOwn(SENTENCES, code);
}

function unitOf(name: string): (typeof UNITS)[number] | undefined {
  return UNITS.find(({ suffix }) => name.endsWith(suffix));
}

function labelOf(name: string): string {
  return words(name.slice(0, name.length - (unitOf(name)?.suffix.length ?? 0)));
}

function valueInWords(name: string, value: number | string): string {
  if (typeof value === "string") return value;
  const { unit = "", scale = 1 } = unitOf(name) ?? {};
  if (unit === "ms") return timeOrDuration(value);
  return `${rounded(value * scale)} ${unit}`.trim();
}

/** Milliseconds that are an instant since 1980 are told as a time, shorter ones as a duration. */
function timeOrDuration(ms: number): string {
  if (ms > Date.UTC(1980, 0)) return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  if (ms >= 86_400_000) return `${rounded(ms / 86_400_000)} days`;
  if (ms >= 3_600_000) return `${rounded(ms / 3_600_000)} h`;
  return ms >= 60_000 ? `${rounded(ms / 60_000)} min` : `${rounded(ms / 1000)} s`;
}

/** Three significant digits: no meter knows more. Whole numbers stay whole. */
function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
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
