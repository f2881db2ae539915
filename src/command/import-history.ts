/** The part of nightflow import that puts an exported history into the store the configuration names. */
import type { CentreConfig } from "../config/centre-config.ts";
import { historyFolderOf, openHistory } from "../history.ts";
import { openRejectedLog } from "../ingest/jsonl-rejected-log.ts";
import { importHistory } from "../store/archive-reading.ts";
import { tellMoved } from "./export.ts";

export async function importArchive(config: CentreConfig, folder: string): Promise<number> {
  const rejected = await openRejectedLog(config.server.dataFolder);
  const { store, tidy } = await openHistory(config, { rejected, clock: Date.now });
  try {
    const moved = await importHistory(store, folder, {
      target: nameOf(config),
      async onMonth(month) {
        await tidy(Date.now());
        console.log(`${month} is there`);
      },
    });
    console.log(tellMoved(moved));
  } finally {
    await store.close();
  }
  return 0;
}

function nameOf(config: CentreConfig): string {
  const { store } = config.server;
  if (store.kind === "influx") return `${store.url}, database ${store.database}`;
  return store.kind === "duckdb" ? historyFolderOf(config) : "memory";
}
