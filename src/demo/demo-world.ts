/**
 * The world the demo's processes share, kept in one file: which scenario is played, when it began, and how fast its clock runs. Every
 * process lives through the same scenario by itself and so shows the same.
 */
import { readFileSync, writeFileSync } from "node:fs";
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

/** What the clocks of the simulated world show. */
export function simulatedTime({ simulatedMs, anchoredMs, speed }: DemoWorld, nowMs: number): number {
  return Math.round(simulatedMs + Math.max(0, nowMs - anchoredMs) * speed);
}

export async function liveWorld(world: DemoWorld): Promise<Simulation> {
  const utility = ziwani();
  const scenario = readScenario(world.scenarioFile);
  const { startMs } = world;
  const troubles = troublesOf(scenario, startMs, utility.calendar.timeZone);
  return startSimulation({ utility, seed: scenario.seed, startMs, troubles });
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

export function writeWorld(file: string, world: DemoWorld): void {
  writeFileSync(file, JSON.stringify(world));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (thrown) {
    throw new Failure("unreadable-file", `${file} cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}
