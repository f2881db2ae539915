/**
 * The one place where an agent is wired, in data-path order: sources -> spool -> uplink.
 */
import type { Logger } from "pino";
import type { Clock } from "../src/model/clock.ts";
import { messageOf } from "../src/model/failure.ts";
import type { AgentConfig } from "./agent-config.ts";
import { startCsvSource } from "./csv-source.ts";
import { createTopicReader } from "./mqtt-reading.ts";
import { startMqttSource } from "./mqtt-source.ts";
import { startMqttUplink } from "./mqtt-uplink.ts";
import type { Source, SourceParts } from "./source.ts";
import { openSqliteSpool, type Spool } from "./sqlite-spool.ts";

export interface Agent {
  /** Stops the sources, gives the centre a moment to take what is spooled, and disconnects. What is left stays in the spool. */
  stop(): Promise<void>;
  /** Resolves when the sources that end are exhausted and everything is acknowledged; rejects when one of them failed. */
  drained(): Promise<void>;
}

export interface AgentParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
}

const LAST_SENDING_MS = 5000;

/** Rejects with Failure "spool-unusable"; everything else that goes wrong is logged, reported and tried again. */
export async function startAgent(config: AgentConfig, parts: AgentParts): Promise<Agent> {
  const { log } = parts;
  const spool = openSqliteSpool(config.spool, parts.clock, log);
  const sourceParts: SourceParts = { spool, log, clock: parts.clock };
  const sources: Source[] = [
    ...(await startOpcuaSources(config, sourceParts)),
    ...config.sources.mqtt.map((one) =>
      startMqttSource(one, createTopicReader(one.topics), clientIdOf(config, one.name), sourceParts),
    ),
    ...(await startSparkplugSources(config, sourceParts)),
    ...config.sources.csv.map((one) => startCsvSource(one, sourceParts)),
  ];
  for (const { name, exhausted } of sources) {
    exhausted?.then(
      () => log.info({ source: name }, "exhausted"),
      (error: unknown) => log.error({ source: name, reason: messageOf(error) }, "source failed"),
    );
  }
  const uplink = startMqttUplink(config, spool, parts);
  let stopped: Promise<void> | undefined;

  async function drain(): Promise<void> {
    for (const { exhausted } of sources) await exhausted;
    await spool.cut();
    await empty(spool);
  }

  async function stop(): Promise<void> {
    for (const source of sources) await source.stop();
    await spool.cut();
    if (uplink.connected()) await Promise.race([empty(spool), delay(LAST_SENDING_MS)]);
    await uplink.stop();
    await spool.close();
    log.info({ heldBatches: spool.heldBatches() }, "stopped");
  }

  return {
    drained: drain,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** The OPC UA client is most of an agent's code: a station without such a server does without its memory. */
async function startOpcuaSources(
  { utility, site, sources, spool }: AgentConfig,
  parts: SourceParts,
): Promise<Source[]> {
  if (sources.opcua.length === 0) return [];
  const { startOpcuaSource } = await import("./opcua-source.ts");
  const applicationUri = `urn:nightflow:edge:${utility}:${site}`;
  return sources.opcua.map((one) => {
    const progressFile = `${spool.path}.${encodeURIComponent(one.name)}.json`;
    return startOpcuaSource(one, { applicationUri, progressFile }, parts);
  });
}

/** So is Protocol Buffers. */
async function startSparkplugSources(config: AgentConfig, parts: SourceParts): Promise<Source[]> {
  const { sparkplug } = config.sources;
  if (sparkplug.length === 0) return [];
  const { createSparkplugReader } = await import("./sparkplug-reading.ts");
  return sparkplug.map((one) =>
    startMqttSource(one, createSparkplugReader(one), clientIdOf(config, one.name), parts),
  );
}

function clientIdOf({ utility, site }: AgentConfig, source: string): string {
  return `nightflow-${utility}-${site}-${source}`;
}

function empty(spool: Spool): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (spool.heldBatches() === 0) resolve();
    };
    spool.onChange(look);
    look();
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
