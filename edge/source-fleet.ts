/**
 * The sources that run, and how a changed configuration reaches them: what did not change goes on untouched, and what changed is replaced
 * so that no reading falls between the old and the new.
 *
 *   topics or metrics of a broker   the connection stays, other topics are subscribed to
 *   an OPC UA server                the new connection first, then the old one ends when what was queued for it came: a value that
 *                                   both saw is one sample
 *   a broker of its own             the old ends, the new takes over its session, where the broker kept QoS 1 messages
 */
import type { Logger } from "pino";
import { messageOf } from "../src/model/failure.ts";
import type { AgentConfig } from "./agent-config.ts";
import { startCsvSource } from "./csv-source.ts";
import { inboxFolderOf } from "./hand-inbox.ts";
import { type HandParts, startHandSource } from "./hand-source.ts";
import { createTopicReader } from "./mqtt-reading.ts";
import { type MqttReading, type MqttSource, startMqttSource } from "./mqtt-source.ts";
import type { Source, SourceParts } from "./source.ts";
import { hostPresence } from "./sparkplug-host.ts";

export interface SourceFleet {
  sources(): readonly Source[];
  /** Resolves with the names of the sources that were started, changed or ended. */
  apply(config: AgentConfig): Promise<readonly string[]>;
  stop(): Promise<void>;
}

interface Wanted {
  /** Its kind and name: what makes it the same source under another configuration. */
  readonly key: string;
  readonly settings: string;
  /** Of its connection alone, where the rest can be changed without touching that. */
  readonly connection?: string;
  start(): Promise<Source>;
  /** What changed is not the connection. */
  readAs?(running: Source): Promise<void>;
  readonly overlaps: boolean;
}

interface Running {
  readonly wanted: Wanted;
  readonly source: Source;
}

/** A server that lets nobody in beside the old connection gets it for itself after this. */
const OVERLAP_MS = 15_000;
const LOOK_MS = 100;

export function createSourceFleet(parts: HandParts): SourceFleet {
  const { log } = parts;
  const running = new Map<string, Running>();
  const replaced = new Set<Source>();
  let stopping = false;

  async function start(wanted: Wanted): Promise<Source> {
    const source = await wanted.start();
    running.set(wanted.key, { wanted, source });
    watchEnd(source, log);
    return source;
  }

  async function change(wanted: Wanted, { wanted: before, source }: Running): Promise<void> {
    if (wanted.readAs && wanted.connection === before.connection) {
      await wanted.readAs(source);
      running.set(wanted.key, { wanted, source });
      return;
    }
    if (!wanted.overlaps) {
      await source.stop();
      await start(wanted);
      return;
    }
    replaced.add(source);
    await connectedOr(await start(wanted), OVERLAP_MS, () => stopping);
    if (!stopping) await source.drain?.();
    await source.stop();
    replaced.delete(source);
  }

  return {
    sources: () => [...running.values()].map(({ source }) => source),
    async apply(config) {
      const wanted = new Map(wantedOf(config, parts).map((one) => [one.key, one]));
      const changed: string[] = [];
      for (const [key, { source }] of [...running]) {
        if (wanted.has(key)) continue;
        changed.push(source.name);
        running.delete(key);
        await source.stop();
      }
      await Promise.all(
        [...wanted.values()].map(async (one) => {
          const before = running.get(one.key);
          if (before?.wanted.settings === one.settings) return;
          if (before) await change(one, before);
          else await start(one);
          changed.push(running.get(one.key)?.source.name ?? one.key);
        }),
      );
      return changed;
    },
    async stop() {
      stopping = true;
      const all = [...replaced, ...[...running.values()].map(({ source }) => source)];
      await Promise.all(all.map((source) => source.stop()));
    },
  };
}

function wantedOf(config: AgentConfig, parts: HandParts): Wanted[] {
  const { opcua, mqtt, sparkplug, csv, hand } = config.sources;
  return [
    ...opcua.map(
      (one): Wanted => ({
        ...named("opcua", one),
        overlaps: true,
        // The OPC UA client is most of an agent's code: a station without such a server does without its memory.
        async start() {
          const { startOpcuaSource } = await import("./opcua-source.ts");
          const applicationUri = `urn:nightflow:edge:${config.utility}:${config.site}`;
          const progressFile = `${config.spool.path}.${encodeURIComponent(one.name)}.json`;
          return startOpcuaSource(one, { applicationUri, progressFile }, parts);
        },
      }),
    ),
    ...mqtt.map((one) => {
      const { topics, ...connection } = one;
      const reader = async () => createTopicReader(topics);
      const reads = { kind: "mqtt", reader, items: topics.length } as const;
      return mqttWanted(one, connection, reads, config, parts);
    }),
    ...sparkplug.map((one) => {
      const { metrics, group, ...connection } = one;
      const presence = one.hostId === undefined ? undefined : hostPresence(one.hostId);
      // So is Protocol Buffers.
      const reader = async () => (await import("./sparkplug-reading.ts")).createSparkplugReader(one);
      const reads = { kind: "sparkplug", reader, items: metrics.length, presence } as const;
      return mqttWanted(one, connection, reads, config, parts);
    }),
    ...csv.map(
      (one): Wanted => ({
        ...named("csv", one),
        overlaps: false,
        start: async () => startCsvSource(one, parts),
      }),
    ),
    ...(hand.length === 0 ? [] : [handWanted(config, parts)]),
  ];
}

function handWanted({ sources: { hand }, spool }: AgentConfig, parts: HandParts): Wanted {
  return {
    key: "hand",
    settings: JSON.stringify(hand),
    overlaps: false,
    start: async () => startHandSource(hand, inboxFolderOf(spool.path), parts),
  };
}

type Connection = Parameters<typeof startMqttSource>[0];
type LazyReading = Omit<MqttReading, "reader"> & { readonly reader: () => Promise<MqttReading["reader"]> };

function mqttWanted(
  whole: { readonly name: string },
  connection: Connection,
  reads: LazyReading,
  { utility, site }: AgentConfig,
  parts: SourceParts,
): Wanted {
  const { kind, items } = reads;
  const clientId = `nightflow-${utility}-${site}-${connection.name}`;
  return {
    ...named(kind, whole),
    connection: JSON.stringify(connection),
    overlaps: false,
    start: async () =>
      startMqttSource(connection, { ...reads, reader: await reads.reader() }, clientId, parts),
    async readAs(running) {
      if ("readAs" in running) (running as MqttSource).readAs(await reads.reader(), items);
    },
  };
}

function named(kind: string, one: { readonly name: string }): Pick<Wanted, "key" | "settings"> {
  return { key: `${kind} ${one.name}`, settings: JSON.stringify(one) };
}

function watchEnd({ name, exhausted }: Source, log: Logger): void {
  exhausted?.then(
    () => log.info({ source: name }, "exhausted"),
    (error: unknown) => log.error({ source: name, reason: messageOf(error) }, "source failed"),
  );
}

async function connectedOr({ standing }: Source, mostMs: number, cut: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < mostMs && !cut(); waitedMs += LOOK_MS) {
    if (standing.now().state === "connected") return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
