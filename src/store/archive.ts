/**
 * History on its way from one store to another: a folder of Parquet files like the sealed ones, month by month, with events and
 * watermarks beside them. `archive.json` is written last, and says that the folder is whole.
 */
import { z } from "zod";

export const ARCHIVE_FILE = "archive.json";
export const EVENTS_FILE = "events.ndjson";
export const SAMPLES_FOLDER = "samples";

export const archiveSchema = z.object({
  version: z.literal(1),
  /** In the order of time; each holds samples of one UTC month. */
  files: z.array(z.object({ name: z.string(), month: z.string(), samples: z.number() })),
  samples: z.number(),
  events: z.number(),
  watermarks: z.array(z.object({ site: z.string(), epoch: z.string(), stored: z.number() })),
});

export type Archive = z.infer<typeof archiveSchema>;

export interface MovedHistory {
  readonly samples: number;
  readonly events: number;
  readonly watermarks: number;
}
