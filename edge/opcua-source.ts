/**
 * Readings of one OPC UA server. Keeps a connection for as long as it can be relied on, then builds another; what is lost and found again,
 * the server or one of its variables, goes up as notices.
 */
import type { Notice } from "../src/model/agent.ts";
import { messageOf } from "../src/model/failure.ts";
import { isOverflow } from "../src/model/status.ts";
import { factorToInside } from "../src/model/units.ts";

import { createBackoff } from "./backoff.ts";
import { createOccasionalNotices } from "./occasional-notice.ts";
import type { OpcuaItemConfig, OpcuaSourceConfig } from "./opcua-config.ts";
import { type OpcuaConnection, openOpcuaConnection } from "./opcua-connection.ts";
import { type ItemListener, monitorItems, type OpcuaItems } from "./opcua-items.ts";
import { readingOf } from "./opcua-reading.ts";
import { createSampleGathering } from "./sample-gathering.ts";
import type { Source, SourceParts } from "./source.ts";

export function startOpcuaSource(
  config: OpcuaSourceConfig,
  applicationUri: string,
  parts: SourceParts,
): Source {
  const { clock } = parts;
  const log = parts.log.child({ source: config.name });
  const gathering = createSampleGathering(parts);
  const occasional = createOccasionalNotices();
  const backoff = createBackoff(Math.random);
  const factors = new Map(
    config.items.map((item) => [item, factorToInside(item.quantity, item.unit) ?? Number.NaN]),
  );
  const lostItems = new Set<OpcuaItemConfig>();
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener("abort", () => resolve());
  });
  let lost = false;

  function tell(code: string, figures: Notice["figures"], sensor?: string): void {
    const timeMs = clock();
    gathering.tell({ timeMs, code, figures: { source: config.name, ...figures }, ...(sensor && { sensor }) });
  }

  function tellOccasionally(code: string, figures: Notice["figures"], sensor: string): void {
    const count = occasional.happened(`${code} ${sensor}`, clock());
    if (count !== undefined) tell(code, { ...figures, count }, sensor);
  }

  const listener: ItemListener = {
    onValue(item, data) {
      const reading = readingOf(data, factors.get(item) ?? Number.NaN, clock());
      gathering.add(item.sensor, reading.timeMs, reading.value, reading.status);
      if (reading.timeOf !== "source")
        tellOccasionally("no-source-time", { used: reading.timeOf }, item.sensor);
      if (isOverflow(reading.status)) tellOccasionally("overflow", { beforeMs: reading.timeMs }, item.sensor);
    },
    onFound(item) {
      if (lostItems.delete(item)) tell("item-found", { node: item.node }, item.sensor);
    },
    onLost(item, reason) {
      if (lostItems.has(item)) return;
      lostItems.add(item);
      log.warn({ sensor: item.sensor, node: item.node, reason }, "variable lost");
      tell("item-lost", { node: item.node, reason }, item.sensor);
    },
    onShortQueue(item, askedValues, givenValues) {
      tellOccasionally("short-queue", { askedValues, givenValues }, item.sensor);
    },
  };

  function lose(reason: string): void {
    log.warn({ endpoint: config.endpoint, reason }, "server lost");
    if (!lost) tell("source-lost", { endpoint: config.endpoint, reason: reason.slice(0, 1000) });
    lost = true;
  }

  /** Resolves with the reason the connection ended, or undefined when the source was stopped. */
  async function stay(connection: OpcuaConnection, items: OpcuaItems): Promise<string | undefined> {
    const over = Promise.race([connection.ended, stopped.then(() => undefined)]);
    for (;;) {
      const wait = sleep(config.retryMs);
      const outcome = await Promise.race([over, wait.done.then(() => "retry" as const)]);
      wait.cancel();
      if (outcome !== "retry") return outcome;
      // A connection that fails while asking ends by itself.
      await items
        .retry()
        .catch((error) => log.debug({ reason: messageOf(error) }, "variables not asked for"));
    }
  }

  async function connectOnce(): Promise<string | undefined> {
    const connection = await openOpcuaConnection(config, applicationUri, clock);
    try {
      const items = await monitorItems(config, connection, listener);
      log.info({ endpoint: config.endpoint, items: config.items.length - lostItems.size }, "connected");
      if (lost) tell("source-found", { endpoint: config.endpoint });
      lost = false;
      backoff.reset();
      return await stay(connection, items);
    } finally {
      await connection.close();
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const reason = await connectOnce();
        if (reason !== undefined) lose(reason);
      } catch (error) {
        lose(messageOf(error));
      }
      const wait = sleep(backoff.nextMs());
      await Promise.race([wait.done, stopped]);
      wait.cancel();
    }
  }

  const running = run();
  return {
    name: config.name,
    async stop() {
      stopping.abort();
      await running;
      await gathering.settled();
    },
  };
}

function sleep(ms: number): { readonly done: Promise<void>; cancel(): void } {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  return { done, cancel: () => clearTimeout(timer) };
}
