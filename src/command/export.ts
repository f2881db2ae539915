/** nightflow export: all of history in a folder of open files, to be read by other tools or put into another store. */
import { openHistory } from "../history.ts";
import { openRejectedLog } from "../ingest/jsonl-rejected-log.ts";
import type { MovedHistory } from "../store/archive.ts";
import { exportHistory } from "../store/archive-writing.ts";
import type { Command } from "./arguments.ts";
import { configurationIn } from "./configuration.ts";

export const exportCommand: Command = {
  summary: "writes all of history into a new folder, for another store or other tools",
  flags: { config: { value: "DIR", required: true }, to: { value: "DIR", required: true } },
  async run(values) {
    const config = configurationIn(values.must("config"));
    const rejected = await openRejectedLog(config.server.dataFolder);
    const { store } = await openHistory(config, { rejected, clock: Date.now });
    try {
      const moved = await exportHistory(store, values.must("to"), (month, samples) => {
        console.log(`${month}: ${samples} samples`);
      });
      console.log(`${values.must("to")}: ${tellMoved(moved)}`);
    } finally {
      await store.close();
    }
    return 0;
  },
};

export function tellMoved({ samples, events, watermarks }: MovedHistory): string {
  return `${samples} samples, ${events} events, ${watermarks} watermarks`;
}
