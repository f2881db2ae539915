/** For how many hours a day there was water, at which pressure, and how many night hours' leakage a day's leakage is worth. */
import { nightDayFactor } from "../leakage/night-day-factor.ts";
import { LEAKAGE_EXPONENT } from "../leakage/pressure-leakage.ts";
import { SUPPLY_OFF_BELOW_M } from "../leakage/supply-phase.ts";
import type { HourlyMeans, SupplyFigures } from "../model/report.ts";
import type { District } from "../model/utility.ts";
import { hourOfDayProfile } from "./hourly-volume.ts";

/** Share of the hours that must be measured for a figure of all of them. */
const KNOWN_SHARE_REQUIRED = 0.5;

export interface Supply {
  readonly figures: SupplyFigures;
  /** h/day for an exponent and the pressure at the minimum; null where only the hours are known. */
  readonly factor: ((exponent: number, pressureAtMinimumM: number) => number) | null;
}

export function supplyOf(district: District, pressure: HourlyMeans | undefined): Supply {
  const known = pressure ? pressure.means.filter((mean) => !Number.isNaN(mean)) : new Float64Array();
  const enough = pressure && known.length >= KNOWN_SHARE_REQUIRED * pressure.means.length && known.length > 0;
  if (!pressure || !enough) {
    const hoursPerDay = district.balance?.supplyHoursPerDay ?? null;
    return {
      figures: {
        hoursPerDay,
        hoursBy: hoursPerDay === null ? null : "configuration",
        pressureM: district.night.pressureM,
        pressureBy: "assumed",
      },
      factor: null,
    };
  }
  const supplied = known.filter((pressureM) => pressureM >= SUPPLY_OFF_BELOW_M);
  const pressureM = supplied.length > 0 ? sum(supplied) / supplied.length : null;
  const profile = hourOfDayProfile(pressure, district.timeZone);
  const hourly = Array.from({ length: 24 }, (_, hour) => profile.at(hour)?.mean ?? profile.ofDay.mean);
  const on = hourly.filter((mean) => mean >= SUPPLY_OFF_BELOW_M);
  return {
    figures: {
      hoursPerDay: (24 * supplied.length) / known.length,
      hoursBy: "pressure",
      pressureM,
      pressureBy: "measured",
    },
    factor:
      on.length > 0
        ? (exponent, pressureAtMinimumM) => nightDayFactor(on, pressureAtMinimumM, exponent)
        : null,
  };
}

/** Real losses of a day, m3, from the means of its nights: each part follows pressure in its own way. */
export function realLossesPerDay(
  { factor, figures }: Supply,
  night: { readonly backgroundM3h: number; readonly excessM3h: number; readonly pressureM: number },
): { readonly m3: number; readonly nightDayFactor: number; readonly by: "pressure" | "hours" } | null {
  const netM3h = night.backgroundM3h + night.excessM3h;
  if (factor && night.pressureM > 0) {
    const m3 =
      night.backgroundM3h * factor(LEAKAGE_EXPONENT.background, night.pressureM) +
      night.excessM3h * factor(LEAKAGE_EXPONENT.fixedHole, night.pressureM);
    return { m3, nightDayFactor: factor(LEAKAGE_EXPONENT.mixed, night.pressureM), by: "pressure" };
  }
  const hours = figures.hoursPerDay;
  return hours === null ? null : { m3: netM3h * hours, nightDayFactor: hours, by: "hours" };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
