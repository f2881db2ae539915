/** The bands by which regulators and the World Bank rate losses. Pure. */

/** World Bank band of an ILI. Below 1 a network would lose less than the least possible: the data or the parameters are wrong. */
export type LeakageBand = "below-unavoidable" | "A" | "B" | "C" | "D";

export type WasrebBand = "good" | "acceptable" | "not-acceptable";

/** For low- and middle-income countries: A 1-4, B 4-8, C 8-16, D 16 and more; a limit belongs to the worse. */
export function leakageBandOf(index: number): LeakageBand {
  if (index < 1) return "below-unavoidable";
  if (index < 4) return "A";
  if (index < 8) return "B";
  return index < 16 ? "C" : "D";
}

/** Of non-revenue water in percent: good under 20, acceptable from 20 to 25, not above. Null below 0: such data earn no band. */
export function wasrebBandOf(percent: number): WasrebBand | null {
  if (percent < 0) return null;
  if (percent < 20) return "good";
  return percent <= 25 ? "acceptable" : "not-acceptable";
}
