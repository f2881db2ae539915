/** alarms.yaml: which verdicts become alarms, and what each asks of the operator (the rationalisation of ISA-18.2). */
import { z } from "zod";
import { PRIORITIES, type Rationalisation } from "../model/alarm.ts";
import type { OperatingPosition } from "../model/alarm-kpi.ts";
import type { ConfigFault } from "../model/checked-yaml.ts";
import { LANGUAGES } from "../model/language.ts";
import { idSchema } from "../model/wire.ts";

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

const positionSchema = z
  .object({
    id: idSchema,
    name: z.string().min(1),
    districts: z.array(idSchema).min(1).describe("whose alarms this position sees to"),
  })
  .strict();

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
          responseIn: z
            .partialRecord(z.enum(LANGUAGES), text)
            .optional()
            .describe("the response in other languages, for messages to people"),
          timeToRespondH: z.number().positive(),
        })
        .strict(),
    ),
    positions: z
      .array(positionSchema)
      .min(1)
      .optional()
      .describe("operating positions; one control room for all districts when left out"),
  })
  .strict();

type AlarmsFile = z.infer<typeof alarmsSchema>;

export function rationalisationsOf(file: AlarmsFile): readonly Rationalisation[] {
  return file.alarms.map(({ timeToRespondH, ...alarm }) => ({
    ...alarm,
    timeToRespondMs: timeToRespondH * 3_600_000,
  }));
}

export function positionsOf(file: AlarmsFile, districts: readonly string[]): readonly OperatingPosition[] {
  return file.positions ?? [{ id: "control-room", name: "Control room", districts }];
}

type Refer = (path: readonly PropertyKey[], message: string) => ConfigFault;

/** What a schema cannot see: positions that share a district, leave one out or name one that is not there. */
export function positionFaults(file: AlarmsFile, districts: readonly string[], fault: Refer): ConfigFault[] {
  if (!file.positions) return [];
  const seen = new Map<string, string>();
  const faults: ConfigFault[] = [];
  for (const [index, { id, districts: watched }] of file.positions.entries()) {
    for (const [at, district] of watched.entries()) {
      const path = ["positions", index, "districts", at];
      const other = seen.get(district);
      if (!districts.includes(district))
        faults.push(fault(path, `there is no district "${district}" in utility.yaml`));
      else if (other !== undefined)
        faults.push(fault(path, `"${district}" is watched by "${other}" already`));
      seen.set(district, id);
    }
  }
  const unwatched = districts.filter((district) => !seen.has(district));
  if (unwatched.length > 0) faults.push(fault(["positions"], `nobody watches ${unwatched.join(", ")}`));
  return faults;
}
