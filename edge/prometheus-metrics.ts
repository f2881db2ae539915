/**
 * The agent's figures for Prometheus. The key one is nightflow_agent_oldest_unacknowledged_seconds: while it stays small, everything works,
 * from meter to history. Labels are names from the configuration and codes, never free text.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { AgentReport } from "../src/model/agent-report.ts";
import type { Clock } from "../src/model/clock.ts";
import type { Uplink } from "./mqtt-uplink.ts";
import type { Spool } from "./sqlite-spool.ts";

export interface MetricSources {
  readonly report: () => AgentReport;
  readonly spool: Pick<Spool, "oldestUnacknowledgedMs" | "noticed">;
  readonly uplink: () => Pick<Uplink, "connected" | "counts"> | undefined;
  readonly version: string;
  readonly clock: Clock;
}

export interface AgentMetrics {
  readonly contentType: string;
  text(): Promise<string>;
}

const PREFIX = "nightflow_agent_";

export function createAgentMetrics({ report, spool, uplink, version, clock }: MetricSources): AgentMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: PREFIX + name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  function gauges<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    read: (said: AgentReport) => readonly (readonly [Readonly<Record<L, string>>, number])[],
  ): void {
    new Gauge({
      name: PREFIX + name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [labels, value] of read(report())) this.set(labels, value);
      },
    });
  }

  function total(name: string, help: string, read: () => number): void {
    new Counter({
      name: PREFIX + name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  gauges("info", "Always 1", ["version"], () => [[{ version }, 1]]);
  gauge("oldest_unacknowledged_seconds", "Age of the oldest sample that the centre has not stored", () => {
    const oldestMs = spool.oldestUnacknowledgedMs();
    return oldestMs === null ? 0 : Math.max(0, clock() - oldestMs) / 1000;
  });
  gauge("spool_bytes", "Size of all batches held", () => report().spool.heldBytes);
  gauge("spool_max_bytes", "The cap", () => report().spool.maxBytes);
  gauge("spool_batches", "Batches held", () => report().spool.heldBatches);
  gauge("disk_full", "1 while the spool lives on the room it has", () => Number(report().spool.diskFull));
  total("dropped_samples_total", "Samples that a limit took", () => report().spool.droppedSamples);
  gauge("uplink_connected", "1 while a broker serves", () => Number(uplink()?.connected() ?? false));
  total("batches_sent_total", "Batches handed to the broker", () => uplink()?.counts().sent ?? 0);
  total(
    "batches_sent_again_total",
    "Batches given up to be sent again",
    () => uplink()?.counts().sentAgain ?? 0,
  );
  total("sent_bytes_total", "Payload bytes of batches", () => uplink()?.counts().sentBytes ?? 0);
  gauges(
    "source_up",
    "1 while a source is connected or a recording plays",
    ["source", "kind"],
    ({ sources }) =>
      sources.map(({ name, kind, state }) => [{ source: name, kind }, Number(state === "connected")]),
  );
  gauges("source_items", "What a source is to read", ["source"], ({ sources }) =>
    sources.map(({ name, items }) => [{ source: name }, items]),
  );
  gauges("source_lost_items", "Of these, what is not there", ["source"], ({ sources }) =>
    sources.map(({ name, lostItems }) => [{ source: name }, lostItems]),
  );
  new Counter({
    name: `${PREFIX}births_asked_total`,
    help: "Births that Sparkplug edge nodes were asked for",
    labelNames: ["source"],
    registers,
    collect() {
      this.reset();
      for (const { name, birthsAsked } of report().sources)
        if (birthsAsked !== undefined) this.inc({ source: name }, birthsAsked);
    },
  });
  gauges("source_silence_seconds", "Since a source gave its last value", ["source"], ({ sources }) =>
    sources.flatMap(({ name, lastValueMs }) =>
      lastValueMs === null ? [] : [[{ source: name }, Math.max(0, clock() - lastValueMs) / 1000] as const],
    ),
  );
  gauges(
    "certificate_end_timestamp_seconds",
    "When a certificate ends",
    ["of", "owner"],
    ({ certificates }) => certificates.map(({ of, owner, notAfterMs }) => [{ of, owner }, notAfterMs / 1000]),
  );
  gauges("clock_ahead_seconds", "The agent's clock beside another one", ["against"], ({ clocks }) =>
    clocks.map(({ against, aheadMs }) => [{ against }, aheadMs / 1000]),
  );
  gauge("configuration_refused", "1 while a newer file is not in force", () =>
    Number(report().configuration.refused !== null),
  );
  gauge(
    "configuration_loaded_timestamp_seconds",
    "When the one in force was read",
    () => report().configuration.loadedMs / 1000,
  );
  new Counter({
    name: `${PREFIX}notices_total`,
    help: "What the agent noticed",
    labelNames: ["code"],
    registers,
    collect() {
      this.reset();
      for (const [code, count] of spool.noticed()) this.inc({ code }, count);
    },
  });
  return { contentType: registry.contentType, text: () => registry.metrics() };
}
