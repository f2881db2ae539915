/** works.yaml: works that are planned, with the alarms that they may raise. */
import { z } from "zod";
import type { ConfigFault } from "../model/checked-yaml.ts";
import type { PlannedWork } from "../model/planned-work.ts";
import { ALARM_KINDS } from "./alarms-file.ts";

const instant = z.iso
  .datetime({ offset: true, error: "must be a time with its zone, such as 2026-03-01T22:00:00+03:00" })
  .transform((text) => Date.parse(text));

export const worksSchema = z
  .object({
    works: z.array(
      z
        .object({
          districts: z.array(z.string().min(1)).min(1),
          from: instant,
          to: instant,
          reason: z.string().min(1).max(200),
          kinds: z
            .array(z.enum(ALARM_KINDS))
            .min(1)
            .optional()
            .describe("which alarms the works may raise; every kind when left out"),
        })
        .strict()
        .refine(({ from, to }) => from < to, { path: ["to"], error: "must be later than from" }),
    ),
  })
  .strict();

type WorksFile = z.infer<typeof worksSchema>;

export function plannedWorksOf({ works }: WorksFile): readonly PlannedWork[] {
  return works.map(({ from, to, kinds, ...work }) => ({
    ...work,
    fromMs: from,
    toMs: to,
    kinds: kinds ?? null,
  }));
}

type Refer = (path: readonly PropertyKey[], message: string) => ConfigFault;

/** What a schema cannot see: districts that are not there. */
export function worksFaults(file: WorksFile, districts: readonly string[], fault: Refer): ConfigFault[] {
  return file.works.flatMap((work, index) =>
    work.districts.flatMap((district, at) =>
      districts.includes(district)
        ? []
        : [fault(["works", index, "districts", at], `there is no district "${district}" in utility.yaml`)],
    ),
  );
}
