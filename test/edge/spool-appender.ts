/** A process that appends samples to a spool and prints each count once append() resolved, until it is killed. */
import { openSqliteSpool } from "../../edge/sqlite-spool.ts";
import { seriesOf } from "../../src/model/sample.ts";

const spool = openSqliteSpool(
  { path: process.argv[2] ?? "", batchSamples: 50, batchAgeMs: 60_000, maxBytes: 1e9 },
  Date.now,
);
for (let count = 0; ; count += 7) {
  const times = Array.from({ length: 7 }, (_, index) => count + index);
  await spool.append([seriesOf("meter", times, times)]);
  process.stdout.write(`${count + 7}\n`);
}
