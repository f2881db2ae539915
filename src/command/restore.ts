/** nightflow restore: a backup put in the place of a history that is not there. */
import { restore as restoreBackup } from "../store/duckdb-backup.ts";
import type { Command } from "./arguments.ts";
import { embeddedHistoryOf, tell } from "./backup.ts";
import { configurationIn } from "./configuration.ts";

export const restore: Command = {
  summary: "puts a backup in the place of a history that is not there",
  flags: { config: { value: "DIR", required: true }, from: { value: "DIR", required: true } },
  async run(values) {
    const folder = embeddedHistoryOf(configurationIn(values.must("config")));
    console.log(tell(await restoreBackup(values.must("from"), folder)));
    return 0;
  },
};
