/** A year of L-Town judged as if live, and told in a report. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readCsvRecording } from "../../src/backtest/csv-recording.ts";
import { formatReport } from "../../src/backtest/format-report.ts";
import { parseLabels } from "../../src/backtest/labels.ts";
import { type BacktestReport, runBacktest } from "../../src/backtest/run-backtest.ts";
import { configurationIn, recordingOf } from "../../src/command/configuration.ts";
import { sharedData } from "../support/shared-data.ts";

const csv = sharedData("ltown/ltown_2018_flows.csv.gz");
const labels = sharedData("ltown/labels_2018.csv");

async function judged(): Promise<BacktestReport> {
  const folder = fileURLToPath(new URL("../../config/ltown", import.meta.url));
  const config = configurationIn(folder);
  const { utility, detection } = config;
  const { series } = await readCsvRecording(csv ?? "", recordingOf(config, folder));
  const known = parseLabels(readFileSync(labels ?? "", "utf8"), utility.districts);
  return runBacktest({ utility, parameters: detection, series, labels: known });
}

describe.skipIf(!csv || !labels)("L-Town 2018", () => {
  test("is judged whole, and every leak is found or missed, beside LeakDB's method and random alarms", async () => {
    const report = await judged();
    expect(report.samples).toBe(3 * 105_120);
    expect(report.scores?.map(({ found, missed }) => found.length + missed.length)).toEqual([12, 2]);
    const sensorFindings = report.verdicts.filter(({ subject }) => subject.kind === "sensor");
    expect(sensorFindings).toEqual([]);
    const text = formatReport(report);
    expect(text).toMatch(/AB: found \d+ of 12 leaks, \d+ false alarms/);
    expect(text).toMatch(/as many random alarms: \d+\.\d of 12/);
    expect(text).toMatch(/LeakDB's method: \d+ of 12, \d+ false alarms/);
  });
});
