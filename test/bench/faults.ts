/**
 * The whole matrix of faults: every part of the way killed, halted, cut off and out of disk, a minute each, by the test in test/fault. Writes
 * the table of docs/reliability.md.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { FaultOutcome } from "../fault/fault-outcomes.ts";
import { type BenchResult, thisMachine } from "./result.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = join(root, "docs/reliability.md");
const [BEGIN, END] = ["<!-- faults: written by npm run bench -- faults -->", "<!-- faults end -->"];

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({ args: flags, options: { seconds: { type: "string", default: "60" } } });
  const folder = mkdtempSync(join(tmpdir(), "nightflow-faults-"));
  const report = join(folder, "report.json");
  const lasts = String(Number(values.seconds) * 1000);
  const vitest = spawn(
    process.execPath,
    [join(root, "node_modules/vitest/vitest.mjs"), "run", "test/fault/fault-matrix.test.ts"],
    {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, NIGHTFLOW_FAULT_MS: lasts, NIGHTFLOW_FAULT_REPORT: report },
    },
  );
  const [code] = await once(vitest, "exit");
  const outcomes: readonly FaultOutcome[] = JSON.parse(readFileSync(report, "utf8"));
  rmSync(folder, { recursive: true });
  const page = readFileSync(PAGE, "utf8");
  const [before = "", rest = ""] = page.split(BEGIN);
  const table = `${BEGIN}\n\n${tableOf(outcomes)}\n${END}`;
  writeFileSync(PAGE, before + table + (rest.split(END)[1] ?? ""));
  const sum = (of: (outcome: FaultOutcome) => number) => outcomes.reduce((all, one) => all + of(one), 0);
  return {
    bench: "faults",
    figures: {
      faults: outcomes.length,
      secondsEach: Number(values.seconds),
      sent: sum(({ sent }) => sent),
      stored: sum(({ stored }) => stored),
      duplicates: sum(({ duplicates }) => duplicates),
      longestRecoveryMs: Math.max(...outcomes.map(({ recoveredMs }) => recoveredMs)),
      testsFailed: code === 0 ? 0 : 1,
    },
    rival: null,
    limit: null,
    machine: thisMachine(),
  };
}

function tableOf(outcomes: readonly FaultOutcome[]): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const rows = outcomes.map(
    ({ part, mishap, lastedMs, sent, stored, duplicates, longestGapMs, recoveredMs }) =>
      `| ${[part, mishap, seconds(lastedMs), sent, stored, duplicates, seconds(longestGapMs), seconds(recoveredMs)].join(" | ")} |`,
  );
  return [
    "| part | what befell it | for | sent | stored | twice | longest gap in history | newest value at the centre again after |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
