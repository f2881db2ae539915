/** From alarm to repair: who was sent, what they found, and whether the night flow bears the repair out. */
import { z } from "zod";

/** What was found in the ground. */
export const leakFindingSchema = z
  .object({
    where: z.enum(["main", "service-connection", "valve-or-fitting", "tank", "other", "nothing"]),
    pipeMaterial: z.string().min(1).max(100).optional(),
    pipeDiameterMm: z.number().positive().max(5000).optional(),
    depthM: z.number().min(0).max(50).optional(),
    position: z
      .object({ latitudeDeg: z.number().min(-90).max(90), longitudeDeg: z.number().min(-180).max(180) })
      .strict()
      .optional(),
    note: z.string().min(1).max(1000).optional(),
    /** Address of a photo that lies elsewhere. */
    photo: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
  })
  .strict();

export type LeakFinding = z.infer<typeof leakFindingSchema>;

/** Night flow before and after a repair. */
export interface RepairCheck {
  /** "unknown" when too few nights could be assessed, or the alarm has no flow to compare with. */
  readonly outcome: "confirmed" | "not-confirmed" | "unknown";
  /** Medians of the nights compared; null where there were too few. */
  readonly beforeM3h: number | null;
  readonly afterM3h: number | null;
  /** What the alarm said was lost when the repair was reported. */
  readonly expectedDropM3h: number | null;
}

export type WorkStep =
  | {
      readonly step: "opened";
      readonly crew: string;
      /** The number of the utility's own system. */
      readonly reference: string | null;
      readonly dueMs: number;
    }
  | { readonly step: "located"; readonly atMs: number; readonly finding: LeakFinding }
  | { readonly step: "repaired"; readonly atMs: number; readonly finding: LeakFinding }
  | { readonly step: "checked"; readonly check: RepairCheck }
  | { readonly step: "closed"; readonly reason: string };

export interface WorkOrder {
  readonly crew: string;
  readonly reference: string | null;
  readonly dueMs: number;
  readonly openedMs: number;
  readonly openedBy: string;
  readonly locatedMs: number | null;
  readonly repairedMs: number | null;
  /** What was found, as it was last reported. */
  readonly finding: LeakFinding | null;
  /** The flow that the repair is to stop, m3/h: the alarm's when the repair was reported. */
  readonly expectedDropM3h: number | null;
  readonly check: RepairCheck | null;
  readonly closed: { readonly timeMs: number; readonly by: string; readonly reason: string } | null;
}
