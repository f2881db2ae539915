/**
 * History in an InfluxDB of version 1, 2 or 3. It has no transactions, so a commit is written in an order that a kill cannot harm:
 * samples first, which a repetition overwrites, then in one request events and watermarks, without which nothing of it counts.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../model/clock.ts";
import type { NewEvent, StoredEvent } from "../model/event.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { Commit, HistoryStore } from "../model/history-store.ts";
import type { Series } from "../model/sample.ts";
import { checkTimes, concatenate, lastWins } from "./columns.ts";
import { connectInflux, type InfluxConnection, type InfluxOptions } from "./influx-connection.ts";
import { type EventLog, eventLine, sampleLines, watermarkLine } from "./influx-lines.ts";
import { createInfluxReading, type InfluxReading } from "./influx-reading.ts";
import { viewLines } from "./influx-views.ts";
import { createInfluxWriting, type RefusedLine, type WritingParts } from "./influx-writing.ts";
import { createQueue } from "./queue.ts";
import { createStanding, type Standing } from "./standing.ts";

/** A sample that InfluxDB will never take, such as one of another type than what is stored. */
export interface RefusedSample {
  readonly sensor: string;
  readonly timeMs: number;
  readonly value: number;
  readonly status: number;
  /** NaN where no server gave its time. */
  readonly serverDelayMs: number;
  /** In the database's words. */
  readonly why: string;
}

export interface InfluxStoreOptions extends InfluxOptions {
  /** Resolves when they are kept where a person finds them: the commit they came with then counts as stored without them. */
  readonly setAside: (refused: readonly RefusedSample[]) => Promise<void>;
  readonly clock?: Clock;
  readonly pause?: WritingParts["pause"];
  /** Of several centres that write into one database each has a log of its own. */
  readonly log?: EventLog;
  /** Before anything is written; throws when this centre may not write any more. */
  readonly fence?: () => Promise<void>;
}

/** An event of another log, and where it stands there. */
export interface CopiedEvent {
  readonly event: NewEvent;
  readonly origin: string;
}

export interface InfluxStore extends HistoryStore {
  /** Resolves when they are in this log too. */
  copyIn(copies: readonly CopiedEvent[]): Promise<void>;
}

/** Throws Failure "store-unreadable" when the server, its database or the right to read it is not there. */
export async function openInfluxStore(options: InfluxStoreOptions): Promise<InfluxStore> {
  const connection = connectInflux(options);
  const { clock = Date.now, pause = pauseFor, log = null, fence = async () => {} } = options;
  const writing = createInfluxWriting({ connection, clock, pause });
  /** Sensors some of whose points have a server's delay. */
  const delayed = new Set<string>();
  const reading = createInfluxReading(connection, log, () => delayed.size > 0);
  const standing = createStanding();
  const queue = createQueue();
  let cursor = await recall(options, connection, reading, { standing, delayed });
  let closed = false;

  async function writeEvents(lines: readonly string[]): Promise<void> {
    const [wrong] = await writing.write(lines);
    if (wrong)
      throw new Failure("store-write", `InfluxDB refuses an event: ${wrong.why}`, { retryable: true });
  }

  async function copyNow(copies: readonly CopiedEvent[]): Promise<void> {
    await fence();
    const lines = copies.map(({ event, origin }, i) =>
      eventLine({ ...event, cursor: cursor + i + 1 }, log, origin),
    );
    await writeEvents(lines);
    cursor += copies.length;
  }

  /** Others may have written since. */
  async function refreshed(): Promise<Standing> {
    if (log !== null) await recallSamples(reading, { standing, delayed });
    return standing;
  }

  async function appendNow(commit: Commit): Promise<readonly StoredEvent[]> {
    checkTimes(commit.series);
    await fence();
    const stored = commit.events.map((event, i) => ({ ...event, cursor: cursor + i + 1 }));
    const series = bySensor(commit.series);
    const withDelays = series.filter(({ serverDelaysMs }) => serverDelaysMs !== undefined);
    const mayHaveOne = (one: Series) => one.serverDelaysMs !== undefined || delayed.has(one.sensor);
    const refused = await writing.write(series.flatMap((one) => sampleLines(one, mayHaveOne(one))));
    for (const { sensor } of withDelays) delayed.add(sensor);
    if (refused.length > 0) await options.setAside(samplesAt(series, refused));
    await writeEvents([
      ...stored.map((event) => eventLine(event, log)),
      ...stored.flatMap(viewLines),
      ...commit.watermarks.map(watermarkLine),
    ]);
    cursor += stored.length;
    standing.samples(refused.length > 0 ? without(series, refused) : series);
    standing.watermarks(commit.watermarks);
    return stored;
  }

  return {
    append(commit) {
      if (closed) return Promise.reject(new Failure("store-closed", "history is closed"));
      return queue.inTurn(() => appendNow(commit));
    },
    watermarks: async () => standing.stored(),
    read: reading.read,
    downsample: reading.downsample,
    extent: async () => (await refreshed()).extent(),
    latest: async () => (await refreshed()).latest(),
    events: reading.events,
    copyIn: (copies) => queue.inTurn(() => copyNow(copies)),
    async close() {
      closed = true;
      writing.hurry();
      await queue.settled();
    },
  };
}

/** One series a sensor, one row a time, the last one: within a request the order of equal points is not promised. */
function bySensor(series: readonly Series[]): readonly Series[] {
  const parts = new Map<string, Series[]>();
  for (const one of series) {
    const known = parts.get(one.sensor);
    if (known) known.push(one);
    else parts.set(one.sensor, [one]);
  }
  return [...parts].map(([sensor, all]) => lastWins(all.length === 1 ? all[0]! : concatenate(sensor, all)));
}

/** The samples behind lines, which were made of the series one after the other. */
function samplesAt(series: readonly Series[], refused: readonly RefusedLine[]): readonly RefusedSample[] {
  const whole = concatenate("", series);
  const sensors = series.flatMap(({ sensor, timesMs }) => Array<string>(timesMs.length).fill(sensor));
  return refused.map(({ index, why }) => ({
    sensor: sensors[index]!,
    timeMs: whole.timesMs[index]!,
    value: whole.values[index]!,
    status: whole.statuses[index]!,
    serverDelayMs: whole.serverDelaysMs?.[index] ?? Number.NaN,
    why,
  }));
}

function without(series: readonly Series[], refused: readonly RefusedLine[]): readonly Series[] {
  const gone = new Set(refused.map(({ index }) => index));
  let offset = 0;
  return series.map(({ sensor, timesMs, values, statuses }) => {
    const first = offset;
    offset += timesMs.length;
    const isKept = (_: number, row: number) => !gone.has(first + row);
    return {
      sensor,
      timesMs: timesMs.filter(isKept),
      values: values.filter(isKept),
      statuses: statuses.filter(isKept),
    };
  });
}

interface Recalled {
  readonly standing: Standing;
  readonly delayed: Set<string>;
}

/** Answers the last event's cursor. */
async function recall(
  { url, database, version }: InfluxOptions,
  connection: InfluxConnection,
  reading: InfluxReading,
  known: Recalled,
): Promise<number> {
  try {
    if (version === 1) await makeDatabase(connection, database);
    await recallSamples(reading, known);
    known.standing.watermarks(await reading.watermarks());
    return await reading.lastCursor();
  } catch (thrown) {
    const message = `history in database ${database} at ${url} cannot be read: ${messageOf(thrown)}`;
    throw new Failure("store-unreadable", message, { retryable: true, cause: thrown });
  }
}

async function recallSamples(reading: InfluxReading, { standing, delayed }: Recalled): Promise<void> {
  for (const sensor of await reading.delayedSensors()) delayed.add(sensor);
  const [latest, oldestMs] = [await reading.latest(), await reading.oldestMs()];
  for (const one of latest) standing.known(one, oldestMs ?? one.timeMs);
}

/** Version 1 makes no database by itself; who may not make one may still use one that is there. */
export async function makeDatabase(connection: InfluxConnection, database: string): Promise<void> {
  const [found] = await connection.query("SHOW DATABASES");
  if (found?.rows.some(([name]) => name === database)) return;
  await connection.query(`CREATE DATABASE "${database.replace(/["\\]/g, "\\$&")}"`);
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  // Cut short, it has done its work too.
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
