/** What sensors did, put together from recent samples, sealed ones and the hours of those let go. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Buckets } from "../model/history-store.ts";
import { firstAtOrAfter, type Series, type TimeRange, withDelays } from "../model/sample.ts";
import { createTally, overlay, type Tally } from "./columns.ts";
import { addHoursAndSeries, readHours } from "./duckdb-hourly.ts";
import type { Recent } from "./duckdb-recent.ts";
import { readSealed, tallySealed } from "./duckdb-sealed.ts";
import { rowsInFiles } from "./duckdb-sealed-index.ts";
import type { ParquetFolder } from "./parquet-folder.ts";
import { isWithin, overlaps, type Stretch } from "./sealed-stretch.ts";

export interface ReadingParts {
  readonly reader: DuckDBConnection;
  readonly recent: Recent;
  readonly files: ParquetFolder;
  readonly hourly: ParquetFolder;
  /** Names of the sealed stretches whose files have server delays. */
  readonly timed: ReadonlySet<string>;
}

export function createReading({ reader, recent, files, hourly, timed }: ReadingParts) {
  /** The sealed files of whose time something else speaks too, so that they cannot be summed up by themselves. */
  function mixedWith(fresh: Series, range: TimeRange): readonly Stretch[] {
    const summed = hourly.overlapping(range);
    return files.overlapping(range).filter((one) => {
      return summed.some((hours) => overlaps(hours, one)) || reachesInto(fresh, one);
    });
  }

  async function tallyMixed(tally: Tally, fresh: Series, mixed: readonly Stretch[]): Promise<void> {
    const { sensor, range } = tally;
    const series = overlay(await readSealed(reader, mixed.map(files.pathOf), sensor, range, false), fresh);
    const summed = hourly.overlapping(range).map(hourly.pathOf);
    addHoursAndSeries(tally, await readHours(reader, summed, sensor, range), series);
  }

  return {
    async read(sensor: string, range: TimeRange): Promise<Series> {
      const stretches = files.overlapping(range);
      const isTimed = stretches.some(({ name }) => timed.has(name));
      const sealed = await readSealed(reader, stretches.map(files.pathOf), sensor, range, isTimed);
      const [fresh] = await recent.read(reader, [sensor], range, true);
      if (!fresh) return sealed;
      const both = overlay(sealed, fresh);
      return withDelays(both, both.serverDelaysMs);
    },

    /** Sealed files are summed up inside DuckDB, for all sensors at once, but those of whose time others speak too. */
    async downsample(
      sensors: readonly string[],
      range: TimeRange,
      bucketMs: number,
    ): Promise<readonly Buckets[]> {
      const fresh = await recent.read(reader, sensors, range, false);
      const tallies = sensors.map((sensor) => createTally(sensor, range, bucketMs));
      const alike = new Map<string, { readonly mixed: readonly Stretch[]; readonly tallies: Tally[] }>();
      for (const [row, tally] of tallies.entries()) {
        const mixed = mixedWith(fresh[row]!, range);
        await tallyMixed(tally, fresh[row]!, mixed);
        const key = mixed.map(({ name }) => name).join();
        const known = alike.get(key);
        if (known) known.tallies.push(tally);
        else alike.set(key, { mixed, tallies: [tally] });
      }
      for (const group of alike.values()) {
        const plain = files.overlapping(range).filter((one) => !group.mixed.includes(one));
        const rows = await rowsInFiles(reader, plain);
        const asked = plain.map((one, i) => {
          return { path: files.pathOf(one), rows: rows[i]!, isWithin: isWithin(one, range) };
        });
        await tallySealed(reader, asked, group.tallies);
      }
      return tallies.map((tally) => tally.buckets());
    },
  };
}

function reachesInto({ timesMs }: Series, { fromMs, toMs }: TimeRange): boolean {
  const first = timesMs[firstAtOrAfter(timesMs, fromMs)];
  return first !== undefined && first < toMs;
}
