/** A spool as a station has it that nobody could reach: each variable changed every second, in batches of the usual size. */
import { statSync } from "node:fs";
import { openSqliteSpool } from "../../edge/sqlite-spool.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { spoolSettings } from "../edge/spool-settings.ts";

/** That an agent keeps at once; with fewer commits the filling is quicker and the file the same. */
const SECONDS_AT_ONCE = 5;
const APPENDS_A_COMMIT = 200;

export async function fillSpool(
  path: string,
  { tags, hours }: { readonly tags: number; readonly hours: number },
): Promise<{ readonly samples: number; readonly bytes: number }> {
  const spool = openSqliteSpool(
    spoolSettings(path, { batchSamples: 500, maxBytes: 4_000_000_000 }),
    Date.now,
  );
  const startMs = Date.now() - hours * HOUR_MS;
  const steps = (hours * 3600) / SECONDS_AT_ONCE;
  for (let step = 0; step < steps; ) {
    const appends: Promise<void>[] = [];
    for (let i = 0; i < APPENDS_A_COMMIT && step < steps; i += 1, step += 1) {
      const times = Array.from(
        { length: SECONDS_AT_ONCE },
        (_, s) => startMs + (step * SECONDS_AT_ONCE + s) * 1000,
      );
      const series = Array.from({ length: tags }, (_, tag) =>
        seriesOf(
          `v${tag}`,
          times,
          times.map((timeMs) => Math.round(1000 * (10 + Math.sin(timeMs / 6e5 + tag))) / 1000),
        ),
      );
      appends.push(spool.append(series));
    }
    await Promise.all(appends);
  }
  await spool.cut();
  await spool.close();
  return { samples: steps * SECONDS_AT_ONCE * tags, bytes: statSync(path).size };
}
