/**
 * Gathers what a source brings one by one into one append a turn of the event loop. While the disk refuses, samples wait in memory up
 * to a limit and are tried again; beyond it the newest are dropped and told, as the spool tells its own.
 */
import type { Notice } from "../src/model/agent.ts";
import { messageOf } from "../src/model/failure.ts";
import { type Series, seriesOf } from "../src/model/sample.ts";
import { DROPPED } from "./batch.ts";
import type { SourceParts } from "./source.ts";

export interface SampleGathering {
  /** `value` in the unit inside, NaN with a bad status where there is none; `serverDelayMs` left out or NaN where no server gave its time. */
  add(sensor: string, timeMs: number, value: number, status: number, serverDelayMs?: number): void;
  tell(notice: Notice): void;
  /** Resolves when everything added before is in the spool, or was refused by it once more. */
  settled(): Promise<void>;
}

interface Columns {
  readonly timesMs: number[];
  readonly values: number[];
  readonly statuses: number[];
  readonly serverDelaysMs: number[];
}

interface Loss {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

const WAITING_SAMPLES = 100_000;
const WAITING_NOTICES = 1000;
const RETRY_MS = 1000;

export function createSampleGathering({ spool, log, clock }: SourceParts): SampleGathering {
  const columns = new Map<string, Columns>();
  const losses = new Map<string, Loss>();
  let notices: Notice[] = [];
  let samples = 0;
  let storing: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;

  function columnsOf(sensor: string): Columns {
    const known = columns.get(sensor);
    if (known) return known;
    const fresh = { timesMs: [], values: [], statuses: [], serverDelaysMs: [] };
    columns.set(sensor, fresh);
    return fresh;
  }

  function take(): { series: Series[]; told: Notice[] } {
    const series = [...columns]
      .filter(([, { timesMs }]) => timesMs.length > 0)
      .map(([sensor, { timesMs, values, statuses, serverDelaysMs }]) =>
        seriesOf(sensor, timesMs, values, statuses, serverDelaysMs),
      );
    const lost = [...losses].map(([sensor, loss]) => ({
      timeMs: clock(),
      code: DROPPED,
      sensor,
      figures: { ...loss, reason: "memory-full" },
    }));
    const told = [...notices, ...lost];
    for (const column of columns.values()) {
      column.timesMs.length = 0;
      column.values.length = 0;
      column.statuses.length = 0;
      column.serverDelaysMs.length = 0;
    }
    losses.clear();
    notices = [];
    samples = 0;
    return { series, told };
  }

  async function store(): Promise<void> {
    await new Promise(setImmediate);
    const { series, told } = take();
    try {
      await spool.append(series, told);
    } catch (error) {
      log.error({ reason: messageOf(error) }, "not spooled; trying again");
      for (const { sensor, timesMs, values, statuses, serverDelaysMs } of series) {
        timesMs.forEach((timeMs, index) => {
          const [value, status] = [values[index] as number, statuses[index] as number];
          keep(sensor, timeMs, value, status, serverDelaysMs?.[index] ?? Number.NaN);
        });
      }
      notices = [...told, ...notices].slice(0, WAITING_NOTICES);
      retry = setTimeout(wake, RETRY_MS);
      storing = undefined;
      return;
    }
    storing = undefined;
    if (samples > 0 || notices.length > 0) wake();
  }

  function wake(): void {
    clearTimeout(retry);
    retry = undefined;
    storing ??= store();
  }

  function keep(sensor: string, timeMs: number, value: number, status: number, serverDelayMs: number): void {
    if (samples >= WAITING_SAMPLES) {
      const loss = losses.get(sensor) ?? { fromMs: timeMs, toMs: timeMs, count: 0 };
      losses.set(sensor, {
        fromMs: Math.min(loss.fromMs, timeMs),
        toMs: Math.max(loss.toMs, timeMs),
        count: loss.count + 1,
      });
      return;
    }
    const { timesMs, values, statuses, serverDelaysMs } = columnsOf(sensor);
    timesMs.push(timeMs);
    values.push(value);
    statuses.push(status);
    serverDelaysMs.push(serverDelayMs);
    samples += 1;
  }

  return {
    add(sensor, timeMs, value, status, serverDelayMs = Number.NaN) {
      keep(sensor, timeMs, value, status, serverDelayMs);
      if (!retry) wake();
    },
    tell(notice) {
      notices.push(notice);
      if (!retry) wake();
    },
    async settled() {
      if (retry) wake();
      while (storing) await storing;
    },
  };
}
