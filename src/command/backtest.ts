/** nightflow backtest: the judgement run over a recording in memory, printed against what is known to have leaked. */
import { readFileSync } from "node:fs";
import { readCsvRecording } from "../backtest/csv-recording.ts";
import { formatReport } from "../backtest/format-report.ts";
import { parseLabels } from "../backtest/labels.ts";
import { runBacktest } from "../backtest/run-backtest.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { RecordingFault } from "../model/recording.ts";
import type { Command } from "./arguments.ts";
import { configurationIn } from "./configuration.ts";

const FAULTS_SHOWN = 10;

export const backtest: Command = {
  summary: "judges a recording in memory and prints what it finds, beside known leaks and random alarms",
  flags: {
    config: { value: "DIR", required: true },
    csv: { value: "FILE", required: true },
    labels: { value: "FILE" },
    nights: {},
  },
  async run(values) {
    const folder = values.must("config");
    const { utility, detection, recording } = configurationIn(folder);
    if (!recording) {
      throw new Failure(
        "no-recording-settings",
        `${folder}/recording.yaml is missing: it says how the CSV is read`,
      );
    }
    const labelsFile = values.text("labels");
    const labels = labelsFile === undefined ? null : parseLabels(readText(labelsFile), utility.districts);
    const { series, faults } = await readCsvRecording(values.must("csv"), recording);
    tellFaults(faults);
    const report = runBacktest({ utility, parameters: detection, series, labels });
    if (values.has("nights")) for (const night of report.nights) console.log(JSON.stringify(night));
    console.log(formatReport(report));
    return 0;
  },
};

/** Throws Failure "unreadable-file". */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (thrown) {
    throw new Failure("unreadable-file", `${file} cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function tellFaults(faults: readonly RecordingFault[]): void {
  for (const { line, message } of faults.slice(0, FAULTS_SHOWN)) console.error(`line ${line}: ${message}`);
  if (faults.length > FAULTS_SHOWN) console.error(`and ${faults.length - FAULTS_SHOWN} more faulty lines`);
}
