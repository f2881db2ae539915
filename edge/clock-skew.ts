/**
 * By how much the agent's clock is ahead of another one, from what that one said the time was. An answer takes a while to arrive, which
 * looks like a clock that is ahead; so of the last few the one that came soonest counts (as NTP filters, RFC 5905, section 10). Pure.
 */
import type { Notice } from "../src/model/agent.ts";
import type { ClockReport } from "../src/model/agent-report.ts";
import type { Clock } from "../src/model/clock.ts";

/** One look at another clock: what the agent's was when the question was sent and when the answer was there, and what was answered. */
export interface ClockReading {
  /** Undefined where no question was asked. */
  readonly askedMs?: number;
  readonly answeredMs: number;
  readonly otherMs: number;
}

export interface ClockSkew {
  measured(reading: ClockReading): void;
  /** Undefined before the first look. */
  now(): Omit<ClockReport, "against"> | undefined;
}

const LOOKS = 8;

export function createClockSkew(): ClockSkew {
  let looks: readonly (ClockReading & { readonly widthMs: number; readonly aheadMs: number })[] = [];
  return {
    measured(reading) {
      const { askedMs, answeredMs, otherMs } = reading;
      const widthMs = askedMs === undefined ? answeredMs - otherMs : answeredMs - askedMs;
      const aheadMs = askedMs === undefined ? answeredMs - otherMs : (askedMs + answeredMs) / 2 - otherMs;
      looks = [...looks, { ...reading, widthMs, aheadMs }].slice(-LOOKS);
    },
    now() {
      const [first, ...others] = looks;
      if (!first) return undefined;
      const best = others.reduce((least, one) => (one.widthMs <= least.widthMs ? one : least), first);
      return { aheadMs: Math.round(best.aheadMs), measuredMs: best.answeredMs };
    },
  };
}

export interface SkewTelling {
  /** What there is to say: a clock that began to be off, or is right again. */
  look(clocks: readonly ClockReport[]): readonly Notice[];
}

export function createSkewTelling(toleranceMs: () => number, clock: Clock): SkewTelling {
  const off = new Set<string>();
  return {
    look: (clocks) =>
      clocks.flatMap(({ against, aheadMs }) => {
        const isOff = Math.abs(aheadMs) > toleranceMs();
        if (isOff === off.has(against)) return [];
        if (isOff) off.add(against);
        else off.delete(against);
        return [
          { timeMs: clock(), code: isOff ? "clock-skew" : "clock-right", figures: { against, aheadMs } },
        ];
      }),
  };
}
