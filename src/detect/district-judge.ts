/** The judgement of one district: its slots in order of time, and for each what is found. Claims of leaks go to the claim desk. */
import { calendarDayAt } from "../model/calendar.ts";
import { DAY_MS, MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Night } from "../model/night.ts";
import type { Series } from "../model/sample.ts";
import type { District, Sensor } from "../model/utility.ts";
import type { Verdict } from "../model/verdict.ts";
import {
  type BalanceWatch,
  balanceHolds,
  balanceLeans,
  createBalanceWatch,
  forgetBalanceDays,
  isBalanceWithdrawn,
  watchBalance,
} from "./balance-watch.ts";
import {
  type ClaimContext,
  type ClaimDesk,
  claimLeaks,
  hearClaim,
  hourKnown,
  passedBy,
  sensorFound,
  wasWorked,
} from "./claim-desk.ts";
import type { ClaimDistrict } from "./district-witness.ts";
import { createFlowJudge, type FlowJudge, type FlowWitness, judgeFlow } from "./flow-judge.ts";
import type { GrowthBoard } from "./growth-board.ts";
import {
  createMeterHealth,
  isMeterWithdrawn,
  type MeterHealth,
  readsInProportion,
  watchMeter,
} from "./meter-health.ts";
import { createNetInflow, type NetInflow, netInflowOf, sensorsOf } from "./net-inflow.ts";
import {
  createNightStanding,
  createNightWatch,
  type NightStanding,
  type NightWatch,
  nightOver,
  nightStands,
  noteNightSample,
} from "./night-watch.ts";
import { createPassingUse, notePassingSlot, type PassingUse, passingUseOver } from "./passing-use.ts";
import {
  createPressureWitness,
  notePressure,
  type PressureWitness,
  pressureBetween,
  pressureFellWith,
} from "./pressure-witness.ts";
import { createRecentDeviations, noteHour, type RecentDeviations } from "./recent-deviations.ts";
import {
  createSensorHealth,
  isTrusted,
  isWithdrawn,
  type SensorHealth,
  watchSensor,
} from "./sensor-health.ts";
import {
  advanceAlignment,
  alignSamples,
  createSlotAlignment,
  isCompleteBy,
  nextSlotEndMs,
  type Slot,
  type SlotAlignment,
} from "./slot-alignment.ts";
import { createSupplyJudge, judgeSupply, type SupplyJudge, supplySummary } from "./supply-judge.ts";
import { isMeterWrong, noteWrongMeter, type WrongMeters } from "./wrong-meters.ts";

export interface DistrictFindings {
  readonly nights: Night[];
  readonly verdicts: Verdict[];
}

export interface DistrictJudge {
  /** Hands back the earliest sample that came too late to be judged, or null. Districts are judged up to `passedMs`, this one among them. */
  add(series: Series, passedMs: number): number | null;
  /** Judges every slot that is complete and over by `untilMs`. */
  advance(nowMs: number, untilMs: number, findings: DistrictFindings): void;
  /** End of the next slot to judge; Infinity when nothing waits. */
  nextEndMs(): number;
  /** Whether every slot that is over by then can be judged. */
  isCompleteBy(untilMs: number, nowMs: number): boolean;
}

/** All that is learnt and remembered of one district. */
export interface DistrictState {
  /** Its sensors in the order of `sensorsOf`. */
  readonly alignment: SlotAlignment;
  readonly health: readonly SensorHealth[];
  readonly meterHealth: readonly MeterHealth[];
  /** Null with one meter and no tank: then the balance is what the meter reads. */
  readonly balances: BalanceWatch | null;
  readonly nightWatch: NightWatch;
  readonly nightStanding: NightStanding;
  readonly netInflow: NetInflow;
  /** Null without a pressure sensor, as are the supplies that it tells of. */
  readonly pressure: PressureWitness | null;
  readonly supplies: SupplyJudge | null;
  readonly passingUse: PassingUse;
  readonly deviations: RecentDeviations;
  readonly flow: FlowJudge;
}

/** What districts have in common. */
export interface SharedState {
  readonly board: GrowthBoard;
  readonly desk: ClaimDesk;
  readonly wrongMeters: WrongMeters;
}

export interface DistrictSurroundings {
  readonly sensors: ReadonlyMap<string, Sensor>;
  /** Of the districts that share a sensor, one alone tells of the sensor's health. */
  ownsSensor(sensor: string): boolean;
  readonly shared: SharedState;
  /** Who is asked at the claim desk, and the district's place there. */
  claimants(): ClaimContext;
  readonly place: number;
  readonly neighbours: readonly number[];
  /** Places of the other districts that have the sensor. */
  sharing(sensor: string): readonly number[];
}

export function createDistrictState(
  district: District,
  sensors: ReadonlyMap<string, Sensor>,
  parameters: DetectionParameters,
): DistrictState {
  const { timeZone } = district;
  const ids = sensorsOf(district);
  const meters = ids.slice(0, district.meters.length);
  const aligned = ids.map(
    (id, at): Pick<Sensor, "id" | "intervalMs" | "quantity"> =>
      sensors.get(id) ?? { id, intervalMs: 0, quantity: at < meters.length ? "flow" : "level" },
  );
  const slotMs = Math.max(...aligned.slice(0, meters.length).map(({ intervalMs }) => intervalMs));
  const hasPressure = district.pressureSensor !== undefined;
  return {
    alignment: createSlotAlignment(aligned, slotMs, parameters.latenessMinutes * MINUTE_MS),
    health: aligned.map((sensor) => createSensorHealth(sensor, parameters)),
    meterHealth: meters.map((id) => createMeterHealth(id, timeZone)),
    balances: meters.length + district.tanks.length > 1 ? createBalanceWatch(meters, timeZone) : null,
    nightWatch: createNightWatch(district),
    nightStanding: createNightStanding(district.id),
    netInflow: createNetInflow(district),
    pressure: hasPressure ? createPressureWitness(timeZone) : null,
    supplies: hasPressure ? createSupplyJudge(district.id, meters, timeZone, slotMs) : null,
    passingUse: createPassingUse(district.id, slotMs),
    deviations: createRecentDeviations(),
    flow: createFlowJudge(district.id, timeZone, slotMs),
  };
}

/** The judge that carries a district's state on, and what the claim desk has to know of the district. */
export function createDistrictJudge(
  district: District,
  { sensors, ownsSensor, shared, claimants, place, neighbours, sharing }: DistrictSurroundings,
  parameters: DetectionParameters,
  state: DistrictState,
): { readonly judge: DistrictJudge; readonly claimant: ClaimDistrict } {
  const { timeZone } = district;
  const { alignment, health, meterHealth, balances, pressure, supplies } = state;
  const { board, desk, wrongMeters } = shared;
  const ids = sensorsOf(district);
  const owned = ids.map(ownsSensor);
  const meters = ids.slice(0, district.meters.length);
  const pressureAt = pressure ? ids.length - 1 : -1;
  const ofNight = { district, sensors };
  const metersOf = meters.map((id, at) => ({
    board,
    siblings: meters.filter((other) => other !== id),
    isExplained: (timeMs: number) =>
      wasWorked(desk, place, timeMs) || (balances !== null && isBalanceWithdrawn(balances, at)),
    balanceHolds: (day: number) => balances !== null && balanceHolds(balances, at, day),
  }));
  const ofBalance = {
    tellsOf: (meter: number) => owned[meter]!,
    isExplained: (timeMs: number) =>
      wasWorked(desk, place, timeMs) || meters.some((_, meter) => readsWrong(meter)),
  };
  const isIntermittent = () => supplies !== null && supplySummary(supplies) !== null;
  const ofFlow: FlowWitness = {
    onHour(hour) {
      // Supply that comes late is no use, and no neighbour's loss.
      if (isIntermittent()) return;
      noteHour(state.deviations, hour);
      hourKnown(desk, place);
      const over = passingUseOver(state.passingUse, hour);
      if (over) hearClaim(desk, place, over.verdict, over.isClear, claimants());
    },
    pressureFell: (fromMs, toMs) => pressure !== null && pressureFellWith(pressure, fromMs, toMs),
  };
  const fellInSupply = (fromMs: number, toMs: number) =>
    (pressure && pressureBetween(pressure, fromMs, toMs)?.fell) ?? false;
  // Of a meter that another district tells of, that one's word is taken.
  const readsWrong = (meter: number): boolean =>
    (owned[meter]! && isMeterWithdrawn(meterHealth[meter]!)) ||
    (balances !== null && isBalanceWithdrawn(balances, meter)) ||
    isMeterWrong(wrongMeters, ids[meter]!, place);
  const sends = (sensor: number) => isTrusted(health[sensor]!);
  const isNotBelieved = (sensor: number) =>
    isWithdrawn(health[sensor]!) || (sensor < meters.length && readsWrong(sensor));

  function watchSlot({ startMs, endMs, means, counts }: Slot, verdicts: Verdict[]): void {
    for (let sensor = 0; sensor < ids.length; sensor += 1) {
      const slot = { startMs, endMs, mean: means[sensor]!, count: counts[sensor]! };
      const found = watchSensor(health[sensor]!, slot);
      if (found.length > 0) tellOf(sensor, found, verdicts);
    }
  }

  /** After the balance, which knows whether a day of a meter's is like no other because its water was. */
  function watchDays({ startMs, endMs, means }: Slot, verdicts: Verdict[]): void {
    for (const [meter, one] of meterHealth.entries()) {
      const flowM3h = sends(meter) ? means[meter]! : Number.NaN;
      const byDay = watchMeter(one, startMs, endMs, flowM3h, metersOf[meter]!);
      if (balances) for (const verdict of byDay) forgetWrongDays(balances, verdict);
      if (owned[meter]) for (const verdict of byDay) tellAll(verdict, verdicts);
    }
  }

  function forgetWrongDays(watch: BalanceWatch, { startMs, endMs, decidedMs }: Verdict): void {
    // What ends when that is decided has become how the meter reads: its days are right to compare with.
    if (endMs === null || endMs === decidedMs) return;
    // The day before the first that was wrong as a whole may be so in part.
    forgetBalanceDays(watch, startMs - DAY_MS, endMs);
  }

  function tellOf(sensor: number, found: readonly Verdict[], verdicts: Verdict[]): void {
    if (owned[sensor]) verdicts.push(...found);
    // A level or a meter is part of the balance; pressure alone makes no claim wrong.
    if (sensor === pressureAt) return;
    for (const verdict of found)
      verdicts.push(...sensorFound(desk, place, { verdict, owned: owned[sensor]! }));
  }

  /** What its days, its balance or its supplies say of a meter concerns all who have it. */
  function tellAll(wrong: Verdict, verdicts: Verdict[]): void {
    tellOf(ids.indexOf(wrong.subject.id), [wrong], verdicts);
    noteWrongMeter(wrongMeters, wrong, place);
    for (const other of sharing(wrong.subject.id))
      verdicts.push(...sensorFound(desk, other, { verdict: wrong, owned: false }));
  }

  function judgeSlot(slot: Slot, { nights, verdicts }: DistrictFindings): void {
    const { startMs, endMs } = slot;
    watchSlot(slot, verdicts);
    const pressureM =
      pressureAt >= 0 && isTrusted(health[pressureAt]!) ? slot.means[pressureAt]! : Number.NaN;
    if (pressure) notePressure(pressure, startMs, endMs, pressureM);
    const balance = netInflowOf(state.netInflow, slot, district, sends);
    const drifts = balances ? watchBalance(balances, startMs, endMs, balance, ofBalance) : [];
    for (const drift of drifts) tellAll(drift, verdicts);
    watchDays(slot, verdicts);
    const netInflowM3h = meters.some((_, meter) => readsWrong(meter)) ? Number.NaN : balance.netM3h;
    const bySupplies = supplies
      ? judgeSupply(supplies, startMs, endMs, netInflowM3h, pressureM, fellInSupply)
      : [];
    for (const verdict of bySupplies) if (verdict.kind === "meter-drift") tellAll(verdict, verdicts);
    const night = nightOver(state.nightWatch, startMs, endMs, isNotBelieved, ofNight);
    if (night) {
      nights.push(night);
      verdicts.push(...nightStands(state.nightStanding, night, supplies && supplySummary(supplies)));
    }
    notePassingSlot(state.passingUse, startMs, netInflowM3h);
    const judged = judgeFlow(state.flow, startMs, endMs, netInflowM3h, parameters, ofFlow);
    const claims = (isIntermittent() ? bySupplies : judged).filter(
      ({ kind }) => kind !== "not-assessable" && kind !== "meter-drift",
    );
    verdicts.push(...judged.filter(({ kind }) => kind === "not-assessable"));
    if (claims.length > 0) claimLeaks(desk, place, claims, claimants());
    passedBy(desk, place, endMs);
  }

  const noteSample = (sensor: number, timeMs: number, value: number) =>
    noteNightSample(state.nightWatch, sensor, timeMs, value, ofNight);
  return {
    judge: {
      add: (series, passedMs) => alignSamples(alignment, series, passedMs),
      advance: (nowMs, untilMs, findings) =>
        advanceAlignment(alignment, nowMs, untilMs, (slot) => judgeSlot(slot, findings), noteSample),
      nextEndMs: () => nextSlotEndMs(alignment),
      isCompleteBy: (untilMs, nowMs) => isCompleteBy(alignment, untilMs, nowMs),
    },
    claimant: {
      id: district.id,
      neighbours,
      hasPressure: pressure !== null,
      calendarDay: (timeMs) => calendarDayAt(district.calendar, timeZone, timeMs),
      witness: {
        deviations: state.deviations,
        readsInProportion: (sinceMs) => meterHealth.some((meter) => readsInProportion(meter, sinceMs)),
        balanceLeans: (sinceMs) => balances !== null && balanceLeans(balances, sinceMs),
        pressure: (fromMs, toMs) => pressure && pressureBetween(pressure, fromMs, toMs),
      },
    },
  };
}
