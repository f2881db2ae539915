/** The world the tests of the demo's processes play, and silence. */
import { fileURLToPath } from "node:url";
import pino from "pino";
import { type DemoWorld, newWorld } from "../../src/demo/demo-world.ts";

/** Two days old: every process lives through them before it answers. */
export function quietWorld(): DemoWorld {
  return newWorld(fileURLToPath(new URL("./quiet-days.yaml", import.meta.url)), Date.now());
}

export const logger = pino({ level: "silent" });
