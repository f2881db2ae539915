/** What a message of plain devices says: from topic and payload to readings, by the topics in the configuration. Pure. */
import { LAST_MS } from "../src/model/clock.ts";
import { readSenml } from "../src/model/senml.ts";
import { BAD, GOOD } from "../src/model/status.ts";
import { factorToInside } from "../src/model/units.ts";
import { idSchema } from "../src/model/wire.ts";
import type { MqttSourceConfig } from "./agent-config.ts";
import type { Message, MqttReader, Reading, Rejection } from "./mqtt-reader.ts";
import { arrivingQuantity, type Conversion, conversionOf } from "./reading-config.ts";

type TopicConfig = MqttSourceConfig["topics"][number];

interface Rule {
  readonly config: TopicConfig;
  readonly levels: readonly string[];
  readonly conversion: Conversion;
  readonly valuePath: readonly string[] | undefined;
  readonly timePath: readonly string[] | undefined;
}

/** A reading in the unit it arrives in; null where the device says it has none. */
interface Found {
  readonly timeMs: number;
  readonly value: number | null;
  /** Of the reading itself, before the topic's own. */
  readonly conversion: Conversion;
}

export function createTopicReader(topics: readonly TopicConfig[]): MqttReader {
  const exact = new Map<string, Rule[]>();
  const patterns: Rule[] = [];
  for (const config of topics) {
    const rule = ruleOf(config);
    if (/[+#]/.test(config.topic)) patterns.push(rule);
    else exact.set(config.topic, [...(exact.get(config.topic) ?? []), rule]);
  }

  return {
    filters: [...new Set(topics.map(({ topic }) => topic))],
    read(message) {
      const readings: Reading[] = [];
      const rejections: Rejection[] = [];
      const text = Buffer.from(message.payload).toString();
      const take = (rule: Rule, sensor: string) => {
        const found = idSchema.safeParse(sensor).success ? find(rule, message, text) : "sensor-name";
        if (typeof found === "string") rejections.push({ sensor, reason: found });
        else
          for (const one of found) {
            const reading = inside(one);
            if (reading) readings.push({ sensor, ...reading });
            else rejections.push({ sensor, reason: "not-a-number" });
          }
      };
      for (const rule of exact.get(message.topic) ?? []) take(rule, rule.config.sensor);
      const levels = message.topic.split("/");
      for (const rule of patterns) {
        const wild = wildLevels(rule.levels, levels);
        if (wild)
          take(
            rule,
            rule.config.sensor.replace(/\{(\d)\}/g, (_, place) => wild[Number(place) - 1] ?? ""),
          );
      }
      return { readings, rejections };
    },
  };
}

function ruleOf(config: TopicConfig): Rule {
  const { topic, valuePath, timePath } = config;
  return {
    config,
    levels: topic.split("/"),
    conversion: conversionOf(config),
    valuePath: valuePath === undefined ? undefined : stepsOf(valuePath),
    timePath: timePath === undefined ? undefined : stepsOf(timePath),
  };
}

/** "a.b[0]" -> a, b, 0 */
function stepsOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter((step) => step !== "");
}

/** The levels that stand for "+", in order, or undefined when the topic does not match. "#" takes the rest. */
function wildLevels(pattern: readonly string[], topic: readonly string[]): string[] | undefined {
  const wild: string[] = [];
  for (const [index, level] of pattern.entries()) {
    if (level === "#") return wild;
    const actual = topic[index];
    if (actual === undefined) return undefined;
    if (level === "+") wild.push(actual);
    else if (level !== actual) return undefined;
  }
  return pattern.length === topic.length ? wild : undefined;
}

function find(rule: Rule, message: Message, text: string): readonly Found[] | Rejection["reason"] {
  const { retained, receivedMs } = message;
  const { conversion } = rule;
  const plain = !rule.valuePath && !rule.timePath;
  if (plain && text.trimStart().startsWith("[")) return findInSenml(rule, message, text);
  if (retained && !rule.timePath) return "retained-without-time";
  if (plain) {
    const value = numberOf(text);
    return value === undefined ? "not-a-number" : [{ timeMs: receivedMs, value, conversion }];
  }
  const document = parsed(text);
  if (document === undefined) return "not-json";
  const found = rule.valuePath ? at(document, rule.valuePath) : document;
  if (found === undefined) return "no-value";
  const value = found === null ? null : numberOf(found);
  if (value === undefined) return "not-a-number";
  const timeMs = rule.timePath ? timeOf(at(document, rule.timePath)) : receivedMs;
  return timeMs === undefined ? "unreadable-time" : [{ timeMs, value, conversion }];
}

/** The records of the wanted name, or of the only one there is; a unit in the pack goes before the configured one. */
function findInSenml(
  { config, conversion }: Rule,
  { retained, receivedMs }: Message,
  text: string,
): readonly Found[] | Rejection["reason"] {
  const pack = parsed(text);
  const records = pack === undefined ? "not-json" : readSenml(pack, receivedMs);
  if (typeof records === "string") return pack === undefined ? "not-json" : "not-senml";
  const wanted = config.senmlName ?? records[0]?.name;
  const own = records.filter(({ name }) => name === wanted);
  if (own.length === 0 || (config.senmlName === undefined && own.length < records.length)) return "no-value";
  // Without a time of their own all records have the time of arrival.
  if (retained && own.some(({ timeMs }) => timeMs === receivedMs)) return "retained-without-time";
  const found = own.map(({ timeMs, value, unit }) => ({
    timeMs,
    value,
    conversion: unit === undefined ? conversion : conversionOf({ ...config, unit }),
  }));
  const known = own.every(
    ({ unit }) => unit === undefined || factorToInside(arrivingQuantity(config), unit) !== undefined,
  );
  return known ? found : "unknown-unit";
}

/** Undefined where the unit inside takes a number beyond all numbers. */
function inside({ timeMs, value, conversion }: Found): Omit<Reading, "sensor"> | undefined {
  if (value === null) return { timeMs, value: Number.NaN, status: BAD };
  const converted = value * conversion.factor + conversion.offset;
  return Number.isFinite(converted) ? { timeMs, value: converted, status: GOOD } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function at(document: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((node, step) => {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return undefined;
    return (node as Record<string, unknown>)[step];
  }, document);
}

function numberOf(found: unknown): number | undefined {
  const number = typeof found === "string" && found.trim() !== "" ? Number(found) : found;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** Seconds after 1970 stay below this for 3,000 years, milliseconds are above it since 1973. */
const SECONDS_BELOW = 1e11;
/** A number of seconds or milliseconds since 1970 UTC, or an ISO 8601 time with Z or an offset. */
function timeOf(found: unknown): number | undefined {
  if (typeof found === "string" && /T.*(Z|[+-]\d\d:?\d\d)$/.test(found)) {
    const parsedMs = Date.parse(found);
    return Number.isFinite(parsedMs) ? parsedMs : undefined;
  }
  const number = numberOf(found);
  if (number === undefined || number <= 0 || number > LAST_MS) return undefined;
  return Math.round(number < SECONDS_BELOW ? number * 1000 : number);
}
