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

/** Reused for the next slot. */
export interface Balance {
  /** Reverse flow counts as it is. NaN when a meter or a level is missing or not trusted: a balance without a term is none. */
  readonly netM3h: number;
  /** What each meter adds to it, of the same time, NaN where it is not trusted. */
  readonly flowsM3h: Float64Array;
}

/** What each tank's level and each meter read at last, NaN before the first. */
export interface NetInflow {
  readonly lastLevelsMs: Float64Array;
  readonly lastLevelsM: Float64Array;
  readonly lastM3h: Float64Array;
  readonly balance: { netM3h: number; readonly flowsM3h: Float64Array };
}

export function createNetInflow({ meters, tanks }: District): NetInflow {
  return {
    lastLevelsMs: new Float64Array(tanks.length).fill(Number.NaN),
    lastLevelsM: new Float64Array(tanks.length).fill(Number.NaN),
    lastM3h: new Float64Array(meters.length).fill(Number.NaN),
    balance: { netM3h: Number.NaN, flowsM3h: new Float64Array(meters.length) },
  };
}

/**
 * Net inflow in m3/h. Where there are tanks it is that of the time between the levels' last two readings: of the slot before when each slot has
 * one reading, at its start, else of the halves of both slots that lie between their middles.
 */
export function netInflowOf(
  { lastLevelsMs, lastLevelsM, lastM3h, balance }: NetInflow,
  slot: Slot,
  { meters, tanks }: District,
  isTrusted: (sensor: number) => boolean,
): Balance {
  let storedM3h = 0;
  let oneReading = true;
  for (let tank = 0; tank < tanks.length; tank += 1) {
    const sensor = meters.length + tank;
    const levelM = isTrusted(sensor) ? slot.means[sensor]! : Number.NaN;
    const hours = (slot.startMs - lastLevelsMs[tank]!) / 3_600_000;
    // Water that went up in the tank came in and was not used.
    storedM3h += (tanks[tank]!.areaM2 * (levelM - lastLevelsM[tank]!)) / hours;
    lastLevelsMs[tank] = slot.startMs;
    lastLevelsM[tank] = levelM;
    if (slot.counts[sensor]! > 1) oneReading = false;
  }
  let enteredM3h = meters.length > 0 ? 0 : Number.NaN;
  for (let meter = 0; meter < meters.length; meter += 1) {
    const nowM3h = isTrusted(meter) ? meters[meter]!.sign * slot.means[meter]! : Number.NaN;
    const beforeM3h = lastM3h[meter]!;
    lastM3h[meter] = nowM3h;
    const flowM3h = tanks.length === 0 ? nowM3h : oneReading ? beforeM3h : (beforeM3h + nowM3h) / 2;
    balance.flowsM3h[meter] = flowM3h;
    enteredM3h += flowM3h;
  }
  balance.netM3h = enteredM3h - storedM3h;
  return balance;
}
