/**
 * The beat of the demo's meters: whole periods of the simulated clock, so that every process reads at the same moments. The world's file
 * is looked at again and again: in an exercise its clock is stopped and started, and what crews have mended is written there.
 */
import { statSync } from "node:fs";
import { MINUTE_MS } from "../model/clock.ts";
import type { Simulation } from "../simulate/simulation.ts";
import { type DemoWorld, readWorld, simulatedTime } from "./demo-world.ts";

export interface LiveRhythm {
  stop(): void;
}

/** Meters are read this often by the machine's clock, and never further apart than loggers record by the simulated one. */
const LIVE_PERIOD_MS = 2_000;
const LONGEST_PERIOD_MS = 5 * MINUTE_MS;
/** The longest that a change of the world's file is not seen. */
const LOOK_MS = 250;

/** Simulated time from one reading to the next. */
export function livePeriodMs(speed: number): number {
  return Math.min(LIVE_PERIOD_MS * speed, LONGEST_PERIOD_MS);
}

export interface RhythmOptions {
  readonly worldFile: string;
  readonly simulation: Simulation;
  /** Told with the period that runs at the start, then with each new one. */
  readonly read: (timeMs: number) => void;
}

/** A beat missed while the machine slept stays missed. */
export function startLiveRhythm({ worldFile, simulation, read }: RhythmOptions): LiveRhythm {
  let world = readWorld(worldFile);
  let changedMs = statSync(worldFile).mtimeMs;
  let lastMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout;

  function look(): void {
    const { mtimeMs } = statSync(worldFile);
    if (mtimeMs === changedMs) return;
    changedMs = mtimeMs;
    const before = world.mendings?.length ?? 0;
    world = readWorld(worldFile);
    for (const { trouble, atMs } of world.mendings?.slice(before) ?? []) simulation.mend(trouble, atMs);
  }

  const beat = (): void => {
    look();
    const nowMs = simulatedTime(world, Date.now());
    const periodMs = livePeriodMs(world.speed);
    const timeMs = Math.floor(nowMs / periodMs) * periodMs;
    timer = setTimeout(beat, Math.min(LOOK_MS, untilNext(world, nowMs, timeMs + periodMs)));
    if (timeMs <= lastMs) return;
    lastMs = timeMs;
    read(timeMs);
  };
  beat();
  return { stop: () => clearTimeout(timer) };
}

/** By the machine's clock, ms. */
function untilNext({ anchoredMs, speed }: DemoWorld, nowMs: number, nextMs: number): number {
  const standsMs = Math.max(0, anchoredMs - Date.now());
  return Math.max(1, standsMs + (nextMs - nowMs) / speed);
}
