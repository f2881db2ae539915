/** What a person read off a meter, and what speaks against it before it is kept. Pure. */
import { z } from "zod";
import { MINUTE_MS } from "../src/model/clock.ts";
import { GOOD } from "../src/model/status.ts";
import type { HandItemConfig } from "./agent-config.ts";
import { counterRules, followCounter } from "./counter-flow.ts";
import { conversionOf } from "./reading-config.ts";

export const handReadingSchema = z
  .object({
    meter: z.string().min(1).max(64),
    /** As it was read, in the unit of the meter. */
    value: z.number(),
    timeMs: z.number(),
    by: z.string().max(100),
    /** The meter was exchanged, or set anew: its register begins here. */
    exchanged: z.boolean().default(false),
  })
  .strict();

export type HandReading = z.infer<typeof handReadingSchema>;

/** The reading of the meter before, where there was one. */
export interface ReadBefore {
  readonly value: number;
  readonly timeMs: number;
}

/** Times before it come from clocks that were never set. */
const EARLIEST_MS = Date.UTC(2000);

/** What speaks against it, in words for the person who read it; undefined when nothing does. */
export function objection(
  { meter, value, timeMs, exchanged }: HandReading,
  items: readonly HandItemConfig[],
  before: ReadBefore | undefined,
  nowMs: number,
): string | undefined {
  const own = items.filter((item) => item.meter === meter);
  if (own.length === 0) {
    const known = [...new Set(items.map((item) => item.meter))].join(", ");
    return `there is no meter "${meter}" under sources.hand; there ${known === "" ? "is none" : `are: ${known}`}`;
  }
  if (timeMs > nowMs + MINUTE_MS) return `${iso(timeMs)} is in the future`;
  if (timeMs < EARLIEST_MS) return `${iso(timeMs)} is too long ago to be true`;
  for (const item of own) {
    const against = beyond(item, value) ?? (exchanged ? undefined : odd(item, value, timeMs, before));
    if (against !== undefined) return against;
  }
  return undefined;
}

function beyond({ least, most, unit }: HandItemConfig, value: number): string | undefined {
  if (least !== undefined && value < least)
    return `${value} ${unit} is below ${least}, the least this meter shows`;
  if (most !== undefined && value > most)
    return `${value} ${unit} is above ${most}, the most this meter shows`;
  return undefined;
}

/** A register can only have counted what its meter can pass. */
function odd(
  item: HandItemConfig,
  value: number,
  timeMs: number,
  before: ReadBefore | undefined,
): string | undefined {
  const rules = counterRules(item);
  if (!rules || !before || timeMs <= before.timeMs) return undefined;
  const { factor, offset } = conversionOf(item);
  const mark = (one: ReadBefore) => ({
    timeMs: one.timeMs,
    totalM3: one.value * factor + offset,
    status: GOOD,
  });
  const { memory } = followCounter({}, mark(before), rules);
  const followed = followCounter(memory, mark({ value, timeMs }), rules);
  if (!followed.memory.newest?.suspect) return undefined;
  const last = `the last reading, ${before.value} at ${iso(before.timeMs)}`;
  const why =
    value < before.value ? `is less than ${last}` : `is more than water can have made since ${last}`;
  return `${value} ${why}. Read it again; if the meter was exchanged or set anew, say --exchanged`;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
