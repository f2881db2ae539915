/** What became of the values that were told while something was amiss. Pure. */
import type { Series } from "../../src/model/sample.ts";

/** One mishap, and which of all values were told from before it began until it was got over. */
export interface Spell {
  readonly part: string;
  readonly mishap: string;
  readonly from: number;
  readonly to: number;
  readonly lastedMs: number;
  /** From its end until the centre had the newest value again. */
  readonly recoveredMs: number;
}

export interface FaultOutcome extends Spell {
  readonly sent: number;
  readonly stored: number;
  readonly duplicates: number;
  /** Between two values that follow each other in history, the worst sensor's. */
  readonly longestGapMs: number;
}

/** `toldMs`: of each value the time; the value is its index. */
export function outcomesOf(
  spells: readonly Spell[],
  toldMs: readonly number[],
  history: ReadonlyMap<string, Series>,
): readonly FaultOutcome[] {
  const sensors = [...history.values()].map(timesOf);
  return spells.map((spell) => {
    const told = toldMs.slice(spell.from, spell.to);
    const each = sensors.map(({ counts }) => {
      const found = told.filter((timeMs) => counts.has(timeMs));
      const gaps = found.map((timeMs, i) => timeMs - (found[i - 1] ?? timeMs));
      return {
        stored: found.length,
        duplicates: found.reduce((sum, timeMs) => sum + (counts.get(timeMs) ?? 1) - 1, 0),
        longestGapMs: Math.max(0, ...gaps),
      };
    });
    return {
      ...spell,
      sent: told.length * sensors.length,
      stored: each.reduce((sum, one) => sum + one.stored, 0),
      duplicates: each.reduce((sum, one) => sum + one.duplicates, 0),
      longestGapMs: Math.max(...each.map((one) => one.longestGapMs)),
    };
  });
}

function timesOf({ timesMs }: Series): { readonly counts: ReadonlyMap<number, number> } {
  const counts = new Map<number, number>();
  for (const timeMs of timesMs) counts.set(timeMs, (counts.get(timeMs) ?? 0) + 1);
  return { counts };
}
