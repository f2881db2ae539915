/** What an MQTT message says: from topic and payload to readings, by the topics in the configuration. Pure. */
import { factorToInside } from "../src/model/units.ts";
import type { MqttSourceConfig } from "./agent-config.ts";

type TopicConfig = MqttSourceConfig["topics"][number];

export interface Reading {
  readonly sensor: string;
  readonly timeMs: number;
  /** In the quantity's unit inside; NaN for a JSON null: the device says it has no value. */
  readonly value: number;
}

export interface Rejection {
  readonly sensor: string;
  readonly reason: "not-json" | "no-value" | "not-a-number" | "unreadable-time" | "retained-without-time";
}

export interface Message {
  readonly topic: string;
  readonly text: string;
  /** Kept by the broker from before the subscription: without a time of its own its age is unknown. */
  readonly retained: boolean;
  readonly receivedMs: number;
}

export interface Decoded {
  readonly readings: readonly Reading[];
  readonly rejections: readonly Rejection[];
}

export type MessageDecoder = (message: Message) => Decoded;

interface Rule {
  readonly levels: readonly string[];
  readonly sensor: string;
  readonly factor: number;
  readonly valuePath: readonly string[] | undefined;
  readonly timePath: readonly string[] | undefined;
}

export function createMessageDecoder(topics: readonly TopicConfig[]): MessageDecoder {
  const exact = new Map<string, Rule[]>();
  const patterns: Rule[] = [];
  for (const config of topics) {
    const rule = ruleOf(config);
    if (/[+#]/.test(config.topic)) patterns.push(rule);
    else exact.set(config.topic, [...(exact.get(config.topic) ?? []), rule]);
  }

  return (message) => {
    const readings: Reading[] = [];
    const rejections: Rejection[] = [];
    const take = (rule: Rule, sensor: string) => {
      const outcome = read(rule, message);
      if (typeof outcome === "string") rejections.push({ sensor, reason: outcome });
      else readings.push({ sensor, ...outcome });
    };
    for (const rule of exact.get(message.topic) ?? []) take(rule, rule.sensor);
    const levels = message.topic.split("/");
    for (const rule of patterns) {
      const wild = wildLevels(rule.levels, levels);
      if (wild)
        take(
          rule,
          rule.sensor.replace(/\{(\d)\}/g, (_, place) => wild[Number(place) - 1] ?? ""),
        );
    }
    return { readings, rejections };
  };
}

function ruleOf({ topic, sensor, quantity, unit, valuePath, timePath }: TopicConfig): Rule {
  return {
    levels: topic.split("/"),
    sensor,
    factor: factorToInside(quantity, unit) ?? Number.NaN,
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

function read(
  rule: Rule,
  { text, retained, receivedMs }: Message,
): { timeMs: number; value: number } | Rejection["reason"] {
  if (retained && !rule.timePath) return "retained-without-time";
  if (!rule.valuePath && !rule.timePath) {
    const value = numberOf(text);
    return value === undefined ? "not-a-number" : { timeMs: receivedMs, value: value * rule.factor };
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return "not-json";
  }
  const found = rule.valuePath ? at(document, rule.valuePath) : document;
  if (found === undefined) return "no-value";
  const value = found === null ? Number.NaN : numberOf(found);
  if (value === undefined) return "not-a-number";
  const timeMs = rule.timePath ? timeOf(at(document, rule.timePath)) : receivedMs;
  return timeMs === undefined ? "unreadable-time" : { timeMs, value: value * rule.factor };
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
    const parsed = Date.parse(found);
    return Number.isFinite(parsed) ? parsed : undefined;
  }
  const number = numberOf(found);
  if (number === undefined || number <= 0) return undefined;
  return number < SECONDS_BELOW ? number * 1000 : number;
}
