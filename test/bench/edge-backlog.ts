/** A spool as a station has it that nobody could reach: at each reading a sample of every variable, cut into batches as an agent cuts them. */
import { statSync } from "node:fs";
import { openSqliteSpool } from "../../edge/sqlite-spool.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { spoolSettings } from "../edge/spool-settings.ts";

/** With fewer commits than an agent's the filling is quicker and the file the same. */
const READINGS_A_COMMIT = 50;

export interface Backlog {
  readonly tags: number;
  readonly hours: number;
  /** At least the age at which an agent closes a batch, so that no two readings share one. */
  readonly everyS: number;
}

export async function fillSpool(
  path: string,
  { tags, hours, everyS }: Backlog,
): Promise<{ readonly samples: number; readonly bytes: number }> {
  const spool = openSqliteSpool(
    spoolSettings(path, { batchSamples: 500, maxBytes: 20_000_000_000 }),
    Date.now,
  );
  const startMs = Date.now() - hours * HOUR_MS;
  const readings = (hours * 3600) / everyS;
  for (let reading = 0; reading < readings; ) {
    const written: Promise<void>[] = [];
    for (let i = 0; i < READINGS_A_COMMIT && reading < readings; i += 1, reading += 1) {
      const timeMs = startMs + reading * everyS * 1000;
      const series = Array.from({ length: tags }, (_, tag) =>
        seriesOf(`v${tag}`, [timeMs], [Math.round(1000 * (10 + Math.sin(timeMs / 6e5 + tag))) / 1000]),
      );
      written.push(spool.append(series), spool.cut());
    }
    await Promise.all(written);
  }
  await spool.close();
  return { samples: readings * tags, bytes: statSync(path).size };
}
