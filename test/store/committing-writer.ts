/** A process that commits until it is killed: batch n holds 1,000 samples of two sensors, a watermark n and an event. */
import { seriesOf } from "../../src/model/sample.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";

const store = await openDuckdbStore(process.argv[2] ?? "");
for (let n = 1; ; n += 1) {
  const times = Array.from({ length: 500 }, (_, i) => n * 1000 + i);
  const notice = { timeMs: n, code: "written", figures: { n } };
  await store.append({
    series: [seriesOf("a", times, times), seriesOf("b", times, times)],
    watermarks: [{ site: "north", epoch: "e", stored: n }],
    events: [{ timeMs: n, actor: "north", body: { kind: "notice", site: "north", notice } }],
  });
  process.stdout.write(`${n}\n`);
}
