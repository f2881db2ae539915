/**
 * The way in, from MQTT to history: decode, put in sequence, screen, gather, commit, acknowledge, hand on. Nothing is acknowledged before it
 * is stored, and nothing that is wrong with one message stops another.
 */
import type { Logger } from "pino";
import type { Refusal } from "../model/alarm.ts";
import type { Clock } from "../model/clock.ts";
import type { NewEvent, StoredEvent } from "../model/event.ts";
import type { Commit, HistoryStore } from "../model/history-store.ts";
import type { SiteView } from "../model/live.ts";
import { type Series, sampleCount } from "../model/sample.ts";
import type { Share } from "../model/share.ts";
import type { Utility } from "../model/utility.ts";
import { parseTopic } from "../model/wire.ts";
import { createAcknowledger } from "./acknowledger.ts";
import { type BatchCounts, createAgentIntake } from "./agent-intake.ts";
import { type ArrivalCounts, createArrivalOrder } from "./arrival-order.ts";
import { createSpoolRegister } from "./batch-sequencer.ts";
import { COMMITTER_DEFAULTS, type CommitterSettings, createCommitter } from "./committer.ts";
import { createDeviceIntake, type DeviceCounts } from "./device-intake.ts";
import type { DeviceTopic } from "./device-topic.ts";
import { createHandIntake } from "./hand-intake.ts";
import type { RejectedLog } from "./jsonl-rejected-log.ts";
import type { InboxMessage, MqttInbox } from "./mqtt-inbox.ts";
import type { Rejection, RejectionReason } from "./rejection.ts";
import { knownSites, routesOf } from "./routes.ts";
import { createSiteRegister } from "./site-register.ts";

interface IngestSettings extends CommitterSettings {
  /** Largest message after decompression, bytes. */
  readonly maxMessageBytes: number;
  /** How far ahead of the centre's clock a source's may be. */
  readonly futureToleranceMs: number;
  /** Times before it come from clocks that were never set. */
  readonly earliestMs: number;
}

const DEFAULTS: IngestSettings = {
  ...COMMITTER_DEFAULTS,
  maxMessageBytes: 8_000_000,
  futureToleranceMs: 600_000,
  earliestMs: Date.UTC(1990),
};

export interface IngestParts {
  readonly utility: Utility;
  readonly inbox: MqttInbox;
  readonly store: HistoryStore;
  readonly rejected: RejectedLog;
  /** Topics of third-party devices. */
  readonly devices?: readonly DeviceTopic[];
  /** The districts held here, where several centres divide them; null when this is the only one. */
  readonly share?: Share | null;
  readonly log: Logger;
  readonly clock: Clock;
  readonly settings?: Partial<IngestSettings>;
  /** After each commit, in order. The next commit waits for it. */
  readonly onCommitted: (series: readonly Series[], events: readonly StoredEvent[]) => void | Promise<void>;
}

/** Counted since the start. */
interface IngestStats {
  readonly messages: number;
  readonly batches: Readonly<BatchCounts>;
  readonly deviceMessages: Readonly<DeviceCounts>;
  readonly arrivals: Readonly<ArrivalCounts>;
  readonly storedSamples: number;
  readonly rejectedSamples: number;
  readonly rejections: Readonly<Partial<Record<RejectionReason, number>>>;
  readonly rejectionsNotKept: number;
  readonly commits: number;
  readonly failedCommits: number;
  /** False from a failed commit until one succeeds. */
  readonly isStoring: boolean;
  readonly pendingSamples: number;
  /** Above it batches are turned away, to be sent again. */
  readonly pendingSamplesMost: number;
  readonly brokerConnected: boolean;
}

export interface Ingest {
  stats(): IngestStats;
  sites(): readonly SiteView[];
  /** A reading that somebody took by hand, with the event of it. Resolves when stored, or with why not. */
  takeByHand(sample: Series | null, event: NewEvent): Promise<Refusal | null>;
  /** Stores and acknowledges what has come, and takes nothing more. The inbox and the store are the caller's to close. */
  close(): Promise<void>;
}

export async function startIngest(parts: IngestParts): Promise<Ingest> {
  const { utility, inbox, store, rejected, log, clock, share = null } = parts;
  const settings = { ...DEFAULTS, ...parts.settings };
  const sensors = new Map(utility.sensors.map((sensor) => [sensor.id, sensor]));
  const spools = createSpoolRegister(await store.watermarks());
  const order = createArrivalOrder(await store.latest());
  const acknowledger = createAcknowledger(utility.id, inbox, clock, log);
  const sites = createSiteRegister();
  const total = { messages: 0, commits: 0, storedSamples: 0, rejectedSamples: 0 };
  let closed = false;

  async function onStored(commit: Commit, events: readonly StoredEvent[]): Promise<void> {
    total.commits += 1;
    total.storedSamples += sampleCount(commit.series);
    order.count(commit.series, clock());
    for (const watermark of commit.watermarks) acknowledger.stored(spools.stored(watermark));
    try {
      await parts.onCommitted(commit.series, events);
    } finally {
      hands.stored(commit);
    }
  }

  const committer = createCommitter({
    settings,
    log,
    async append(commit) {
      // What was turned away must be on disk before the batch it came with is acknowledged.
      await rejected.settled();
      return store.append(commit);
    },
    onStored,
    onGivenUp(unwatched) {
      spools.forgetUnstored();
      devices.lose(unwatched);
      hands.lose();
    },
  });
  const screening = { ...settings, isKnown: (sensor: string) => sensors.has(sensor) };
  const { maxMessageBytes } = settings;
  const agents = createAgentIntake({ spools, committer, acknowledger, clock, screening, maxMessageBytes });
  const hands = createHandIntake({ committer, clock, screening });
  const takes = (kind: "sensor" | "site", id: string, session: string | undefined) =>
    share === null || share.ownerOf({ kind, id }) === session;
  const devices = createDeviceIntake({
    devices: parts.devices ?? [],
    sensors,
    committer,
    clock,
    screening,
    takes: (sensor, session) => takes("sensor", sensor, session),
  });

  const toldSites = new Set(knownSites(utility));
  function tellOfStranger(site: string): void {
    if (toldSites.has(site)) return;
    toldSites.add(site);
    log.error(
      { site },
      "no sensor in utility.yaml has this site: of several centres none takes what it sends",
    );
  }

  function take(message: InboxMessage, session: string | undefined): readonly Rejection[] {
    const { topic, payload, retained } = message;
    const { channel, site } = parseTopic(topic) ?? {};
    // A session remembers what it asked for when the configuration was another.
    if (site && !takes("site", site, session)) return [];
    if (channel === "telemetry" && site) {
      sites.heard(site, clock());
      return agents.take(site, payload);
    }
    if (share && site) tellOfStranger(site);
    if (channel === "status" && site) return sites.status(site, payload, retained, clock());
    return devices.take(message, session);
  }

  for (const { session, filters } of routesOf(utility, parts.devices ?? [], share)) {
    const listener = (message: InboxMessage) => {
      if (closed) return;
      total.messages += 1;
      for (const rejection of take(message, session)) {
        total.rejectedSamples += rejection.samples;
        rejected.keep(rejection, message, clock());
      }
    };
    inbox.listen(filters, listener, session);
  }

  return {
    stats: () => ({
      ...total,
      batches: agents.counts(),
      deviceMessages: devices.counts(),
      rejections: rejected.counts(),
      rejectionsNotKept: rejected.notKept(),
      arrivals: order.counts(),
      failedCommits: committer.failedCommits(),
      isStoring: committer.isStoring(),
      pendingSamples: committer.pendingSamples(),
      pendingSamplesMost: settings.maxPendingSamples,
      brokerConnected: inbox.connected(),
    }),
    sites: () => sites.views(),
    takeByHand: hands.take,
    async close() {
      closed = true;
      await committer.close();
      await rejected.settled();
    },
  };
}
