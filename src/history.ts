/** Opens the history a configuration names, and knows how it is kept in order. */
import { join } from "node:path";
import type { CentreConfig } from "./config/centre-config.ts";
import { HOUR_MS } from "./model/clock.ts";
import type { HistoryStore } from "./model/history-store.ts";
import { openDuckdbStore } from "./store/duckdb-store.ts";
import { createMemoryStore } from "./store/memory-store.ts";

export interface History {
  readonly store: HistoryStore;
  /** Seals days that are over and lets go of what the configuration says; call it every few minutes. May be called again when it throws. */
  tidy(nowMs: number): Promise<void>;
}

/** Most of what comes late comes within it; sealing later costs little, sealing twice does. */
const LATENESS_MS = 12 * HOUR_MS;

export async function openHistory({ server }: CentreConfig): Promise<History> {
  if (server.store.kind === "memory") return { store: createMemoryStore(), tidy: async () => {} };
  const { memoryLimitMb, retention } = server.store;
  const store = await openDuckdbStore(historyFolderOf({ server }), { memoryMb: memoryLimitMb });
  const limits = {
    ...retention,
    ...(retention.maxGb === undefined ? {} : { maxBytes: retention.maxGb * 1e9 }),
  };
  return {
    store,
    async tidy(nowMs) {
      await store.seal(nowMs - LATENESS_MS);
      await store.retain(limits, nowMs);
    },
  };
}

export function historyFolderOf({ server }: Pick<CentreConfig, "server">): string {
  return join(server.dataFolder, "history");
}
