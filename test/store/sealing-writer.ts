/**
 * A process that commits and seals at the same time until it is killed. Batch n says n at 40 places over 40 days, and once more at a
 * place that every batch overwrites; it prints n when n is committed.
 */
import { DAY_MS } from "../../src/model/clock.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";

const store = await openDuckdbStore(process.argv[2] ?? "");
const places = Array.from({ length: 40 }, (_, day) => day * DAY_MS);

async function sealAgainAndAgain(): Promise<void> {
  for (let day = 41; ; day += 1) await store.seal(day * DAY_MS);
}

async function commitAgainAndAgain(): Promise<void> {
  const [last] = await store.watermarks();
  for (let n = (last?.stored ?? 0) + 1; ; n += 1) {
    const values = places.map(() => n);
    await store.append({
      series: [
        seriesOf("fixed", places, values),
        seriesOf(
          "growing",
          places.map((place) => place + n),
          values,
        ),
      ],
      watermarks: [{ site: "north", epoch: "e", stored: n }],
      events: [],
    });
    process.stdout.write(`${n}\n`);
  }
}

await Promise.all([commitAgainAndAgain(), sealAgainAndAgain()]);
