/**
 * The IWA standard water balance over a period: from system input down to real losses, each line with its 95 % error margin.
 * Margins are combined by variance, which takes the errors of different lines as independent: a sum or difference has the root of the
 * summed squares of its parts' margins in m3. A derived line may come out negative; then some measured line is wrong.
 */
import { requireAtLeast } from "./input.ts";

/** A measured or estimated line. */
export interface Estimate {
  readonly volumeM3: number;
  /** 95 % error margin, percent of the volume. */
  readonly marginPercent: number;
}

export interface BalanceInput {
  readonly systemInput: Estimate;
  readonly billedMetered: Estimate;
  readonly billedUnmetered: Estimate;
  readonly unbilledMetered: Estimate;
  readonly unbilledUnmetered: Estimate;
  /** Apparent losses. */
  readonly unauthorised: Estimate;
  readonly meterError: Estimate;
  readonly dataHandling: Estimate;
  /** Real losses as far as they were estimated by component; what they leave unexplained is told. */
  readonly realLossComponents?: {
    readonly mains: Estimate;
    readonly connections: Estimate;
    readonly storage: Estimate;
  };
}

/** The same lines where some may not be known: what rests on one that is not known is not known either. */
export type PartialBalanceInput = {
  readonly [L in Exclude<keyof BalanceInput, "realLossComponents">]: Estimate | null;
};

/** A line of the finished balance. */
export interface BalanceLine {
  readonly volumeM3: number;
  /** 95 % error margin, m3. */
  readonly marginM3: number;
}

interface Lines<L> {
  readonly systemInput: L;
  readonly billedAuthorised: L;
  readonly unbilledAuthorised: L;
  readonly authorised: L;
  readonly waterLosses: L;
  readonly apparentLosses: L;
  readonly realLosses: L;
  /** Revenue water is what is billed; this is the rest of the system input. */
  readonly nonRevenueWater: L;
}

export type PartialWaterBalance = Lines<BalanceLine | null>;

export interface WaterBalance extends Lines<BalanceLine> {
  /** Real losses less their estimated components; null when none were given. */
  readonly unexplainedRealLosses: BalanceLine | null;
}

/** Throws for a negative volume or margin. */
export function waterBalance({ realLossComponents, ...input }: BalanceInput): WaterBalance {
  // Where every line that goes in is known, so is every line that comes out.
  const lines = partialWaterBalance(input) as Lines<BalanceLine>;
  return { ...lines, unexplainedRealLosses: unexplained(lines.realLosses, realLossComponents) };
}

/** As far as the lines that are known reach; null for the rest. Throws for a negative volume or margin. */
export function partialWaterBalance(input: PartialBalanceInput): PartialWaterBalance {
  const line = (name: keyof PartialBalanceInput) => {
    const estimate = input[name];
    return estimate && lineOf(name, estimate);
  };
  const systemInput = line("systemInput");
  const apparentLosses = sum([line("unauthorised"), line("meterError"), line("dataHandling")]);
  const billedAuthorised = sum([line("billedMetered"), line("billedUnmetered")]);
  const unbilledAuthorised = sum([line("unbilledMetered"), line("unbilledUnmetered")]);
  const authorised = sum([billedAuthorised, unbilledAuthorised]);
  const waterLosses = less(systemInput, authorised);
  return {
    systemInput,
    billedAuthorised,
    unbilledAuthorised,
    authorised,
    waterLosses,
    apparentLosses,
    realLosses: less(waterLosses, apparentLosses),
    nonRevenueWater: less(systemInput, billedAuthorised),
  };
}

function unexplained(
  realLosses: BalanceLine,
  components: BalanceInput["realLossComponents"],
): BalanceLine | null {
  if (!components) return null;
  const { mains, connections, storage } = components;
  const estimated = [lineOf("mains", mains), lineOf("connections", connections), lineOf("storage", storage)];
  return less(realLosses, sum(estimated));
}

function lineOf(name: string, { volumeM3, marginPercent }: Estimate): BalanceLine {
  requireAtLeast(0, { [name]: volumeM3, [`${name}MarginPercent`]: marginPercent });
  return { volumeM3, marginM3: (volumeM3 * marginPercent) / 100 };
}

function sum(lines: readonly (BalanceLine | null)[]): BalanceLine | null {
  const known = lines.filter((line) => line !== null);
  if (known.length < lines.length) return null;
  return {
    volumeM3: known.reduce((total, { volumeM3 }) => total + volumeM3, 0),
    marginM3: Math.hypot(...known.map(({ marginM3 }) => marginM3)),
  };
}

function less(from: BalanceLine | null, taken: BalanceLine | null): BalanceLine | null {
  if (!from || !taken) return null;
  return { volumeM3: from.volumeM3 - taken.volumeM3, marginM3: Math.hypot(from.marginM3, taken.marginM3) };
}
