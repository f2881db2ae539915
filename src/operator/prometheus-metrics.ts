/**
 * What Prometheus is told: how samples come in, how full the queues are, how long commits take, what stands, and how the process does.
 * Names follow Prometheus: prefix, base units, `_total` for what only grows; labels are reasons, states and configured sites, never free text.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { AlarmState } from "../model/alarm.ts";
import type { Clock } from "../model/clock.ts";
import type { HistoryStore } from "../model/history-store.ts";
import type { SiteView } from "../model/live.ts";

type Counts = Readonly<Record<string, number>>;

/** What the way in counts, see src/ingest/ingest.ts. */
export interface IngestFigures {
  readonly messages: number;
  readonly batches: Counts;
  readonly deviceMessages: Counts;
  readonly arrivals: Counts;
  readonly storedSamples: number;
  readonly rejectedSamples: number;
  readonly rejections: Counts;
  readonly rejectionsNotKept: number;
  readonly failedCommits: number;
  readonly isStoring: boolean;
  readonly pendingSamples: number;
  readonly pendingSamplesMost: number;
  readonly brokerConnected: boolean;
}

export interface MetricSources {
  readonly ingest: () => IngestFigures;
  readonly sites: () => readonly SiteView[];
  readonly alarms: () => readonly { readonly state: AlarmState }[];
  /** Since when a sample waits to be judged; null when none does. */
  readonly unjudgedSinceMs: () => number | null;
  /** Of history on disk; null where it is kept elsewhere. */
  readonly storeBytes: () => Promise<number | null>;
}

export interface Metrics {
  /** The store, its commits timed. */
  timed(store: HistoryStore): HistoryStore;
  /** From when on there is something to watch. */
  watch(sources: MetricSources): void;
  readonly contentType: string;
  text(): Promise<string>;
}

const COMMIT_BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(clock: Clock): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const commits = new Histogram({
    name: "nightflow_commit_duration_seconds",
    help: "Time until a commit was durable in history",
    buckets: COMMIT_BUCKETS_S,
    registers: [registry],
  });
  return {
    timed: (store) => ({
      ...store,
      async append(commit) {
        const stop = commits.startTimer();
        const stored = await store.append(commit);
        stop();
        return stored;
      },
    }),
    watch: (sources) => watch(registry, sources, clock),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function watch(registry: Registry, sources: MetricSources, clock: Clock): void {
  const { ingest } = sources;
  const total = (name: string, help: string, read: () => number) => growing(registry, name, help, read);
  const totals = (name: string, help: string, label: string, read: () => Counts) =>
    growingBy(registry, name, help, label, read);
  const level = (name: string, help: string, read: () => number) => gauge(registry, name, help, read);

  total("messages_total", "MQTT messages received", () => ingest().messages);
  totals("batches_total", "Agents' batches by what became of them", "outcome", () => ingest().batches);
  totals("device_messages_total", "Third-party devices' messages", "outcome", () => ingest().deviceMessages);
  total("stored_samples_total", "Samples stored", () => ingest().storedSamples);
  totals(
    "irregular_samples_total",
    "Stored samples that came late, again or ahead of the clock",
    "kind",
    () => ingest().arrivals,
  );
  total("rejected_samples_total", "Samples turned away", () => ingest().rejectedSamples);
  totals("rejections_total", "What was turned away, by reason", "reason", () => ingest().rejections);
  total("rejections_not_kept_total", "Rejections counted but not kept", () => ingest().rejectionsNotKept);
  total(
    "failed_commits_total",
    "Commits that failed and were tried again or given up",
    () => ingest().failedCommits,
  );
  level("pending_samples", "Samples gathered or being committed", () => ingest().pendingSamples);
  level("pending_samples_limit", "Above it agents are asked to wait", () => ingest().pendingSamplesMost);
  level("storing", "1 while commits succeed", () => Number(ingest().isStoring));
  level("broker_connected", "1 while messages come in", () => Number(ingest().brokerConnected));
  level("oldest_unjudged_seconds", "How long the oldest sample waits to be judged", () => {
    const sinceMs = sources.unjudgedSinceMs();
    return sinceMs === null ? 0 : Math.max(0, clock() - sinceMs) / 1000;
  });
  watchSites(registry, sources, clock);
  watchStanding(registry, sources);
}

function watchSites(registry: Registry, { sites }: MetricSources, clock: Clock): void {
  const age = (name: string, help: string, since: (site: SiteView) => number | null) => {
    new Gauge({
      name: `nightflow_${name}`,
      help,
      labelNames: ["site"],
      registers: [registry],
      collect() {
        this.reset();
        for (const view of sites()) {
          const sinceMs = since(view);
          if (sinceMs !== null) this.set({ site: view.site }, Math.max(0, clock() - sinceMs) / 1000);
        }
      },
    });
  };
  age("site_silence_seconds", "Since a site was last heard", ({ lastHeardMs }) => lastHeardMs);
  age(
    "site_oldest_unacknowledged_seconds",
    "Age of the oldest sample that an agent holds and the centre has not stored",
    ({ oldestUnacknowledgedMs }) => oldestUnacknowledgedMs,
  );
}

function watchStanding(registry: Registry, { alarms, storeBytes }: MetricSources): void {
  new Gauge({
    name: "nightflow_alarms",
    help: "Alarms by state, those that are over and acknowledged left out",
    labelNames: ["state"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { state } of alarms()) this.inc({ state });
    },
  });
  new Gauge({
    name: "nightflow_store_bytes",
    help: "Size of history on disk; absent where it is kept elsewhere",
    registers: [registry],
    async collect() {
      const bytes = await storeBytes();
      if (bytes === null) this.remove();
      else this.set(bytes);
    },
  });
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name: `nightflow_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

/** Counted elsewhere; told here. */
function growing(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name: `nightflow_${name}`,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function growingBy(registry: Registry, name: string, help: string, label: string, read: () => Counts): void {
  new Counter({
    name: `nightflow_${name}`,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const [key, count] of Object.entries(read())) this.inc({ [label]: key }, count);
    },
  });
}
