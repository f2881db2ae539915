/**
 * What each meter of the demo town reads at any moment: a day's rhythm, weekdays, chance, pressure, a growing leak and a meter that
 * got stuck. A pure function of seed, first start, sensor and time: history, the station and the MQTT meters all ask it and agree.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { offsetMs } from "../model/local-time.ts";
import { keyOf, noise, smoothNoise } from "../simulate/seeded-noise.ts";
import {
  DEMO_DISTRICTS,
  DEMO_TIME_ZONE,
  type DemoDistrict,
  type DemoDistrictId,
  LEAK,
  STUCK_METER,
} from "./demo-districts.ts";

export interface DemoTown {
  readonly seed: number;
  /** The first time the demo was started, ms UTC: the troubles are placed before it and stay where they are. */
  readonly firstStartMs: number;
}

export interface DemandModel {
  readonly sensors: readonly string[];
  readonly leakBeganMs: number;
  readonly meterStuckMs: number;
  /** The reading in the quantity's unit inside (m3/h, m). Throws RangeError for a sensor the town has not got. */
  reading(sensor: string, timeMs: number): number;
  /** What the leak takes at that time, m3/h at the pressure of the night: what detection ought to find. */
  leakM3h(timeMs: number): number;
}

/** Meters are read this often while the demo runs; measurement noise is drawn anew for each reading. */
export const LIVE_PERIOD_MS = 2_000;

const FLOW_ERROR_SHARE = 0.008;
/** What a clamp-on meter shows in a pipe that stands still. */
const FLOW_ERROR_M3H = 0.04;
const PRESSURE_ERROR_M = 0.12;
/** Loss in pipes grows with flow to this power (Hazen-Williams). */
const HEAD_LOSS_EXPONENT = 1.85;
const BACKGROUND_EXPONENT = 1.5;
const LEAK_EXPONENT = 0.5;

/** What water does in a district, before any meter looks at it. */
interface Hydraulics {
  readonly inflowM3h: number;
  readonly pressureM: number;
}

/** Where a sensor sits and what it looks at. */
interface Place {
  readonly district: DemoDistrictId;
  readonly measures: "flow" | "pressure";
}

interface SupplyPhase {
  readonly on: boolean;
  /** How long supply has been on or off. */
  readonly forMs: number;
}

export function createDemandModel(town: DemoTown): DemandModel {
  const leakBeganMs = town.firstStartMs - LEAK.beganBeforeMs;
  const meterStuckMs = lastLocalHour(town.firstStartMs - STUCK_METER.beganBeforeMs, STUCK_METER.localHour);
  const ids = Object.keys(DEMO_DISTRICTS) as DemoDistrictId[];
  const places = new Map<string, Place>(
    ids.flatMap((district): [string, Place][] => [
      [DEMO_DISTRICTS[district].inflowSensor, { district, measures: "flow" }],
      [DEMO_DISTRICTS[district].pressureSensor, { district, measures: "pressure" }],
    ]),
  );
  const keys = new Map([...places.keys(), ...ids].map((name) => [name, keyOf(`${town.seed}/${name}`)]));

  function leakM3h(timeMs: number): number {
    return LEAK.fullM3h * Math.min(1, Math.max(0, (timeMs - leakBeganMs) / LEAK.growsForMs));
  }

  function hydraulicsOf(id: DemoDistrictId, timeMs: number): Hydraulics {
    const district = DEMO_DISTRICTS[id];
    const key = keys.get(id) ?? 0;
    const supply = supplyPhase(district, timeMs);
    if (!supply.on) {
      return {
        inflowM3h: 0,
        pressureM: 0.4 * district.staticPressureM * decay(supply.forMs, 15 * MINUTE_MS),
      };
    }
    const useM3h =
      district.useM3h * useShare(district, key, timeMs) * (1 + 0.6 * decay(supply.forMs, 30 * MINUTE_MS));
    const leakingM3h = id === LEAK.district ? leakM3h(timeMs) : 0;
    const throughput = (useM3h + district.backgroundM3h + leakingM3h) / district.useM3h;
    const filled = 1 - decay(supply.forMs, 12 * MINUTE_MS);
    const pressureM =
      filled * (district.staticPressureM - district.headLossM * throughput ** HEAD_LOSS_EXPONENT) +
      0.5 * smoothNoise(key ^ 0x77, timeMs, 2 * HOUR_MS);
    const share = Math.max(0, pressureM / district.staticPressureM);
    return {
      inflowM3h:
        useM3h + district.backgroundM3h * share ** BACKGROUND_EXPONENT + leakingM3h * share ** LEAK_EXPONENT,
      pressureM: Math.max(0, pressureM),
    };
  }

  function inflowM3h(id: DemoDistrictId, timeMs: number): number {
    const { feeds } = DEMO_DISTRICTS[id];
    return hydraulicsOf(id, timeMs).inflowM3h + (feeds ? hydraulicsOf(feeds, timeMs).inflowM3h : 0);
  }

  return {
    sensors: [...places.keys()],
    leakBeganMs,
    meterStuckMs,
    leakM3h,
    reading(sensor, timeMs) {
      const place = places.get(sensor);
      if (!place) throw new RangeError(`the demo town has no sensor "${sensor}"`);
      const readMs = sensor === STUCK_METER.sensor ? Math.min(timeMs, meterStuckMs) : timeMs;
      const error = noise(keys.get(sensor) ?? 0, Math.floor(readMs / LIVE_PERIOD_MS));
      if (place.measures === "pressure") {
        return rounded(hydraulicsOf(place.district, readMs).pressureM + PRESSURE_ERROR_M * error);
      }
      const flowM3h = inflowM3h(place.district, readMs);
      return rounded(flowM3h + error * (FLOW_ERROR_SHARE * flowM3h + FLOW_ERROR_M3H));
    },
  };
}

/** Use as a share of the district's mean: the hour's share, the day's, and chance on three scales of time. */
function useShare(district: DemoDistrict, key: number, timeMs: number): number {
  const localMs = timeMs + offsetMs(timeMs, DEMO_TIME_ZONE);
  const day = Math.floor(localMs / DAY_MS);
  // Day 0, 1 January 1970, was a Thursday.
  const weekday = (day + 4) % 7;
  const pattern = weekday === 0 || weekday === 6 ? district.weekend : district.weekday;
  const hours = (localMs - day * DAY_MS) / HOUR_MS;
  const hour = Math.floor(hours);
  const share = pattern[hour]! + (pattern[(hour + 1) % 24]! - pattern[hour]!) * (hours - hour);
  const dayShare = weekday === 6 ? district.saturdayShare : weekday === 0 ? district.sundayShare : 1;
  const chance =
    0.03 * smoothNoise(key, timeMs, DAY_MS) +
    0.05 * smoothNoise(key ^ 0x11, timeMs, HOUR_MS) +
    0.05 * smoothNoise(key ^ 0x22, timeMs, 10 * MINUTE_MS);
  return share * dayShare * (1 + chance);
}

function supplyPhase(district: DemoDistrict, timeMs: number): SupplyPhase {
  if (!district.supplyHours) return { on: true, forMs: Number.POSITIVE_INFINITY };
  const localMs = timeMs + offsetMs(timeMs, DEMO_TIME_ZONE);
  const ofDayMs = localMs % DAY_MS;
  const changes = district.supplyHours
    .flatMap(([from, to]) => [
      { on: true, atMs: from * HOUR_MS },
      { on: false, atMs: to * HOUR_MS },
    ])
    .sort((a, b) => a.atMs - b.atMs);
  const latest = changes.findLast(({ atMs }) => atMs <= ofDayMs);
  if (latest) return { on: latest.on, forMs: ofDayMs - latest.atMs };
  const yesterday = changes.at(-1)!;
  return { on: yesterday.on, forMs: ofDayMs + DAY_MS - yesterday.atMs };
}

/** The latest moment at or before `beforeMs` when local clocks showed that full hour. */
function lastLocalHour(beforeMs: number, hour: number): number {
  const offset = offsetMs(beforeMs, DEMO_TIME_ZONE);
  const sinceMs = (beforeMs + offset - hour * HOUR_MS) % DAY_MS;
  return beforeMs - sinceMs;
}

/** From 1 at the change towards 0. */
function decay(forMs: number, timeConstantMs: number): number {
  return Math.exp(-forMs / timeConstantMs);
}

/** Meters show two decimals. */
function rounded(value: number): number {
  // Adding 0 turns -0 into 0.
  return Math.round(value * 100) / 100 + 0;
}
