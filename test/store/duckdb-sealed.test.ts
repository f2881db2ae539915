/** Sealed files summed up in each of the ways that their size may call for: the answer is the same. */
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { MINUTE_MS } from "../../src/model/clock.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { BAD, UNCERTAIN } from "../../src/model/status.ts";
import { createTally } from "../../src/store/columns.ts";
import { tallySealed } from "../../src/store/duckdb-sealed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const START_MS = Date.UTC(2026, 2, 1);
const RANGE = { fromMs: START_MS, toMs: START_MS + 100 * MINUTE_MS };

/** Three sensors' hundred minutes, with one value missing, one bad and one uncertain. */
async function sealedFile() {
  const path = join(await temporaryFolder(), "2026-03-01.parquet");
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(
    `COPY (SELECT name AS sensor, epoch_ms(${START_MS} + minute * ${MINUTE_MS})::TIMESTAMP_MS AS time_utc,
         CASE WHEN minute = 7 THEN NULL ELSE (minute * place)::DOUBLE END AS value,
         CASE WHEN minute = 5 THEN ${0x8000_0000} WHEN minute = 6 THEN ${0x4000_0000} ELSE 0 END::UINTEGER AS status
       FROM (VALUES ('it''s a', 1.5), ('b', -2), ('c', 3)) AS sensors (name, place), range(100) AS minutes (minute)
       ORDER BY sensor, time_utc) TO '${path}' (FORMAT parquet)`,
  );
  return { path, connection };
}

test("buckets of several sensors are the same from small files and large ones, cut by the range or not", async () => {
  const { path, connection } = await sealedFile();
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

test.each([10 * MINUTE_MS, 10 * MINUTE_MS - 1, 7.3 * MINUTE_MS + 0.25])(
  "buckets of %d ms hold each sample in the one its time lies in",
  async (bucketMs) => {
    const { path, connection } = await sealedFile();
    const range = { fromMs: START_MS, toMs: START_MS + 60 * MINUTE_MS };
    const [sealed, sampled] = [createTally("c", range, bucketMs), createTally("c", range, bucketMs)];
    await tallySealed(connection, [{ path, rows: 300, isWithin: false }], [sealed]);
    const minutes = Array.from({ length: 60 }, (_, minute) => minute);
    sampled.addSeries(
      seriesOf(
        "c",
        minutes.map((minute) => START_MS + minute * MINUTE_MS),
        minutes.map((minute) => (minute === 7 ? Number.NaN : minute * 3)),
        minutes.map((minute) => (minute === 5 ? BAD : minute === 6 ? UNCERTAIN : 0)),
      ),
    );
    expect(sealed.buckets()).toEqual(sampled.buckets());
  },
);
