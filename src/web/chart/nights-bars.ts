/** Where each night's bar stands and what it is made of: legitimate use, background leakage, excess. Pure. */
import type { Night } from "../../model/night.ts";

export interface NightBar {
  readonly night: Night;
  /** m3/h from the bottom up; null for a night that was not assessable. */
  readonly parts: {
    readonly legitimateM3h: number;
    readonly backgroundM3h: number;
    /** Below zero when less flowed than was explained: parameters or data are wrong. */
    readonly excessM3h: number;
  } | null;
}

export interface NightsScale {
  readonly mostM3h: number;
  /** Round flows to draw lines at, from 0 up. */
  readonly ticksM3h: readonly number[];
}

/** One bar a night, in the order given. */
export function barsOf(nights: readonly Night[]): readonly NightBar[] {
  return nights.map((night) => {
    if (night.outcome.kind !== "assessed") return { night, parts: null };
    const { legitimateNightUseM3h, backgroundLeakageM3h, excessNightFlowM3h } = night.outcome.flows;
    return {
      night,
      parts: {
        legitimateM3h: legitimateNightUseM3h,
        backgroundM3h: backgroundLeakageM3h,
        excessM3h: excessNightFlowM3h,
      },
    };
  });
}

export function scaleOf(bars: readonly NightBar[]): NightsScale {
  const mostM3h = Math.max(
    1,
    ...bars.map(({ parts }) =>
      parts ? parts.legitimateM3h + parts.backgroundM3h + Math.max(0, parts.excessM3h) : 0,
    ),
  );
  const step = roundStep(mostM3h / 3);
  const count = Math.ceil(mostM3h / step);
  return { mostM3h: count * step, ticksM3h: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((times) => times * power >= least) ?? 10);
}
