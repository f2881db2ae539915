/** The IWA water balance of a period as far as it is known, each line with where it comes from and what it lacks. */
import { type BalanceLine, partialWaterBalance } from "../leakage/water-balance.ts";
import { VOLUME_LINES, type VolumeLine } from "../model/entry.ts";
import type { BalanceLineName, ReportBalance, ReportLine } from "../model/report.ts";
import { estimateOf } from "./entered-volumes.ts";
import type { SystemInput } from "./system-input.ts";

type Derived = Exclude<BalanceLineName, VolumeLine | "systemInput">;

/** What each derived line is made of. */
const PARTS: Readonly<Record<Derived, readonly BalanceLineName[]>> = {
  billedAuthorised: ["billedMetered", "billedUnmetered"],
  unbilledAuthorised: ["unbilledMetered", "unbilledUnmetered"],
  authorised: ["billedAuthorised", "unbilledAuthorised"],
  nonRevenueWater: ["systemInput", "billedAuthorised"],
  waterLosses: ["systemInput", "authorised"],
  apparentLosses: ["unauthorised", "meterError", "dataHandling"],
  realLosses: ["waterLosses", "apparentLosses"],
};

export function reportBalance(
  { line: systemInput, meters }: SystemInput,
  volumes: Readonly<Record<VolumeLine, ReportLine>>,
): ReportBalance {
  const balance = partialWaterBalance({
    // A net inflow below zero, more out than in, is no input to share out.
    systemInput: (systemInput.volumeM3 ?? -1) < 0 ? null : estimateOf(systemInput),
    billedMetered: estimateOf(volumes.billedMetered),
    billedUnmetered: estimateOf(volumes.billedUnmetered),
    unbilledMetered: estimateOf(volumes.unbilledMetered),
    unbilledUnmetered: estimateOf(volumes.unbilledUnmetered),
    unauthorised: estimateOf(volumes.unauthorised),
    meterError: estimateOf(volumes.meterError),
    dataHandling: estimateOf(volumes.dataHandling),
  });
  const known: Partial<Record<BalanceLineName, ReportLine>> = { systemInput, ...volumes };
  const derived = Object.entries(PARTS).map(([name, parts]) => {
    const line = derivedLine(
      balance[name as Derived],
      parts.filter((part) => (known[part]?.volumeM3 ?? null) === null),
    );
    known[name as Derived] = line;
    return [name, line] as const;
  });
  return {
    lines: { systemInput, ...volumes, ...Object.fromEntries(derived) } as ReportBalance["lines"],
    meters,
  };
}

function derivedLine(line: BalanceLine | null, missing: readonly string[]): ReportLine {
  if (line) return { ...line, from: "derived" };
  return { volumeM3: null, marginM3: null, from: "unknown", missing: { what: "lines", names: missing } };
}

/** Of several districts: each line that is not measured is the sum of theirs, and not known when one of theirs is not. */
export function summedVolumes(
  parts: readonly { readonly district: string; readonly balance: ReportBalance }[],
): Readonly<Record<VolumeLine, ReportLine>> {
  const summed = (name: VolumeLine): ReportLine => {
    const lines = parts.map(({ balance }) => balance.lines[name]);
    const unknown = parts.filter(({ balance }) => balance.lines[name].volumeM3 === null);
    if (unknown.length > 0 || parts.length === 0) {
      const names = unknown.map(({ district }) => district);
      return { volumeM3: null, marginM3: null, from: "unknown", missing: { what: "districts", names } };
    }
    return {
      volumeM3: lines.reduce((sum, { volumeM3 }) => sum + (volumeM3 ?? 0), 0),
      // The same people and rules make every district's figure.
      marginM3: lines.reduce((sum, { marginM3 }) => sum + (marginM3 ?? 0), 0),
      from: lines.every(({ from }) => from === "assumed") ? "assumed" : "entered",
    };
  };
  return Object.fromEntries(VOLUME_LINES.map((name) => [name, summed(name)])) as Record<
    VolumeLine,
    ReportLine
  >;
}
