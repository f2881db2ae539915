/** alarms.yaml: which verdicts become alarms, and what each asks of the operator (the rationalisation of ISA-18.2). */
import { z } from "zod";
import { PRIORITIES, type Rationalisation } from "../model/alarm.ts";

/** Verdicts that may be made alarms. A kind that is not listed in alarms.yaml stays an event. */
export const ALARM_KINDS = [
  "leak",
  "burst",
  "boundary-valve",
  "meter-drift",
  "sensor-stuck",
  "sensor-dead",
  "sensor-reversed",
  "clock-shift",
  "counter-reset",
  "data-gap",
  "telemetry-outage",
] as const;

const text = z.string().min(10, "must say it in a sentence");

export const alarmsSchema = z
  .object({
    alarms: z.array(
      z
        .object({
          kind: z.enum(ALARM_KINDS),
          priority: z.enum(PRIORITIES),
          cause: text,
          consequence: text,
          response: text,
          timeToRespondH: z.number().positive(),
        })
        .strict(),
    ),
  })
  .strict();

export function rationalisationsOf(file: z.infer<typeof alarmsSchema>): readonly Rationalisation[] {
  return file.alarms.map(({ timeToRespondH, ...alarm }) => ({
    ...alarm,
    timeToRespondMs: timeToRespondH * 3_600_000,
  }));
}
