/**
 * Every part of the way x everything that may befall it, one after the other against one running system. Nothing is lost and nothing stored
 * twice. Short here; `npm run bench -- faults` halts and cuts for 60 s each, and writes the table of docs/reliability.md.
 */
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { findProgram } from "../support/programs.ts";
import { canMount } from "../support/small-disk.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type FaultOutcome, outcomesOf, type Spell } from "./fault-outcomes.ts";
import { PARTS, startFaultyWay } from "./faulty-way.ts";

/** Set by the benchmark: how long each mishap lasts, and where the outcomes go. */
const LASTS_MS = Number(process.env.NIGHTFLOW_FAULT_MS ?? 1_500);
const REPORT = process.env.NIGHTFLOW_FAULT_REPORT;
/** One of them, such as "edge SIGSTOP", to look closer at. */
const ONLY = process.env.NIGHTFLOW_FAULT_ONLY;
const MISHAPS = ["SIGKILL", "SIGSTOP", "link cut", "disk full"] as const;
/** All is well this long before each. */
const QUIET_MS = 500;
const MINUTE_MS = 60_000;

const able = findProgram("mosquitto") !== undefined && canMount();

test.skipIf(!able)(
  "each part killed, halted, cut off and out of disk: every value is in history once",
  { timeout: 16 * (LASTS_MS + 2 * MINUTE_MS) },
  async () => {
    const way = await startFaultyWay(await temporaryFolder());
    await way.caughtUp();
    const spells: Spell[] = [];
    for (const part of PARTS) {
      for (const mishap of MISHAPS) {
        if (ONLY !== undefined && ONLY !== `${part} ${mishap}`) continue;
        const from = way.toldMs.length;
        await pause(QUIET_MS);
        const startedMs = Date.now();
        await way.mishaps[part][mishap].begin();
        await pause(LASTS_MS);
        await way.mishaps[part][mishap].end();
        const endedMs = Date.now();
        await way.caughtUp();
        spells.push({
          part,
          mishap,
          from,
          to: way.toldMs.length,
          lastedMs: endedMs - startedMs,
          recoveredMs: Date.now() - endedMs,
        });
        process.stderr.write(`${part} ${mishap}: recovered within ${Date.now() - endedMs} ms\n`);
      }
    }
    const outcomes: readonly FaultOutcome[] = outcomesOf(spells, way.toldMs, await way.history());
    if (REPORT) writeFileSync(REPORT, JSON.stringify(outcomes));
    for (const { part, mishap, ...outcome } of outcomes) {
      const what = `${part}, ${mishap}: ${JSON.stringify(outcome)}`;
      expect.soft(outcome.duplicates, what).toBe(0);
      // What a server that is killed had not told yet dies with it.
      const mayDie = part === "OPC UA server" && mishap === "SIGKILL" ? 20 : 0;
      expect.soft(outcome.sent - outcome.stored, what).toBeLessThanOrEqual(mayDie);
    }
  },
);
