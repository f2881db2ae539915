/**
 * A scenario: what befalls the simulated town and its sensors, told in days and wall-clock times, and the verdict it must end in. Written
 * as YAML, checked by this schema, played live by the demo and in training, and by tests.
 */
import { z } from "zod";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { addDays, localDateOf, utcOfLocal } from "../model/local-time.ts";
import type { Trouble } from "./trouble.ts";

const time = z
  .string()
  .regex(
    /^([01]\d|2[0-3]):[0-5][05]$/,
    'must be a wall-clock time at a multiple of five minutes, such as "02:10"',
  )
  .default("00:00");
const moment = z
  .object({ day: z.number().int().min(0).max(400).describe("0 is the first day simulated"), time })
  .strict();
const lasting = { from: moment, to: moment.optional().describe("lasts when left out") };
const hours = z
  .tuple([z.number().min(0).max(24), z.number().min(0).max(24)])
  .optional()
  .describe("runs within these hours of the day only; past midnight when they fall");
const id = z.string().min(1).max(31);
const sensor = id.describe("a sensor of utility.yaml");

const siteId = id.describe(
  "a site with an agent, whose power or link is cut; played live, not in a test's replay",
);

const troubleSchema = z.discriminatedUnion("kind", [
  z
    .object({
      kind: z.literal("leak"),
      pipe: id.describe("a pipe of network.inp"),
      flowM3hAt50M: z.number().positive().max(500).describe("what the full hole loses at 50 m of pressure"),
      growsDays: z
        .number()
        .min(0)
        .max(365)
        .default(0)
        .describe("until it is full-grown; at once when left out"),
      ...lasting,
    })
    .strict(),
  z.object({ kind: z.literal("valve"), link: id, open: z.boolean(), ...lasting }).strict(),
  z.object({ kind: z.literal("use"), node: id, flowM3h: z.number().positive(), hours, ...lasting }).strict(),
  z
    .object({
      kind: z.literal("fill"),
      node: id,
      flowM3h: z.number().positive().describe("until its float valve begins to close"),
      volumeM3: z.number().positive(),
      ...lasting,
    })
    .strict(),
  z
    .object({ kind: z.literal("custom"), pattern: id, times: z.number().min(0).max(20), hours, ...lasting })
    .strict(),
  z.object({ kind: z.literal("overflow"), tank: id, link: id, ...lasting }).strict(),
  z
    .object({ kind: z.literal("drift"), sensor, percentPerDay: z.number().min(-50).max(50), ...lasting })
    .strict(),
  z.object({ kind: z.literal("stuck"), sensor, ...lasting }).strict(),
  z.object({ kind: z.literal("dead"), sensor, ...lasting }).strict(),
  z.object({ kind: z.literal("outage"), sensor, ...lasting }).strict(),
  z.object({ kind: z.literal("reversed"), sensor, ...lasting }).strict(),
  z.object({ kind: z.literal("noisy"), sensor, times: z.number().positive().max(100), ...lasting }).strict(),
  z
    .object({
      kind: z.literal("spikes"),
      sensor,
      oneIn: z.number().int().min(2),
      times: z.number(),
      ...lasting,
    })
    .strict(),
  z.object({ kind: z.literal("late"), sensor, byHours: z.number().positive().max(72), ...lasting }).strict(),
  z.object({ kind: z.literal("power"), site: siteId, ...lasting }).strict(),
  z.object({ kind: z.literal("link"), site: siteId, ...lasting }).strict(),
  z
    .object({ kind: z.literal("clock"), sensor, aheadHours: z.number().min(-24).max(24), ...lasting })
    .strict(),
]);

const endSchema = z
  .object({
    subject: id.describe("a district or a sensor"),
    verdict: z.string().min(1).describe('the kind of verdict; "leak" stands for a burst too'),
    withinHours: z.number().positive().optional().describe("of the first trouble"),
    sizeM3h: z.tuple([z.number(), z.number()]).optional().describe("the size it is told with, from and to"),
  })
  .strict();

const text = z.string().min(1).max(3000);
const lessonSchema = z
  .object({
    grade: z.number().int().min(1).max(5).describe("1 is the easiest"),
    crews: z.number().int().min(1).max(10).describe("that can be out at the same time"),
    brief: z
      .object({ en: text, fr: text, sw: text })
      .strict()
      .describe("what the trainee reads before it begins"),
  })
  .strict();

export const scenarioSchema = z
  .object({
    name: z.string().min(1).max(100),
    about: z.string().min(1).max(1000),
    start: z.iso
      .date()
      .optional()
      .describe("date of day 0; when left out, the one that makes `opens` the moment of the first start"),
    seed: z.number().int().min(0).default(1),
    opens: moment.partial({ time: true }).describe("where it is played from; what is before is history"),
    days: z.number().int().min(1).max(400).describe("how long it is judged in a test"),
    lesson: lessonSchema.optional().describe("when it is a lesson of `nightflow train`"),
    troubles: z.array(troubleSchema).default([]),
    ends: z
      .array(endSchema)
      .default([])
      .describe("every verdict that stands at the end, but for nights that cannot be assessed"),
    meanwhile: z
      .array(z.object({ subject: id, verdict: z.string().min(1) }).strict())
      .default([])
      .describe("what may be said for a while and is taken back by itself; anything else may not"),
  })
  .strict();

export type Scenario = z.infer<typeof scenarioSchema>;

/** When the scenario begins, ms UTC; `openedMs` is when it was first opened. */
export function scenarioStartMs(scenario: Scenario, openedMs: number, timeZone: string): number {
  const { start, opens } = scenario;
  const date = start ?? addDays(localDateOf(openedMs, timeZone), -opens.day);
  return utcOfLocal({ date, minute: 0 }, timeZone);
}

/** When it is first played from. */
export function scenarioOpensMs(scenario: Scenario, openedMs: number, timeZone: string): number {
  if (!scenario.start) return openedMs;
  return momentMs(scenario.opens, scenario.start, timeZone);
}

/** When an exercise on it is over: after its days. */
export function scenarioEndsMs({ days }: Scenario, startMs: number, timeZone: string): number {
  return utcOfLocal({ date: addDays(localDateOf(startMs, timeZone), days), minute: 0 }, timeZone);
}

export function troublesOf(scenario: Scenario, startMs: number, timeZone: string): readonly Trouble[] {
  const date = localDateOf(startMs, timeZone);
  return scenario.troubles.map((told): Trouble => {
    const toMs = told.to && momentMs(told.to, date, timeZone);
    const lasts = { fromMs: momentMs(told.from, date, timeZone), ...(toMs === undefined ? {} : { toMs }) };
    switch (told.kind) {
      case "leak":
        return {
          kind: told.kind,
          pipe: told.pipe,
          m3hAt50M: told.flowM3hAt50M,
          growsForMs: told.growsDays * DAY_MS,
          ...lasts,
        };
      case "use": {
        const { kind, node, flowM3h, hours } = told;
        return { kind, node, m3h: flowM3h, ...(hours ? { hours } : {}), ...lasts };
      }
      case "custom": {
        const { kind, pattern, times, hours } = told;
        return { kind, pattern, times, ...(hours ? { hours } : {}), ...lasts };
      }
      case "fill": {
        const { kind, node, flowM3h, volumeM3 } = told;
        return { kind, node, m3h: flowM3h, volumeM3, ...lasts };
      }
      case "late":
        return { kind: told.kind, sensor: told.sensor, byMs: told.byHours * HOUR_MS, ...lasts };
      case "clock":
        return { kind: told.kind, sensor: told.sensor, aheadMs: told.aheadHours * HOUR_MS, ...lasts };
      default: {
        const { from, to, ...rest } = told;
        return { ...rest, ...lasts };
      }
    }
  });
}

function momentMs(
  at: { readonly day: number; readonly time?: string | undefined },
  date: string,
  timeZone: string,
): number {
  const [hour = 0, minute = 0] = (at.time ?? "00:00").split(":").map(Number);
  return utcOfLocal({ date: addDays(date, at.day), minute: 60 * hour + minute }, timeZone);
}
