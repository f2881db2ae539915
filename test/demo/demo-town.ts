/** The town the tests of the demo's processes play, and silence. */
import pino from "pino";
import type { DemoTown } from "../../src/demo/demand-model.ts";

export const town: DemoTown = { seed: 7, firstStartMs: Date.parse("2026-03-11T08:20:00Z") };

export const logger = pino({ level: "silent" });
