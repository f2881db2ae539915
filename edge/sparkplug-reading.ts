/**
 * A Sparkplug B group as a primary host sees it (Eclipse Sparkplug 3.0): births give metrics their names, aliases and types, sequence
 * numbers tell what was missed, and a death makes everything below it stale. What cannot be understood for want of a birth is asked for.
 */
import type { Notice } from "../src/model/agent.ts";
import { LAST_MS } from "../src/model/clock.ts";
import { BAD, GOOD, qualityOf, UNCERTAIN } from "../src/model/status.ts";
import type { SparkplugSourceConfig } from "./agent-config.ts";
import type { Message, MqttReader, Reading, Reads, Rejection, Request } from "./mqtt-reader.ts";
import { type Conversion, conversionOf } from "./reading-config.ts";
import type { SparkplugMetricConfig } from "./sparkplug-config.ts";
import {
  decodeSparkplug,
  rebirthCommand,
  type SparkplugMetric,
  type SparkplugPayload,
} from "./sparkplug-payload.ts";

/** OPC UA Part 8: the source is gone, and the last value was good. */
const BAD_NO_COMMUNICATION = 0x8031_0000;
/** OPC UA Part 8: nothing updates the value any more. */
const UNCERTAIN_LAST_USABLE = 0x4090_0000;
/** A node that does not answer is not asked more often. */
const REBIRTH_EVERY_MS = 10_000;
const SEQUENCE_LENGTH = 256;

interface Wanted {
  readonly config: SparkplugMetricConfig;
  readonly conversion: Conversion;
}

interface Known {
  readonly name: string;
  readonly device: string | undefined;
  readonly datatype: number | undefined;
}

/** An edge node since its last birth. */
interface EdgeNode {
  /** False when a message was missed since: aliases may stand for something else now. */
  born: boolean;
  birthNumber: number | undefined;
  seq: number;
  askedMs: number;
  /** Those of its devices that have spoken since and not died. */
  readonly devices: Set<string>;
  readonly aliases: Map<string, Known>;
  /** By device and name. */
  readonly types: Map<string, number | undefined>;
}

interface Arrived {
  readonly nodeName: string;
  readonly device: string | undefined;
  readonly payload: SparkplugPayload;
  readonly receivedMs: number;
}

interface Gathered {
  readonly readings: Reading[];
  readonly rejections: Rejection[];
  readonly notices: Omit<Notice, "timeMs">[];
  readonly requests: Request[];
}

type Kind = "NBIRTH" | "DBIRTH" | "NDATA" | "DDATA" | "NDEATH" | "DDEATH";
const KINDS: readonly string[] = ["NBIRTH", "DBIRTH", "NDATA", "DDATA", "NDEATH", "DDEATH"];

export function createSparkplugReader({ group, metrics }: SparkplugSourceConfig): MqttReader {
  const wanted = new Map<string, Wanted[]>();
  for (const config of metrics) {
    const key = keyOf(config.node, config.device, config.metric);
    wanted.set(key, [...(wanted.get(key) ?? []), { config, conversion: conversionOf(config) }]);
  }
  const nodes = new Map<string, EdgeNode>();
  const watched = new Set(metrics.map(({ node }) => node));
  let birthsAsked = 0;

  function nodeOf(name: string): EdgeNode {
    const known = nodes.get(name);
    if (known) return known;
    const fresh: EdgeNode = {
      born: false,
      birthNumber: undefined,
      seq: 0,
      askedMs: Number.NEGATIVE_INFINITY,
      devices: new Set(),
      aliases: new Map(),
      types: new Map(),
    };
    nodes.set(name, fresh);
    return fresh;
  }

  /** What of the node was known is not to be relied on until it is born again. */
  function askForBirth({ nodeName, receivedMs }: Pick<Arrived, "nodeName" | "receivedMs">): Request[] {
    const node = nodeOf(nodeName);
    node.born = false;
    if (receivedMs - node.askedMs < REBIRTH_EVERY_MS) return [];
    node.askedMs = receivedMs;
    birthsAsked += 1;
    return [{ topic: `spBv1.0/${group}/NCMD/${nodeName}`, payload: rebirthCommand(receivedMs) }];
  }

  function isStale({ node: nodeName, device }: SparkplugMetricConfig): boolean {
    const node = nodes.get(nodeName);
    return !node?.born || (device !== undefined && !node.devices.has(device));
  }

  /** False when messages before this one are missing. */
  function follows(node: EdgeNode, arrived: Arrived, into: Gathered): boolean {
    const expected = (node.seq + 1) % SEQUENCE_LENGTH;
    const { seq } = arrived.payload;
    node.seq = seq;
    if (seq === expected) return true;
    const figures = { node: arrived.nodeName, expected, arrived: seq };
    into.notices.push({ code: "sequence-gap", figures });
    into.requests.push(...askForBirth(arrived));
    return false;
  }

  function learn(node: EdgeNode, device: string | undefined, { metrics: born }: SparkplugPayload): void {
    for (const { name, alias, datatype } of born) {
      if (name === undefined) continue;
      node.types.set(keyOf("", device, name), datatype);
      if (alias !== undefined) node.aliases.set(alias, { name, device, datatype });
    }
  }

  function nodeBirth(arrived: Arrived, into: Gathered): void {
    const node = nodeOf(arrived.nodeName);
    node.devices.clear();
    node.aliases.clear();
    node.types.clear();
    node.born = true;
    node.askedMs = Number.NEGATIVE_INFINITY;
    node.seq = arrived.payload.seq;
    node.birthNumber = birthNumberOf(arrived.payload);
    learn(node, undefined, arrived.payload);
    takeAll(node, arrived, into);
  }

  function data(kind: Kind, arrived: Arrived, into: Gathered): void {
    const node = nodeOf(arrived.nodeName);
    if (!node.born) {
      into.requests.push(...askForBirth(arrived));
      into.rejections.push({ sensor: undefined, reason: "before-birth" });
      return;
    }
    if (!follows(node, arrived, into)) return;
    const { device } = arrived;
    if (kind === "DBIRTH") learn(node, device, arrived.payload);
    if (kind === "DDEATH") {
      node.devices.delete(device ?? "");
      goStale(arrived, into);
      return;
    }
    if (device !== undefined) node.devices.add(device);
    takeAll(node, arrived, into);
  }

  function nodeDeath(arrived: Arrived, into: Gathered): void {
    const node = nodeOf(arrived.nodeName);
    const died = birthNumberOf(arrived.payload);
    // The will of a connection before the last birth may arrive after it.
    if (node.born && died !== undefined && node.birthNumber !== undefined && died !== node.birthNumber)
      return;
    node.born = false;
    goStale(arrived, into);
  }

  /** Nothing more is known from here on, of the device or of the whole node. */
  function goStale({ nodeName, device, receivedMs }: Arrived, into: Gathered): void {
    for (const { node, device: own, sensor } of metrics) {
      if (node !== nodeName || (device !== undefined && own !== device)) continue;
      into.readings.push({ sensor, timeMs: receivedMs, value: Number.NaN, status: BAD_NO_COMMUNICATION });
    }
    const figures = { node: nodeName, ...(device !== undefined && { device }) };
    into.notices.push({ code: "sparkplug-death", figures });
  }

  function takeAll(node: EdgeNode, arrived: Arrived, into: Gathered): void {
    for (const metric of arrived.payload.metrics) take(node, arrived, metric, into);
  }

  function take(node: EdgeNode, arrived: Arrived, metric: SparkplugMetric, into: Gathered): void {
    const byAlias = metric.alias === undefined ? undefined : node.aliases.get(metric.alias);
    const name = metric.name ?? byAlias?.name;
    if (name === undefined) {
      into.rejections.push({ sensor: undefined, reason: "unknown-alias" });
      into.requests.push(...askForBirth(arrived));
      return;
    }
    const device = byAlias?.device ?? arrived.device;
    const datatype = metric.datatype ?? byAlias?.datatype ?? node.types.get(keyOf("", device, name));
    for (const { config, conversion } of wanted.get(keyOf(arrived.nodeName, device, name)) ?? []) {
      const { sensor } = config;
      const number = metric.numberAs(datatype);
      // A value of an earlier time has that time or none: the payload's is when it was told.
      const toldMs = metric.historical ? Number.NaN : (arrived.payload.timeMs ?? arrived.receivedMs);
      const timeMs = metric.timeMs ?? toldMs;
      if (number === undefined) into.rejections.push({ sensor, reason: "not-a-number" });
      else if (!(timeMs > 0 && timeMs <= LAST_MS))
        into.rejections.push({ sensor, reason: "unreadable-time" });
      else into.readings.push({ sensor, timeMs, ...inside(number, metric.quality, conversion) });
    }
  }

  return {
    filters: KINDS.map((kind) => `spBv1.0/${group}/${kind}/#`),
    connected(nowMs) {
      for (const node of nodes.values()) node.born = false;
      return [...watched].flatMap((nodeName) => askForBirth({ nodeName, receivedMs: nowMs }));
    },
    lostItems: () => metrics.filter(isStale).length,
    birthsAsked: () => birthsAsked,
    read({ topic, payload, receivedMs }: Message): Reads {
      const into: Gathered = { readings: [], rejections: [], notices: [], requests: [] };
      const [, , kind = "", nodeName = "", device] = topic.split("/");
      if (!KINDS.includes(kind) || !watched.has(nodeName)) return into;
      const decoded = decodeSparkplug(payload);
      if (!decoded) return { ...into, rejections: [{ sensor: undefined, reason: "not-sparkplug" }] };
      const arrived = { nodeName, device, payload: decoded, receivedMs };
      if (kind === "NBIRTH") nodeBirth(arrived, into);
      else if (kind === "NDEATH") nodeDeath(arrived, into);
      else data(kind as Kind, arrived, into);
      return into;
    },
  };
}

function keyOf(node: string, device: string | undefined, metric: string): string {
  return JSON.stringify([node, device, metric]);
}

function birthNumberOf({ metrics }: SparkplugPayload): number | undefined {
  return metrics.find(({ name }) => name === "bdSeq")?.numberAs(undefined);
}

function inside(
  number: number,
  quality: number | undefined,
  { factor, offset }: Conversion,
): Pick<Reading, "value" | "status"> {
  if (Number.isNaN(number)) return { value: Number.NaN, status: BAD };
  const status = statusOf(quality);
  const value = number * factor + offset;
  if (qualityOf(status) === "bad") return { value: Number.NaN, status };
  return Number.isFinite(value) ? { value, status } : { value: Number.NaN, status: BAD };
}

/** What SCADA systems write as the property "Quality" beside a metric. */
function statusOf(quality: number | undefined): number {
  if (quality === undefined || quality === 192) return GOOD;
  if (quality === 500) return UNCERTAIN_LAST_USABLE;
  return quality === 0 ? BAD : UNCERTAIN;
}
