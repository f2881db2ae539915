/** Sealed files summed up in each of the ways that their size may call for: the answer is the same. */
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { MINUTE_MS } from "../../src/model/clock.ts";
import { createTally } from "../../src/store/columns.ts";
import { tallySealed } from "../../src/store/duckdb-sealed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const START_MS = Date.UTC(2026, 2, 1);
const RANGE = { fromMs: START_MS, toMs: START_MS + 100 * MINUTE_MS };

test("buckets of several sensors are the same from small files and large ones, cut by the range or not", async () => {
  const path = join(await temporaryFolder(), "2026-03-01.parquet");
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(
    `COPY (SELECT name AS sensor, epoch_ms(${START_MS} + minute * ${MINUTE_MS})::TIMESTAMP_MS AS time_utc,
         CASE WHEN minute = 7 THEN NULL ELSE (minute * place)::DOUBLE END AS value,
         CASE WHEN minute = 5 THEN ${0x8000_0000} WHEN minute = 6 THEN ${0x4000_0000} ELSE 0 END::UINTEGER AS status
       FROM (VALUES ('it''s a', 1.5), ('b', -2), ('c', 3)) AS sensors (name, place), range(100) AS minutes (minute)
       ORDER BY sensor, time_utc) TO '${path}' (FORMAT parquet)`,
  );
  const answers = [];
  for (const rows of [300, 100_000_000]) {
    for (const isWithin of [true, false]) {
      const tallies = ["c", "it's a", "unheard"].map((sensor) => createTally(sensor, RANGE, 10 * MINUTE_MS));
      await tallySealed(connection, [{ path, rows, isWithin }], tallies);
      answers.push(tallies.map((tally) => tally.buckets()));
    }
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  const [c, a, unheard] = answers[0]!;
  expect([c!.minima[1], c!.means[1], c!.maxima[1], c!.counts[1]]).toEqual([30, 43.5, 57, 10]);
  expect([a!.counts[0], a!.uncertain[0], a!.bad[0]]).toEqual([8, 1, 2]);
  expect(unheard!.counts.every((count) => count === 0)).toBe(true);
});
