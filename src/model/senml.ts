/** SenML packs (RFC 8428) in JSON: base fields resolved, one reading a record. Only numeric values; pure. */
import { z } from "zod";
import { LAST_MS } from "./clock.ts";

const recordSchema = z.object({
  bn: z.string().optional(),
  bt: z.number().optional(),
  bu: z.string().optional(),
  bv: z.number().optional(),
  bver: z.number().optional(),
  n: z.string().optional(),
  u: z.string().optional(),
  v: z.number().optional(),
  t: z.number().optional(),
});

const packSchema = z.array(recordSchema).min(1).max(10_000);

export interface SenmlReading {
  readonly name: string;
  /** As in Nightflow's units; undefined when the pack names none. */
  readonly unit: string | undefined;
  readonly value: number;
  readonly timeMs: number;
}

/** Times below are relative to now (RFC 8428, 4.5.3). */
const ABSOLUTE_FROM_S = 2 ** 28;

/** The readings of a pack, or in words why it is none. Records without a numeric value are passed over. */
export function readSenml(json: unknown, nowMs: number): readonly SenmlReading[] | string {
  const pack = packSchema.safeParse(json);
  if (!pack.success) return z.prettifyError(pack.error);
  const readings: SenmlReading[] = [];
  const base = { name: "", timeS: 0, unit: undefined as string | undefined, value: 0 };
  for (const record of pack.data) {
    base.name = record.bn ?? base.name;
    base.timeS = record.bt ?? base.timeS;
    base.unit = record.bu ?? base.unit;
    base.value = record.bv ?? base.value;
    if (record.v === undefined) continue;
    const timeS = base.timeS + (record.t ?? 0);
    const timeMs = Math.round(timeS >= ABSOLUTE_FROM_S ? timeS * 1000 : nowMs + timeS * 1000);
    const value = base.value + record.v;
    const name = base.name + (record.n ?? "");
    if (!(Math.abs(timeMs) <= LAST_MS)) return `no time can be at ${timeS} s, of "${name}"`;
    if (!Number.isFinite(value)) return `the value of "${name}" is beyond all numbers`;
    readings.push({
      name,
      // SenML writes litres small.
      unit: (record.u ?? base.unit)?.replace(/^l(?=$|\/)/, "L"),
      value,
      timeMs,
    });
  }
  return readings;
}
