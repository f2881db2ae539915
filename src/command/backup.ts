/** nightflow backup: all of history copied into a folder, while the centre runs or not. */
import type { CentreConfig } from "../config/centre-config.ts";
import { historyFolderOf } from "../history.ts";
import { Failure } from "../model/failure.ts";
import { requestBackup } from "../store/backup-socket.ts";
import type { BackupReport } from "../store/duckdb-backup.ts";
import { openDuckdbStore } from "../store/duckdb-store.ts";
import type { Command } from "./arguments.ts";
import { configurationIn } from "./configuration.ts";

export const backup: Command = {
  summary: "copies all of history into a new folder, also while the centre runs",
  flags: { config: { value: "DIR", required: true }, to: { value: "DIR", required: true } },
  async run(values) {
    const folder = embeddedHistoryOf(configurationIn(values.must("config")));
    const report =
      (await requestBackup(folder, values.must("to"))) ?? (await backUpHere(folder, values.must("to")));
    console.log(tell(report));
    return 0;
  },
};

/** Throws Failure "no-embedded-history". */
export function embeddedHistoryOf(config: CentreConfig): string {
  const { kind } = config.server.store;
  if (kind === "duckdb") return historyFolderOf(config);
  throw new Failure(
    "no-embedded-history",
    `store.kind is ${kind}: there are no history files of ours to copy`,
  );
}

export function tell({ folder, files, bytes }: BackupReport): string {
  return `${folder}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB`;
}

async function backUpHere(folder: string, target: string): Promise<BackupReport> {
  const store = await openDuckdbStore(folder);
  try {
    return await store.backUp(target);
  } finally {
    await store.close();
  }
}
