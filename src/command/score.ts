/** nightflow backtest --score: the judgement measured on every recording of the scorecard. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readCsvRecording } from "../backtest/csv-recording.ts";
import { parseLabels } from "../backtest/labels.ts";
import { type Scored, scoreRecording } from "../backtest/scorecard.ts";
import { readScorecardFile } from "../config/scorecard-file.ts";
import { formatFault } from "../model/checked-yaml.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import { Failure, messageOf } from "../model/failure.ts";
import { configurationIn, recordingOf } from "./configuration.ts";

/** The scorecard that ships. */
export const SCORECARD = fileURLToPath(new URL("../../config/scorecard.yaml", import.meta.url));

/** What is tried in place of what is configured. */
export interface ScoreTrial {
  readonly detection?: Partial<DetectionParameters>;
  readonly injectedPerDistrict?: number;
}

/**
 * Scores each recording, as it is done with it. Throws Failure "wrong-configuration", or what reading a recording throws.
 */
export async function* scoresOf(file: string, trial: ScoreTrial = {}): AsyncGenerator<Scored> {
  const read = readScorecardFile(file);
  if (!read.ok) throw new Failure("wrong-configuration", read.faults.map(formatFault).join("\n"));
  const { seed, recordings } = read.value;
  for (const { name, note, config: folder, csv, labels, without, injectedLeaksPerDistrict } of recordings) {
    const config = configurationIn(folder);
    const { utility, detection } = config;
    const { series } = await readCsvRecording(csv, recordingOf(config, folder));
    yield scoreRecording({
      name,
      note,
      seed,
      utility,
      parameters: { ...detection, ...trial.detection },
      series,
      labels: labels === undefined ? null : parseLabels(readText(labels), utility.districts),
      injectedPerDistrict: injectedLeaksPerDistrict
        ? (trial.injectedPerDistrict ?? injectedLeaksPerDistrict)
        : null,
      without: new Set(without),
    });
  }
}

/** Throws Failure "unreadable-file". */
export function readText(file: string, encoding: "utf8" | "latin1" = "utf8"): string {
  try {
    return readFileSync(file, encoding);
  } catch (thrown) {
    throw new Failure("unreadable-file", `${file} cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}
