/** What one sensor did, put together from recent samples, sealed ones and the hours of those let go. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Buckets } from "../model/history-store.ts";
import type { Series, TimeRange } from "../model/sample.ts";
import { createTally, overlay } from "./columns.ts";
import { addHoursAndSeries, readHours } from "./duckdb-hourly.ts";
import type { Recent } from "./duckdb-recent.ts";
import { readSealed, tallySealed } from "./duckdb-sealed.ts";
import type { ParquetFolder } from "./parquet-folder.ts";
import { overlaps } from "./sealed-stretch.ts";

export interface ReadingParts {
  readonly reader: DuckDBConnection;
  readonly recent: Recent;
  readonly files: ParquetFolder;
  readonly hourly: ParquetFolder;
}

export function createReading({ reader, recent, files, hourly }: ReadingParts) {
  return {
    async read(sensor: string, range: TimeRange): Promise<Series> {
      const paths = files.overlapping(range).map(files.pathOf);
      const sealed = await readSealed(reader, paths, sensor, range);
      return overlay(sealed, await recent.read(reader, sensor, range));
    },

    /** Sealed files are summed up inside DuckDB, but those of whose time others speak too. */
    async downsample(sensor: string, range: TimeRange, bucketMs: number): Promise<Buckets> {
      const tally = createTally(sensor, range, bucketMs);
      const fresh = await recent.read(reader, sensor, range);
      const summed = hourly.overlapping(range);
      const sealed = files.overlapping(range);
      const mixed = sealed.filter((one) => {
        return summed.some((hours) => overlaps(hours, one)) || reachesInto(fresh, one);
      });
      const plain = sealed.filter((one) => !mixed.includes(one));
      await tallySealed(reader, plain.map(files.pathOf), sensor, tally);
      const series = overlay(await readSealed(reader, mixed.map(files.pathOf), sensor, range), fresh);
      addHoursAndSeries(tally, await readHours(reader, summed.map(hourly.pathOf), sensor, range), series);
      return tally.buckets();
    },
  };
}

function reachesInto({ timesMs }: Series, { fromMs, toMs }: TimeRange): boolean {
  return timesMs.some((timeMs) => timeMs >= fromMs && timeMs < toMs);
}
