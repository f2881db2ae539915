/** What a district takes in over one slot: its meters with their signs, less what its tanks store. */
import type { District } from "../model/utility.ts";
import type { Slot } from "./slot-alignment.ts";

/** The sensors of a district, in the order in which its slots hold them: meters, tank levels, pressure. */
export function sensorsOf(district: District): readonly string[] {
  const pressure = district.pressureSensor === undefined ? [] : [district.pressureSensor];
  return [
    ...district.meters.map(({ sensor }) => sensor),
    ...district.tanks.map(({ levelSensor }) => levelSensor),
    ...pressure,
  ];
}

export type NetInflow = (slot: Slot, isTrusted: (sensor: number) => boolean) => number;

/**
 * Net inflow in m3/h; reverse flow counts as it is. NaN when a meter or a level is missing or not trusted: a balance without
 * one of its terms is not a balance. A level's slot mean stands for the middle of the slot.
 */
export function createNetInflow(district: District): NetInflow {
  const { meters, tanks } = district;
  const lastLevels = tanks.map(() => ({ timeMs: Number.NaN, levelM: Number.NaN }));
  return (slot, isTrusted) => {
    let netM3h = 0;
    for (let meter = 0; meter < meters.length; meter += 1) {
      netM3h += isTrusted(meter) ? meters[meter]!.sign * slot.means[meter]! : Number.NaN;
    }
    for (let tank = 0; tank < tanks.length; tank += 1) {
      const levelM = slot.means[meters.length + tank]!;
      const last = lastLevels[tank]!;
      const hours = (slot.startMs - last.timeMs) / 3_600_000;
      // Water that went up in the tank came in and was not used.
      netM3h -= (tanks[tank]!.areaM2 * (levelM - last.levelM)) / hours;
      lastLevels[tank] = { timeMs: slot.startMs, levelM };
    }
    return meters.length > 0 ? netM3h : Number.NaN;
  };
}
