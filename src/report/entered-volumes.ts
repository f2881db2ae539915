/** What was entered for a district's balance, month by month, made one volume of the period; else what the configuration assumes. */
import type { Estimate } from "../leakage/water-balance.ts";
import { VOLUME_LINES, type VolumeEntry, type VolumeLine } from "../model/entry.ts";
import type { ReportLine } from "../model/report.ts";
import type { AssumedShare, BalanceAssumptions } from "../model/utility.ts";

const NOT_KNOWN = { volumeM3: null, marginM3: null, from: "unknown" } as const;

/** The lines that are not measured. `entries` are those of the district; the last of a month and line holds. */
export function enteredVolumes(
  months: readonly string[],
  entries: readonly VolumeEntry[],
  assumptions: BalanceAssumptions,
  systemInput: ReportLine,
): Readonly<Record<VolumeLine, ReportLine>> {
  const held = new Map(entries.map((entry) => [`${entry.line} ${entry.month}`, entry]));
  const entered = (line: VolumeLine): ReportLine => {
    const known = months.flatMap((month) => {
      const entry = held.get(`${line} ${month}`);
      return entry && entry.volumeM3 !== null ? [{ ...entry, volumeM3: entry.volumeM3 }] : [];
    });
    if (known.length < months.length || known.length === 0) {
      const names = months.filter((month) => !known.some((entry) => entry.month === month));
      return { ...NOT_KNOWN, missing: { what: "months", names } };
    }
    // One way of reading and billing makes the error of every month: it does not average out.
    return {
      volumeM3: known.reduce((sum, { volumeM3 }) => sum + volumeM3, 0),
      marginM3: known.reduce((sum, { volumeM3, marginPercent }) => sum + (volumeM3 * marginPercent) / 100, 0),
      from: "entered",
    };
  };
  const own = Object.fromEntries(VOLUME_LINES.map((line) => [line, entered(line)])) as Record<
    VolumeLine,
    ReportLine
  >;
  const orAssumed = (
    line: VolumeLine,
    share: AssumedShare | undefined,
    base: ReportLine,
    baseName: string,
  ) => (own[line].from === "entered" ? own[line] : assumed(own[line], share, base, baseName));
  return {
    ...own,
    unbilledUnmetered: orAssumed(
      "unbilledUnmetered",
      assumptions.unbilledUnmetered,
      systemInput,
      "systemInput",
    ),
    unauthorised: orAssumed("unauthorised", assumptions.unauthorised, systemInput, "systemInput"),
    meterError: orAssumed("meterError", assumptions.meterError, own.billedMetered, "billedMetered"),
    dataHandling: orAssumed("dataHandling", assumptions.dataHandling, own.billedMetered, "billedMetered"),
  };
}

function assumed(
  unknown: ReportLine,
  share: AssumedShare | undefined,
  base: ReportLine,
  baseName: string,
): ReportLine {
  if (!share) return unknown;
  const { percent, source, marginPercent } = share;
  if (base.volumeM3 === null)
    return { ...NOT_KNOWN, assumed: { percent, source }, missing: { what: "lines", names: [baseName] } };
  // A share of water that flowed backwards is no share.
  const volumeM3 = Math.max(0, (base.volumeM3 * percent) / 100);
  return {
    volumeM3,
    marginM3: (volumeM3 * marginPercent) / 100,
    from: "assumed",
    assumed: { percent, source },
  };
}

/** As the balance takes it. */
export function estimateOf({ volumeM3, marginM3 }: ReportLine): Estimate | null {
  if (volumeM3 === null || marginM3 === null) return null;
  return { volumeM3, marginPercent: volumeM3 === 0 ? 0 : (100 * marginM3) / volumeM3 };
}
