/** scorecard.yaml: the recordings that the judgement is measured on. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type Checked, checkYaml } from "../model/checked-yaml.ts";

const scorecardSchema = z
  .object({
    seed: z.number().int().min(0).default(1).describe("of the times at which leaks are added"),
    recordings: z
      .array(
        z
          .object({
            name: z.string().min(1),
            note: z.string().min(1).describe("what the judgement was tuned on; printed beside the figures"),
            config: z.string().min(1).describe("folder with utility.yaml and recording.yaml"),
            csv: z.string().min(1),
            labels: z.string().min(1).optional().describe("known leaks"),
            without: z
              .array(z.string())
              .default([])
              .describe("districts that no leaks are added to, nor alarms counted in"),
            injectedLeaksPerDistrict: z
              .number()
              .int()
              .min(1)
              .optional()
              .describe("leaks added at random times to each district, of each shape, size and year"),
          })
          .strict(),
      )
      .min(1),
  })
  .strict();

export type ScorecardFile = z.infer<typeof scorecardSchema>;

/** Paths in it come back joined to the file's folder. */
export function readScorecardFile(file: string): Checked<ScorecardFile> {
  if (!existsSync(file))
    return { ok: false, faults: [{ file, line: 1, key: "", message: "there is no such file" }] };
  const read = checkYaml(file, readFileSync(file, "utf8"), scorecardSchema);
  if (!read.ok) return read;
  const at = (path: string) => join(dirname(file), path);
  const recordings = read.value.recordings.map(({ labels, ...recording }) => ({
    ...recording,
    config: at(recording.config),
    csv: at(recording.csv),
    ...(labels === undefined ? {} : { labels: at(labels) }),
  }));
  return { ...read, value: { ...read.value, recordings } };
}
