/** A year of L-Town judged as if live, and told in a report. */
import { describe, expect, test } from "vitest";
import { formatReport } from "../../src/backtest/format-report.ts";
import { runBacktest } from "../../src/backtest/run-backtest.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { LTOWN, LTOWN_MISSING, readLtown } from "./ltown.ts";

describe.skipIf(LTOWN_MISSING)("L-Town 2018 (skipped where shared/data/ltown is absent)", () => {
  const { series, labels } = LTOWN_MISSING ? { series: [], labels: [] } : readLtown();
  const report = runBacktest({ utility: LTOWN, parameters: DEFAULT_DETECTION, series, labels });

  test("is judged whole, and every leak of the district is found or missed", () => {
    expect(report.samples).toBe(3 * 105_120);
    expect(report.score!.found.length + report.score!.missed.length).toBe(12);
    expect(report.verdicts.filter(({ subject }) => subject.kind === "sensor")).toEqual([]);
  });

  test("prints LeakDB's method and random alarms beside its own score", () => {
    const text = formatReport(report);
    expect(text).toMatch(/found \d+ of 12 leaks, \d+ false alarms/);
    expect(text).toMatch(/as many random alarms: \d+\.\d of 12/);
    expect(text).toMatch(/LeakDB's method: \d+ of 12, \d+ false alarms/);
  });
});
