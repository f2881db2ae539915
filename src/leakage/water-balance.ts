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

/** A line of the finished balance. */
interface BalanceLine {
  readonly volumeM3: number;
  /** 95 % error margin, m3. */
  readonly marginM3: number;
}

export interface WaterBalance {
  readonly systemInput: BalanceLine;
  readonly billedAuthorised: BalanceLine;
  readonly unbilledAuthorised: BalanceLine;
  readonly authorised: BalanceLine;
  readonly waterLosses: BalanceLine;
  readonly apparentLosses: BalanceLine;
  readonly realLosses: BalanceLine;
  /** Revenue water is what is billed; this is the rest of the system input. */
  readonly nonRevenueWater: BalanceLine;
  /** Real losses less their estimated components; null when none were given. */
  readonly unexplainedRealLosses: BalanceLine | null;
}

/** Throws for a negative volume or margin. */
export function waterBalance(input: BalanceInput): WaterBalance {
  const systemInput = lineOf("systemInput", input.systemInput);
  const billedMetered = lineOf("billedMetered", input.billedMetered);
  const billedUnmetered = lineOf("billedUnmetered", input.billedUnmetered);
  const unbilledMetered = lineOf("unbilledMetered", input.unbilledMetered);
  const unbilledUnmetered = lineOf("unbilledUnmetered", input.unbilledUnmetered);
  const apparentLosses = sum([
    lineOf("unauthorised", input.unauthorised),
    lineOf("meterError", input.meterError),
    lineOf("dataHandling", input.dataHandling),
  ]);
  const billedAuthorised = sum([billedMetered, billedUnmetered]);
  const unbilledAuthorised = sum([unbilledMetered, unbilledUnmetered]);
  const authorised = sum([billedAuthorised, unbilledAuthorised]);
  const waterLosses = less(systemInput, authorised);
  const realLosses = less(waterLosses, apparentLosses);
  return {
    systemInput,
    billedAuthorised,
    unbilledAuthorised,
    authorised,
    waterLosses,
    apparentLosses,
    realLosses,
    nonRevenueWater: less(systemInput, billedAuthorised),
    unexplainedRealLosses: unexplained(realLosses, input.realLossComponents),
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

function sum(lines: readonly BalanceLine[]): BalanceLine {
  return {
    volumeM3: lines.reduce((total, { volumeM3 }) => total + volumeM3, 0),
    marginM3: Math.hypot(...lines.map(({ marginM3 }) => marginM3)),
  };
}

function less(from: BalanceLine, taken: BalanceLine): BalanceLine {
  return { volumeM3: from.volumeM3 - taken.volumeM3, marginM3: Math.hypot(from.marginM3, taken.marginM3) };
}
