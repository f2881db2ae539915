/**
 * Readings of one OPC UA server. Keeps a connection for as long as it can be relied on, then builds another; what is lost and found again,
 * the server or one of its variables, goes up as notices.
 */
import type { Notice } from "../src/model/agent.ts";
import { DAY_MS } from "../src/model/clock.ts";
import { messageOf } from "../src/model/failure.ts";
import { createBackoff, isUnanswered } from "./backoff.ts";
import { certificateReport } from "./certificate-facts.ts";
import { createClockSkew } from "./clock-skew.ts";
import { logOpcuaClientTo } from "./opcua-client-log.ts";
import { readServerClock } from "./opcua-clock.ts";
import { nodeNameOf, type OpcuaItemConfig, type OpcuaSourceConfig } from "./opcua-config.ts";
import { type OpcuaConnection, openOpcuaConnection } from "./opcua-connection.ts";
import { createOpcuaGaps } from "./opcua-gaps.ts";
import { followItems, type ItemListener, type OpcuaItems } from "./opcua-items.ts";
import { createPolling } from "./opcua-polling.ts";
import { createOpcuaSamples } from "./opcua-samples.ts";
import { createWatchdog } from "./opcua-watchdog.ts";
import { readProgress, writeProgress } from "./progress-file.ts";
import { createSampleGathering } from "./sample-gathering.ts";
import type { Source, SourceParts } from "./source.ts";
import { createSourceStanding } from "./source-standing.ts";

/** What the agent lends to each of its servers. */
export interface OpcuaStation {
  readonly applicationUri: string;
  /** Where it is kept up to which time each sensor was read. */
  readonly progressFile: string;
}

const LOOK_MS = 1000;
const PROGRESS_MS = 60_000;
const CLOCK_MS = 60_000;

export function startOpcuaSource(
  config: OpcuaSourceConfig,
  { applicationUri, progressFile }: OpcuaStation,
  parts: SourceParts,
): Source {
  const { clock } = parts;
  const log = parts.log.child({ source: config.name });
  logOpcuaClientTo(parts.log);
  const gathering = createSampleGathering(parts);
  const backoff = createBackoff(Math.random);
  const lostItems = new Set<OpcuaItemConfig>();
  const shortItems = new Set<OpcuaItemConfig>();
  const stopping = new AbortController();
  const standing = createSourceStanding(clock);
  const skew = createClockSkew();
  let connected: OpcuaConnection | undefined;
  let lost = false;

  function tell(code: string, figures: Notice["figures"], sensor?: string): void {
    const timeMs = clock();
    gathering.tell({ timeMs, code, figures: { source: config.name, ...figures }, ...(sensor && { sensor }) });
  }

  const gaps = createOpcuaGaps();
  const samples = createOpcuaSamples(config, gathering, clock, {
    readBefore: readProgress(progressFile),
    tell,
    onGap: noteGap,
  });
  /** Up to which time each sensor was read when it was lost. */
  let readBefore = new Map(samples.upToMs());

  function noteGap(item: OpcuaItemConfig, fromMs: number, toMs: number): void {
    if (config.backfillMs > 0) gaps.note(item, Math.max(fromMs, clock() - config.backfillMs), toMs);
  }

  /** Whose values were in them nobody knows. */
  function missMessages(count: number): void {
    log.warn({ count }, "messages missed");
    tell("messages-missed", { count });
    for (const item of config.items) {
      const fromMs = samples.upToMs().get(item.sensor);
      if (fromMs !== undefined) noteGap(item, fromMs, Math.max(clock(), fromMs));
    }
  }

  const listener: ItemListener = {
    onValue(item, data, arrival) {
      standing.heard();
      samples.take(item, data, arrival);
    },
    onFound(item, deadband) {
      samples.setDeadband(item, deadband);
      const fromMs = readBefore.get(item.sensor);
      // To the end of what there is; the agent's clock may be behind after a power cut.
      if (fromMs !== undefined) noteGap(item, fromMs, Math.max(clock(), fromMs) + DAY_MS);
      if (lostItems.delete(item)) tell("item-found", { node: nodeNameOf(item) }, item.sensor);
    },
    onLost(item, reason) {
      if (lostItems.has(item)) return;
      lostItems.add(item);
      const upToMs = samples.upToMs().get(item.sensor);
      if (upToMs !== undefined) readBefore.set(item.sensor, upToMs);
      log.warn({ sensor: item.sensor, node: nodeNameOf(item), reason }, "variable lost");
      tell("item-lost", { node: nodeNameOf(item), reason: reason.slice(0, 1000) }, item.sensor);
    },
    onShortQueue(item, askedValues, givenValues) {
      if (shortItems.has(item)) return;
      shortItems.add(item);
      tell("short-queue", { askedValues, givenValues }, item.sensor);
    },
  };

  function lose(reason: string): void {
    log.warn({ endpoint: config.endpoint, reason }, "server lost");
    if (!lost) tell("source-lost", { endpoint: config.endpoint, reason: reason.slice(0, 1000) });
    lost = true;
    standing.become("lost", reason);
  }

  /** Ends by itself with the connection. */
  async function poll(items: OpcuaItems, over: AbortSignal): Promise<void> {
    const polling = createPolling(items, clock, listener.onValue);
    while (!over.aborted) {
      const nextMs = await polling.read().catch(() => clock() + LOOK_MS);
      await sleep(Math.max(0, nextMs - clock()), over);
    }
  }

  /** The history of a server is read beside what it reports. */
  async function backfill(items: OpcuaItems, connection: OpcuaConnection, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        const filled = await gaps.fill(connection, items, samples.takeHistory);
        if (filled) log.info(filled, "history read back");
        if (filled && filled.values > 0) {
          const { gaps: count, values, fromMs, toMs } = filled;
          tell("gaps-filled", { fromMs, toMs, gaps: count, values });
        }
      } catch (error) {
        log.debug({ reason: messageOf(error) }, "history not read");
      }
      await sleep(LOOK_MS, over);
    }
  }

  async function keepProgress(): Promise<void> {
    const upToMs = new Map(samples.upToMs());
    await gathering.settled();
    try {
      writeProgress(progressFile, upToMs);
    } catch (error) {
      log.warn({ file: progressFile, reason: messageOf(error) }, "progress not kept");
    }
  }

  /** Beside everything else: a server without a clock is no worse a server. */
  async function compareClocks({ session }: OpcuaConnection, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const looked = await readServerClock(session, clock).catch(() => undefined);
      if (looked) skew.measured(looked);
      await sleep(CLOCK_MS, over);
    }
  }

  async function watch(items: OpcuaItems, connection: OpcuaConnection, over: AbortSignal): Promise<void> {
    const { watchMs, retryMs } = config;
    const publishingMs = connection.subscription.publishingInterval;
    const onStalled = (item: OpcuaItemConfig) => {
      log.warn({ sensor: item.sensor }, "changes are not reported; asking anew");
      tell("item-stalled", { node: nodeNameOf(item) }, item.sensor);
    };
    const { onValue } = listener;
    const watchdog = createWatchdog({ items, watchMs, publishingMs, clock, onValue, onStalled });
    while (!over.aborted) {
      await sleep(Math.min(LOOK_MS, watchMs, retryMs), over);
      if (over.aborted) return;
      try {
        const reason = await watchdog.look();
        if (reason !== undefined) connection.end(reason);
        await items.retry();
      } catch (error) {
        // A connection that fails while asking ends by itself.
        log.debug({ reason: messageOf(error) }, "variables not asked for");
      }
    }
  }

  /** Resolves with the reason the connection ended. */
  async function connectOnce(): Promise<string> {
    const opening = openOpcuaConnection(config, applicationUri, clock, missMessages);
    const connection = await unlessCut(opening, stopping.signal);
    if (!connection) {
      opening.then(({ close }) => close()).catch(() => {});
      return "stopped";
    }
    connected = connection;
    const over = new AbortController();
    const stop = () => connection.end("stopped");
    stopping.signal.addEventListener("abort", stop);
    if (stopping.signal.aborted) stop();
    readBefore = new Map(samples.upToMs());
    try {
      const following = followItems(config, connection, clock, listener);
      following.catch(() => {});
      const items = await Promise.race([following, connection.ended]);
      if (typeof items === "string") return items;
      log.info({ endpoint: config.endpoint, items: config.items.length - lostItems.size }, "connected");
      if (lost) tell("source-found", { endpoint: config.endpoint });
      if (connection.keptMs < config.toleratedOutageMs)
        log.warn(
          { askedMs: config.toleratedOutageMs, givenMs: connection.keptMs },
          "kept for less than asked",
        );
      lost = false;
      standing.become("connected");
      backoff.reset();
      poll(items, over.signal);
      watch(items, connection, over.signal);
      backfill(items, connection, over.signal);
      compareClocks(connection, over.signal);
      return await connection.ended;
    } finally {
      over.abort();
      connected = undefined;
      stopping.signal.removeEventListener("abort", stop);
      await connection.close();
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const reason = await connectOnce().catch(messageOf);
      if (stopping.signal.aborted) return;
      lose(reason);
      await sleep(backoff.nextMs(isUnanswered(reason, config.endpoint)), stopping.signal);
    }
  }

  /** At once when a sensor was read for the first time: an agent killed soon after its first start has to know where it was. */
  function keepWhenDue(): void {
    const sensors = samples.upToMs().size;
    if (sensors === kept.sensors && clock() - kept.timeMs < PROGRESS_MS) return;
    kept = { sensors, timeMs: clock() };
    void keepProgress();
  }

  const running = run();
  let kept = { sensors: samples.upToMs().size, timeMs: clock() };
  const keeping = setInterval(keepWhenDue, LOOK_MS);
  return {
    name: config.name,
    kind: "opcua",
    items: config.items.length,
    standing,
    lostItems: () => lostItems.size,
    certificates: () =>
      connected?.certificates.map(({ owner, facts }) => certificateReport(owner, facts)) ?? [],
    clockAhead: skew.now,
    async drain() {
      const reason = await connected?.drain();
      if (reason === undefined || stopping.signal.aborted) return;
      log.warn({ reason }, "closed before all came");
      tell("hand-over-incomplete", { reason: reason.slice(0, 1000) });
    },
    async stop() {
      stopping.abort();
      clearInterval(keeping);
      await running;
      await keepProgress();
    },
  };
}

/** Undefined as soon as it is cut. */
async function unlessCut<T>(work: Promise<T>, cut: AbortSignal): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const give = () => resolve(undefined);
  if (cut.aborted) give();
  cut.addEventListener("abort", give);
  return Promise.race([work, promise]).finally(() => cut.removeEventListener("abort", give));
}

/** Until then, or until `cut`. */
function sleep(ms: number, cut: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (cut.aborted) return resolve();
    const wake = () => {
      clearTimeout(timer);
      cut.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    cut.addEventListener("abort", wake);
  });
}
