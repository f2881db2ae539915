/** Opens the history a configuration names, and knows how it is kept in order. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { CentreConfig } from "./config/centre-config.ts";
import type { ServerSettings } from "./config/server-file.ts";
import type { RejectedLog } from "./ingest/jsonl-rejected-log.ts";
import { type Clock, HOUR_MS } from "./model/clock.ts";
import type { NewEvent } from "./model/event.ts";
import { Failure, messageOf } from "./model/failure.ts";
import type { HistoryStore } from "./model/history-store.ts";
import { wireValue } from "./model/wire.ts";
import { openDuckdbStore } from "./store/duckdb-store.ts";
import { connectInflux } from "./store/influx-connection.ts";
import { createHolders } from "./store/influx-holders.ts";
import { logOf, missingFrom } from "./store/influx-other-logs.ts";
import { makeDatabase, openInfluxStore, type RefusedSample } from "./store/influx-store.ts";
import { createMemoryStore } from "./store/memory-store.ts";

export interface History {
  readonly store: HistoryStore;
  /** Seals days that are over and lets go of what the configuration says; call it every few minutes. May be called again when it throws. */
  tidy(nowMs: number): Promise<void>;
  /** On disk; null where history is kept elsewhere. */
  bytes(): Promise<number | null>;
  /** Throws Failure "taken-over" when another centre has taken districts of this one; then this one is to end at once. */
  checkHeld(): Promise<void>;
}

/** The part of a utility that a running centre holds, where others may hold the rest or come after it. */
export interface Holding {
  readonly districts: readonly string[];
  /** True when there are no other districts. */
  readonly whole: boolean;
  /** Sees what other centres recorded, in order, and picks what concerns these districts. */
  readonly isWanted: (event: NewEvent) => boolean;
}

/** A centre that was taken over without having let go has found out after this long, or is dead. */
const FINDS_OUT_MS = 3_000;

/** Most of what comes late comes within it; sealing later costs little, sealing twice does. */
const LATENESS_MS = 12 * HOUR_MS;

export interface HistoryParts {
  /** Where samples are kept that a store refuses for good. */
  readonly rejected: RejectedLog;
  readonly clock: Clock;
  /** Left out by commands that only look. */
  readonly holding?: Holding;
}

type Store = ServerSettings["store"];

/** Throws Failure when the history is in use or cannot be read. */
export async function openHistory(
  { server }: Pick<CentreConfig, "server">,
  parts: HistoryParts,
): Promise<History> {
  const { store } = server;
  if (store.kind === "memory") return elsewhere(createMemoryStore());
  if (store.kind === "influx") return openInflux(store, parts);
  return openEmbedded(historyFolderOf({ server }), store);
}

function elsewhere(store: HistoryStore): History {
  return { store, tidy: async () => {}, bytes: async () => null, checkHeld: async () => {} };
}

async function openEmbedded(folder: string, settings: Extract<Store, { kind: "duckdb" }>): Promise<History> {
  const { samplesDays, hoursDays, maxGb } = settings.retention;
  const store = await openDuckdbStore(folder, { memoryMb: settings.memoryLimitMb });
  const limits = { samplesDays, hoursDays, maxBytes: maxGb === undefined ? undefined : maxGb * 1e9 };
  return {
    store,
    bytes: () => store.bytes(),
    checkHeld: async () => {},
    async tidy(nowMs) {
      await store.seal(nowMs - LATENESS_MS);
      await store.retain(limits, nowMs);
    },
  };
}

async function openInflux(
  settings: Extract<Store, { kind: "influx" }>,
  { rejected, clock, holding }: HistoryParts,
): Promise<History> {
  const { tokenFile, passwordFile, caFile, ...connection } = settings;
  const options = {
    ...connection,
    token: tokenFile && secretIn(tokenFile),
    password: passwordFile && secretIn(passwordFile),
    authority: caFile && secretIn(caFile),
    setAside: (refused: readonly RefusedSample[]) => keepRefused(refused, rejected, clock()),
    clock,
  };
  if (!holding) return elsewhere(await openInfluxStore(options));
  const influx = connectInflux(options);
  if (options.version === 1) await makeDatabase(influx, options.database);
  const centre = `${hostname()}/${process.pid}/${new Date(clock()).toISOString()}`;
  const holders = createHolders(influx, holding.districts, centre);
  if ((await holders.take()).length > 0) await wait(FINDS_OUT_MS);
  const log = holding.whole ? null : logOf(holding.districts);
  const store = await openInfluxStore({ ...options, log, fence: holders.check });
  await store.copyIn(await missingFrom(influx, log, holding.isWanted));
  return {
    ...elsewhere({
      ...store,
      async close() {
        await store.close();
        await holders.letGo();
      },
    }),
    checkHeld: holders.check,
  };
}

/** Resolves when they are on disk. */
async function keepRefused(
  refused: readonly RefusedSample[],
  rejected: RejectedLog,
  nowMs: number,
): Promise<void> {
  for (const { sensor, timeMs, value, status, serverDelayMs, why } of refused) {
    const series = {
      sensor,
      t: [timeMs],
      v: [wireValue(value)],
      q: [status],
      ...(Number.isNaN(serverDelayMs) ? {} : { d: [serverDelayMs] }),
    };
    const detail = `sensor ${sensor}: ${why}`;
    const message = { topic: "history", payload: new Uint8Array(), retained: false };
    rejected.keep({ reason: "refused-by-store", detail, samples: 1, series }, message, nowMs);
  }
  await rejected.settled();
}

/** Throws Failure "unreadable-file". */
function secretIn(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (thrown) {
    throw new Failure("unreadable-file", `${file} cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}

export function historyFolderOf({ server }: Pick<CentreConfig, "server">): string {
  return join(server.dataFolder, "history");
}
