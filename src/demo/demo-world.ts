/**
 * The world the demo's processes share, kept in one file: which scenario is played, when it began, and how fast its clock runs. Every
 * process lives through the same scenario by itself and so shows the same.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { checkYaml, formatFault } from "../model/checked-yaml.ts";
import { Failure, messageOf } from "../model/failure.ts";
import {
  type Scenario,
  scenarioOpensMs,
  scenarioSchema,
  scenarioStartMs,
  troublesOf,
} from "../simulate/scenario.ts";
import { type Simulation, startSimulation } from "../simulate/simulation.ts";
import { isOfSite, type SiteTrouble } from "../simulate/trouble.ts";
import { ziwani } from "./ziwani.ts";

export const EVERYDAY_SCENARIO = fileURLToPath(new URL("../../config/demo/scenario.yaml", import.meta.url));

const STARTING_MS = 20_000;

const worldSchema = z
  .object({
    scenarioFile: z.string(),
    /** Of the simulation. */
    startMs: z.number().int(),
    /** The simulated clock stood here when the machine's clock stood at `anchoredMs`. */
    simulatedMs: z.number().int(),
    anchoredMs: z.number().int(),
    /** Simulated seconds a second. */
    speed: z.number().positive(),
    /** The simulated clock stands still. */
    paused: z.boolean().optional(),
    /** Troubles that crews have mended: their place in the scenario's, and when. */
    mendings: z.array(z.object({ trouble: z.number().int(), atMs: z.number().int() }).strict()).optional(),
  })
  .strict();

export type DemoWorld = z.infer<typeof worldSchema>;

/** A world in which the scenario is opened now, at the speed of life. */
export function newWorld(scenarioFile: string, nowMs: number): DemoWorld {
  const scenario = readScenario(scenarioFile);
  const { timeZone } = ziwani().calendar;
  return {
    scenarioFile,
    startMs: scenarioStartMs(scenario, nowMs, timeZone),
    simulatedMs: scenarioOpensMs(scenario, nowMs, timeZone),
    anchoredMs: nowMs,
    speed: 1,
  };
}

/**
 * The same world from now on at another speed. A fast clock stands still for a while first: what its processes need to start would be a
 * gap of hours.
 */
export function atSpeed(world: DemoWorld, speed: number, nowMs: number): DemoWorld {
  const standsMs = speed === 1 ? 0 : STARTING_MS;
  return { ...world, simulatedMs: simulatedTime(world, nowMs), anchoredMs: nowMs + standsMs, speed };
}

/** The same world, its clock standing still from now on, or going on at a speed. */
export function paused(world: DemoWorld, nowMs: number): DemoWorld {
  return { ...world, simulatedMs: simulatedTime(world, nowMs), anchoredMs: nowMs, paused: true };
}

export function resumed(world: DemoWorld, speed: number, nowMs: number): DemoWorld {
  return { ...world, simulatedMs: simulatedTime(world, nowMs), anchoredMs: nowMs, speed, paused: false };
}

/** What the clocks of the simulated world show. */
export function simulatedTime(
  { simulatedMs, anchoredMs, speed, paused: still }: DemoWorld,
  nowMs: number,
): number {
  if (still) return simulatedMs;
  return Math.round(simulatedMs + Math.max(0, nowMs - anchoredMs) * speed);
}

export async function liveWorld(world: DemoWorld): Promise<Simulation> {
  const utility = ziwani();
  const scenario = readScenario(world.scenarioFile);
  const { startMs } = world;
  const troubles = troublesOf(scenario, startMs, utility.calendar.timeZone);
  const simulation = await startSimulation({ utility, seed: scenario.seed, startMs, troubles });
  for (const { trouble, atMs } of world.mendings ?? []) simulation.mend(trouble, atMs);
  return simulation;
}

/** Cuts of the scenario at any site. */
export function siteTroubles(world: DemoWorld): readonly SiteTrouble[] {
  const troubles = troublesOf(readScenario(world.scenarioFile), world.startMs, ziwani().calendar.timeZone);
  return troubles.filter(isOfSite);
}

/** Throws Failure "wrong-scenario" that names file, line and key. */
export function readScenario(file: string): Scenario {
  const checked = checkYaml(file, textOf(file), scenarioSchema);
  if (checked.ok) return checked.value;
  throw new Failure("wrong-scenario", checked.faults.map(formatFault).join("\n"));
}

export function readWorld(file: string): DemoWorld {
  const parsed = worldSchema.safeParse(JSON.parse(textOf(file)));
  if (parsed.success) return parsed.data;
  throw new Failure("wrong-world", `${file} was not written by this version of the demo; remove its folder`);
}

/** In one step: whoever reads it meanwhile reads the one before. */
export function writeWorld(file: string, world: DemoWorld): void {
  writeFileSync(`${file}.new`, JSON.stringify(world));
  renameSync(`${file}.new`, file);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (thrown) {
    throw new Failure("unreadable-file", `${file} cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}
