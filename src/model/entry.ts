/**
 * What people enter at the centre beside acting on alarms: volumes of the water balance, readings by hand, planned works, figures of
 * partner utilities. Each is an event like any other, so that a restart is a replay; a later entry of the same thing replaces the one before.
 */
import { z } from "zod";
import { type ExchangeFile, exchangeFileSchema } from "./exchange-file.ts";
import type { PlannedWork } from "./planned-work.ts";
import { idSchema } from "./wire.ts";

/** Lines of the IWA water balance that no meter of the network tells. */
export const VOLUME_LINES = [
  "billedMetered",
  "billedUnmetered",
  "unbilledMetered",
  "unbilledUnmetered",
  "unauthorised",
  "meterError",
  "dataHandling",
] as const;

export type VolumeLine = (typeof VOLUME_LINES)[number];

export const monthSchema = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month such as 2026-03");

export const volumeEntrySchema = z
  .object({
    district: idSchema,
    month: monthSchema,
    line: z.enum(VOLUME_LINES),
    volumeM3: z.number().min(0).max(1e12).nullable().describe("null takes an earlier entry back"),
    marginPercent: z.number().min(0).max(200).default(0).describe("95 % error margin, percent of the volume"),
    source: z.string().max(200).default("").describe("where the figure comes from"),
  })
  .strict();

/** One line of one district's balance in one month. */
export type VolumeEntry = z.output<typeof volumeEntrySchema>;

export const handReadingSchema = z
  .object({
    sensor: idSchema,
    kind: z.enum(["value", "counter"]).describe("counter: the volume that stands on a flow meter's register"),
    value: z.number(),
    unit: z.string().min(1).max(20).optional().describe("the unit inside when left out"),
    timeMs: z.number().int().positive().optional().describe("when it was read; now when left out"),
    exchanged: z.boolean().default(false).describe("the register began anew since the last reading"),
    confirmed: z.boolean().default(false).describe("entered again after the centre called it unlikely"),
    note: z.string().max(500).default(""),
  })
  .strict();

export type HandReadingRequest = z.output<typeof handReadingSchema>;

export interface HandReading {
  readonly sensor: string;
  readonly kind: "value" | "counter";
  /** In the unit inside: that of the sensor's quantity, or m3 for a counter. */
  readonly value: number;
  readonly timeMs: number;
  readonly exchanged: boolean;
  readonly confirmed: boolean;
  readonly note: string;
  /** Of a counter, against the counter reading before it; null without one. */
  readonly since: CounterSpan | null;
}

/** What passed a register between two readings of it. */
export interface CounterSpan {
  readonly fromMs: number;
  readonly volumeM3: number;
  readonly flowM3h: number;
  /** What the sensor itself measured in the same time; null where it was silent for more than a tenth of it. */
  readonly measuredM3: number | null;
}

export const newWorkSchema = z
  .object({
    districts: z.array(idSchema).min(1).max(1000),
    fromMs: z.number().int().positive(),
    toMs: z.number().int().positive(),
    reason: z.string().trim().min(1).max(200),
  })
  .strict()
  .refine(({ fromMs, toMs }) => fromMs < toMs, { path: ["toMs"], error: "must be later than fromMs" });

export const newPartnerSchema = z
  .object({ name: z.string().trim().min(1).max(100), file: exchangeFileSchema })
  .strict();

export type Entry =
  | ({ readonly type: "volume" } & VolumeEntry)
  | ({ readonly type: "hand-reading" } & HandReading)
  | { readonly type: "work-planned"; readonly id: string; readonly work: PlannedWork }
  | { readonly type: "work-cancelled"; readonly id: string }
  | {
      readonly type: "partner-imported";
      readonly id: string;
      readonly name: string;
      readonly file: ExchangeFile;
    }
  | { readonly type: "partner-removed"; readonly id: string };
