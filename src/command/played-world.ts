/** A simulated world kept beside its history: recalled or begun, its past written where history has none, its clock that of the centre. */
import { existsSync, mkdirSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { demoHistory } from "../demo/demo-history.ts";
import {
  atSpeed,
  type DemoWorld,
  liveWorld,
  newWorld,
  readWorld,
  simulatedTime,
  writeWorld,
} from "../demo/demo-world.ts";
import type { Clock } from "../model/clock.ts";
import { Failure } from "../model/failure.ts";
import type { HistoryStore } from "../model/history-store.ts";

/** Beyond it a reading of the station does not reach the judgement before its time is judged. */
const MOST_SPEED = 600;

export interface PlayedWorld {
  readonly world: DemoWorld;
  readonly clock: Clock;
  /** Follows a world that an exercise has changed. */
  follow(world: DemoWorld): void;
  /** Writes what happened from the beginning, or from where history ends, until now. */
  fillHistory(store: HistoryStore): Promise<void>;
}

/**
 * The world in the folder's world.json, or a new one, playing the scenario at a speed. Throws Failure when the folder holds another
 * scenario's. One that stands still goes on where its clock was last written down, however long ago.
 */
export function playWorld(
  folder: string,
  scenarioFile: string,
  speed: number | undefined,
  { standsStill = false } = {},
): PlayedWorld {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "world.json");
  const nowMs = Date.now();
  let world = existsSync(file) ? readWorld(file) : newWorld(resolve(scenarioFile), nowMs);
  if (world.scenarioFile !== resolve(scenarioFile)) {
    const message = `${folder} holds what was played of ${world.scenarioFile}; choose another folder with --data`;
    throw new Failure("other-scenario", message);
  }
  if (standsStill) world = { ...world, paused: true };
  world = atSpeed(world, speed ?? world.speed, nowMs);
  writeWorld(file, world);
  const clock = () => simulatedTime(world, Date.now());
  return {
    world,
    clock,
    follow(changed) {
      world = changed;
    },
    async fillHistory(store) {
      const simulation = await liveWorld(world);
      const extent = await store.extent();
      const series = demoHistory(simulation, { fromMs: extent?.toMs ?? simulation.startMs, toMs: clock() });
      if (series.length > 0) await store.append({ series, watermarks: [], events: [] });
    },
  };
}

/** "config/scenarios/burst.yaml" is played in a folder of its own: data/burst for data/demo. */
export function folderOfScenario(demoFolder: string, scenarioFile: string): string {
  return join(demoFolder, "..", basename(scenarioFile, extname(scenarioFile)));
}

/** Throws Failure "wrong-speed". Undefined when not given. */
export function readSpeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const speed = Number(text);
  if (speed >= 1 && speed <= MOST_SPEED) return speed;
  throw new Failure(
    "wrong-speed",
    `--speed must be from 1 to ${MOST_SPEED} simulated seconds a second, not "${text}"`,
  );
}
