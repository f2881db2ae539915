/** A process that appends samples to a spool and prints each count once append() resolved, until it is killed. */
import { openSqliteSpool } from "../../edge/sqlite-spool.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { spoolSettings } from "./spool-settings.ts";

const spool = openSqliteSpool(spoolSettings(process.argv[2] ?? "", { batchSamples: 50 }), Date.now);
for (let count = 0; ; count += 7) {
  const times = Array.from({ length: 7 }, (_, index) => count + index);
  await spool.append([seriesOf("meter", times, times)]);
  process.stdout.write(`${count + 7}\n`);
}
