/**
 * An archive put into a store through its port. It may be broken off at any point and begun again: samples written twice are the same
 * samples, events go on behind the last one that is there, and how far it came is noted in the archive folder for each target.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { z } from "zod";
import type { NewEvent, StoredEvent } from "../model/event.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { HistoryStore } from "../model/history-store.ts";
import { type Series, seriesOf } from "../model/sample.ts";
import {
  ARCHIVE_FILE,
  type Archive,
  archiveSchema,
  EVENTS_FILE,
  type MovedHistory,
  SAMPLES_FOLDER,
} from "./archive.ts";
import { delayedRowsOf } from "./duckdb-sealed.ts";

const COMMIT_SAMPLES = 50_000;
const EVENTS_AT_ONCE = 1_000;

export interface ImportOptions {
  /** What tells this target from others, such as its address. */
  readonly target: string;
  /** After each month: a store may put it in order. */
  readonly onMonth: (month: string) => Promise<void>;
}

/**
 * The store must be empty, or have taken a part of this archive before. Throws Failure "no-archive", "history-not-empty" or
 * "history-differs", and then nothing is changed.
 */
export async function importHistory(
  store: HistoryStore,
  folder: string,
  { target, onMonth }: ImportOptions,
): Promise<MovedHistory> {
  const archive = await readArchive(folder);
  const noted = await openProgress(folder, target);
  const there = await matchingEvents(store, folder);
  if (noted.files === null && (there > 0 || (await store.extent()) !== null)) {
    throw new Failure(
      "history-not-empty",
      `the history of ${target} is not empty: an archive is only put into an empty one`,
    );
  }
  await noted.reach(noted.files ?? 0);
  await importSamples(store, folder, archive, noted, onMonth);
  await importEvents(store, folder, there);
  await store.append({ series: [], events: [], watermarks: archive.watermarks });
  return { samples: archive.samples, events: archive.events, watermarks: archive.watermarks.length };
}

async function readArchive(folder: string): Promise<Archive> {
  try {
    return archiveSchema.parse(JSON.parse(await readFile(join(folder, ARCHIVE_FILE), "utf8")));
  } catch (thrown) {
    const message = `${folder} is no whole archive of a history: ${messageOf(thrown)}`;
    throw new Failure("no-archive", message, { cause: thrown });
  }
}

interface Progress {
  /** Files that are in the store; null when the import was never begun. */
  readonly files: number | null;
  reach(files: number): Promise<void>;
}

const progressSchema = z.object({ target: z.string(), files: z.number().int().min(0) });

async function openProgress(folder: string, target: string): Promise<Progress> {
  const mark = createHash("sha256").update(target).digest("hex").slice(0, 12);
  const file = join(folder, `import-${mark}.json`);
  const found = await readFile(file, "utf8").then(
    (text) => progressSchema.parse(JSON.parse(text)).files,
    () => null,
  );
  return {
    files: found,
    async reach(files) {
      await writeFile(`${file}.part`, JSON.stringify({ target, files }), { flush: true });
      await rename(`${file}.part`, file);
    },
  };
}

async function importSamples(
  store: HistoryStore,
  folder: string,
  { files }: Archive,
  progress: Progress,
  onMonth: (month: string) => Promise<void>,
): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "512MB" });
  const connection = await instance.connect();
  try {
    for (const [index, { name, month }] of files.entries()) {
      if (index < (progress.files ?? 0)) continue;
      await importFile(store, connection, join(folder, SAMPLES_FOLDER, name));
      await progress.reach(index + 1);
      if (files[index + 1]?.month !== month) await onMonth(month);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function importFile(store: HistoryStore, connection: DuckDBConnection, path: string): Promise<void> {
  const result = await connection.stream(
    `SELECT sensor, epoch_ms(time_utc)::DOUBLE, value, status, server_delay_ms::DOUBLE FROM ${delayedRowsOf([path])}`,
  );
  let gathered: Series[] = [];
  let samples = 0;
  const commit = async () => {
    if (samples > 0) await store.append({ series: gathered, watermarks: [], events: [] });
    gathered = [];
    samples = 0;
  };
  for await (const rows of result.yieldRows()) {
    const bySensor = Map.groupBy(rows, ([sensor]) => String(sensor));
    for (const [sensor, own] of bySensor) {
      gathered.push(
        seriesOf(
          sensor,
          own.map(([, timeMs]) => Number(timeMs)),
          own.map(([, , value]) => (value === null ? Number.NaN : Number(value))),
          own.map(([, , , status]) => Number(status)),
          own.map(([, , , , delayMs]) => (delayMs === null ? Number.NaN : Number(delayMs))),
        ),
      );
    }
    samples += rows.length;
    if (samples >= COMMIT_SAMPLES) await commit();
  }
  await commit();
}

async function* archivedEvents(folder: string): AsyncGenerator<StoredEvent> {
  for await (const line of createInterface({ input: createReadStream(join(folder, EVENTS_FILE)) }))
    if (line !== "") yield JSON.parse(line) as StoredEvent;
}

/** How many events the store has, all of them the first of the archive's. */
async function matchingEvents(store: HistoryStore, folder: string): Promise<number> {
  let page = await store.events(0, EVENTS_AT_ONCE);
  let row = 0;
  let there = 0;
  for await (const event of archivedEvents(folder)) {
    const known = page[row];
    if (known === undefined) return there;
    if (!isDeepStrictEqual(newOf(known), newOf(event))) throw differs(known);
    there += 1;
    row += 1;
    if (row === page.length) {
      page = await store.events(known.cursor, EVENTS_AT_ONCE);
      row = 0;
    }
  }
  const beyond = page[row];
  if (beyond) throw differs(beyond);
  return there;
}

function differs({ cursor }: StoredEvent): Failure {
  return new Failure("history-differs", `event ${cursor} of the history is not that of the archive`);
}

const newOf = ({ timeMs, actor, body }: StoredEvent): NewEvent => ({ timeMs, actor, body });

async function importEvents(store: HistoryStore, folder: string, there: number): Promise<void> {
  let waiting: NewEvent[] = [];
  let count = 0;
  const commit = () => store.append({ series: [], watermarks: [], events: waiting });
  for await (const event of archivedEvents(folder)) {
    count += 1;
    if (count <= there) continue;
    waiting.push(newOf(event));
    if (waiting.length < EVENTS_AT_ONCE) continue;
    await commit();
    waiting = [];
  }
  if (waiting.length > 0) await commit();
}
