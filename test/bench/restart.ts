/**
 * How long a centre needs before it judges again: after an orderly end, after a power cut, and when a station's readings of hours come late.
 * The judgement, DuckDB and the folder of checkpoints are the centre's own. The rival is the same judgement without checkpoints, which
 * judges all history each time.
 */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { createCheckpointing } from "../../src/checkpointing.ts";
import { createJudgement, type Judgement } from "../../src/judgement.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import type { StoredEvent } from "../../src/model/event.ts";
import type { Series } from "../../src/model/sample.ts";
import type { Utility } from "../../src/model/utility.ts";
import { openCheckpointFolder } from "../../src/store/checkpoint-folder.ts";
import { type DuckdbStore, openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { drawnFlow, metersRead, START_MS, utilityOf } from "./drawn-town.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

/** The newest hours are lived through with checkpoints; before, history lies there. */
const LIVED_MS = DAY_MS;
/** One meter's readings of the last hours but one come late. */
const LATE_MS = 6 * HOUR_MS;

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: flags,
    options: {
      sensors: { type: "string", default: "100" },
      days: { type: "string", default: "365" },
      minutes: { type: "string", default: "5" },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), "nightflow-restart-"));
  const intervalMs = Number(values.minutes) * MINUTE_MS;
  const utility = utilityOf(Number(values.sensors), intervalMs);
  const endMs = START_MS + Number(values.days) * DAY_MS;
  const store = await openDuckdbStore(join(folder, "history"));
  try {
    const town = { utility, store, drawn: drawnFlow(intervalMs), intervalMs, folder, endMs };
    await fill(town);
    return {
      bench: "restart",
      figures: await measure(town),
      rival: { name: "the same without checkpoints", figures: await measureWithout(town) },
      limit: null,
      machine: thisMachine(),
    };
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Town {
  readonly utility: Utility;
  readonly store: DuckdbStore;
  readonly drawn: Float64Array;
  readonly intervalMs: number;
  readonly folder: string;
  readonly endMs: number;
}

/** All but what is lived through. */
async function fill(town: Town): Promise<void> {
  const untilMs = town.endMs - LIVED_MS;
  for (let fromMs = START_MS; fromMs < untilMs; fromMs += DAY_MS)
    await append(town, readings(town, fromMs, fromMs + DAY_MS));
  await town.store.seal(untilMs);
}

function readings({ utility, drawn, intervalMs }: Town, fromMs: number, toMs: number): readonly Series[] {
  return metersRead(drawn, utility.sensors.length, { fromMs, toMs }, intervalMs);
}

function append({ store }: Town, series: readonly Series[]): Promise<unknown> {
  return store.append({ series, watermarks: [], events: [] });
}

async function measure(town: Town): Promise<Figures> {
  const { endMs } = town;
  const livedFromMs = endMs - LIVED_MS;
  const first = await judgementOf(town, livedFromMs, true);
  const firstStartS = await seconds(first.judgement.start);
  const [late, ...others] = readings(town, endMs - LATE_MS - HOUR_MS, endMs - HOUR_MS);
  for (let fromMs = livedFromMs; fromMs < endMs - LATE_MS - HOUR_MS; fromMs += HOUR_MS)
    await live(town, first, readings(town, fromMs, fromMs + HOUR_MS), fromMs + HOUR_MS);
  await live(town, first, others, endMs - HOUR_MS);
  await live(town, first, readings(town, endMs - HOUR_MS, endMs), endMs);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const closeS = await seconds(first.judgement.close);
  delay.disable();
  const restartS = await seconds((await judgementOf(town, endMs, true)).judgement.start);
  // As if the power had gone: an hour is stored that no checkpoint knows, where ten minutes are usual.
  await append(town, readings(town, endMs, endMs + HOUR_MS));
  const cut = await judgementOf(town, endMs + HOUR_MS, true);
  const cutStartS = await seconds(cut.judgement.start);
  await append(town, [late!]);
  const lateS = await seconds(async () => {
    await cut.judgement.take([late!]);
    await cut.judgement.settled();
  });
  await cut.judgement.close();
  const kept = join(town.folder, "judged");
  const files = await readdir(kept);
  const bytes = await Promise.all(files.map(async (name) => (await stat(join(kept, name))).size));
  return {
    samples: (town.utility.sensors.length * (endMs - START_MS)) / town.intervalMs,
    firstStartS,
    restartS,
    restartAfterCutS: cutStartS,
    lateS,
    closeS,
    longestStallWhileKeepingMs: Math.round(delay.max / 1e6),
    checkpoints: files.length,
    checkpointMb: round(Math.max(...bytes) / 1e6),
    allCheckpointsMb: round(bytes.reduce((sum, one) => sum + one, 0) / 1e6),
  };
}

async function measureWithout(town: Town): Promise<Figures> {
  const { judgement } = await judgementOf(town, town.endMs + HOUR_MS, false);
  const restartS = await seconds(judgement.start);
  await judgement.reread();
  return { restartS, lateS: await seconds(judgement.settled) };
}

interface Running {
  readonly judgement: Judgement;
  nowMs: number;
}

async function judgementOf(town: Town, nowMs: number, keeps: boolean): Promise<Running> {
  const { utility, store, folder } = town;
  const log = pino({ level: "silent" });
  const parts = { utility, parameters: DEFAULT_DETECTION, store, log };
  const checkpoints = keeps ? await openCheckpointFolder(join(folder, "judged")) : null;
  const running: { nowMs: number; judgement?: Judgement } = { nowMs };
  const judgement = createJudgement({
    ...parts,
    checkpointing: checkpoints && createCheckpointing({ ...parts, checkpoints }),
    clock: () => running.nowMs,
    onFindings: async () => {},
  });
  for (let cursor = 0; ; ) {
    const events: readonly StoredEvent[] = await store.events(cursor, 10_000);
    if (events.length === 0) break;
    judgement.recall(events);
    cursor = events.at(-1)!.cursor;
  }
  return Object.assign(running, { judgement });
}

async function live(town: Town, running: Running, series: readonly Series[], nowMs: number): Promise<void> {
  running.nowMs = nowMs;
  await append(town, series);
  await running.judgement.take(series);
  await running.judgement.tick();
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return round((performance.now() - startedMs) / 1000);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
