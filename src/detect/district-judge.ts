/** The judgement of one district: its slots in order of time, and for each what is found. Claims of leaks go to the claim desk. */
import { calendarDayAt } from "../model/calendar.ts";
import { MINUTE_MS } from "../model/clock.ts";
import type { DetectionParameters } from "../model/detection-parameters.ts";
import type { Night } from "../model/night.ts";
import type { Series } from "../model/sample.ts";
import type { District, Sensor } from "../model/utility.ts";
import type { Verdict } from "../model/verdict.ts";
import { type BalanceWatch, createBalanceWatch } from "./balance-watch.ts";
import type { ClaimDesk } from "./claim-desk.ts";
import type { ClaimDistrict } from "./district-witness.ts";
import { createFlowJudge } from "./flow-judge.ts";
import type { GrowthBoard } from "./growth-board.ts";
import { createMeterHealth, type MeterHealth } from "./meter-health.ts";
import { createNetInflow, sensorsOf } from "./net-inflow.ts";
import { createNightStanding, createNightWatch } from "./night-watch.ts";
import { createPassingUse } from "./passing-use.ts";
import { createPressureWitness } from "./pressure-witness.ts";
import { createRecentDeviations } from "./recent-deviations.ts";
import { createSensorHealth } from "./sensor-health.ts";
import { createSlotAlignment, type Slot } from "./slot-alignment.ts";
import { createSupplyJudge } from "./supply-judge.ts";
import type { WrongMeters } from "./wrong-meters.ts";

export interface DistrictFindings {
  readonly nights: Night[];
  readonly verdicts: Verdict[];
}

export interface DistrictJudge {
  /** Hands back the earliest sample that came too late to be judged, or null. */
  add(series: Series): number | null;
  /** Judges every slot that is complete and over by `untilMs`. */
  advance(nowMs: number, untilMs: number, findings: DistrictFindings): void;
  /** Start of the next slot to judge; Infinity when nothing waits. */
  nextMs(): number;
}

export interface DistrictSurroundings {
  readonly sensors: ReadonlyMap<string, Sensor>;
  /** Of the districts that share a sensor, one alone tells of the sensor's health. */
  ownsSensor(sensor: string): boolean;
  readonly board: GrowthBoard;
  /** Where its claims are examined, and the district's place there. */
  desk(): ClaimDesk;
  readonly place: number;
  readonly neighbours: readonly number[];
  readonly wrongMeters: WrongMeters;
  /** Places of the other districts that have the sensor. */
  sharing(sensor: string): readonly number[];
}

/** The judge, and what the claim desk has to know of the district. */
export function createDistrictJudge(
  district: District,
  { sensors, ownsSensor, board, desk, place, neighbours, wrongMeters, sharing }: DistrictSurroundings,
  parameters: DetectionParameters,
): { readonly judge: DistrictJudge; readonly claimant: ClaimDistrict } {
  const { timeZone } = district;
  const ids = sensorsOf(district);
  const owned = ids.map(ownsSensor);
  const meters = district.meters.length;
  const aligned = ids.map(
    (id, at): Pick<Sensor, "id" | "intervalMs" | "quantity"> =>
      sensors.get(id) ?? { id, intervalMs: 0, quantity: at < meters ? "flow" : "level" },
  );
  const slotMs = Math.max(...aligned.slice(0, meters).map(({ intervalMs }) => intervalMs));
  const health = aligned.map((sensor) => createSensorHealth(sensor, parameters));
  const meterHealth: readonly MeterHealth[] = ids.slice(0, meters).map((id, at) =>
    createMeterHealth(id, {
      timeZone,
      board,
      siblings: ids.slice(0, meters).filter((other) => other !== id),
      isExplained: (timeMs) => desk().wasWorked(place, timeMs) || (balances?.isWithdrawn(at) ?? false),
      balanceHolds: (day) => balances?.holds(at, day) ?? false,
    }),
  );
  // With one meter and no tank the balance is what the meter reads.
  const balances: BalanceWatch | null =
    meters + district.tanks.length > 1
      ? createBalanceWatch({
          sensors: ids.slice(0, meters),
          timeZone,
          tellsOf: (meter) => owned[meter]!,
          isExplained: (timeMs) =>
            desk().wasWorked(place, timeMs) || meterHealth.some((_, meter) => readsWrong(meter)),
        })
      : null;
  const nightWatch = createNightWatch(district, sensors);
  const nightStanding = createNightStanding(district.id);
  const alignment = createSlotAlignment(
    aligned,
    slotMs,
    parameters.latenessMinutes * MINUTE_MS,
    nightWatch.sample,
  );
  const netInflow = createNetInflow(district);
  const pressureAt = district.pressureSensor === undefined ? -1 : ids.length - 1;
  const pressure = pressureAt < 0 ? null : createPressureWitness(timeZone);
  const supplies =
    pressure &&
    createSupplyJudge({
      district: district.id,
      meters: ids.slice(0, meters),
      timeZone,
      slotMs,
      pressureFell: (fromMs, toMs) => pressure.between(fromMs, toMs)?.fell ?? false,
    });
  const passingUse = createPassingUse(district.id, slotMs);
  const deviations = createRecentDeviations();
  const flowJudge = createFlowJudge(district.id, timeZone, slotMs, parameters, {
    onHour(hour) {
      // Supply that comes late is no use, and no neighbour's loss.
      if (supplies?.summary()) return;
      deviations.observe(hour);
      desk().hour(place);
      const over = passingUse.hour(hour);
      if (over) desk().passing(place, over.verdict, over.isClear);
    },
    pressureFell: (fromMs, toMs) => pressure?.fellWith(fromMs, toMs) ?? false,
  });
  // Of a meter that another district tells of, that one's word is taken.
  const readsWrong = (sensor: number) =>
    (owned[sensor] === true && (meterHealth[sensor]?.isWithdrawn() ?? false)) ||
    (balances?.isWithdrawn(sensor) ?? false) ||
    wrongMeters.isWithdrawn(ids[sensor]!, place);
  const sends = (sensor: number) => health[sensor]!.isTrusted();
  const isWithdrawn = (sensor: number) => health[sensor]!.isWithdrawn() || readsWrong(sensor);

  function watchSlot({ startMs, endMs, means, counts }: Slot, verdicts: Verdict[]): void {
    for (let sensor = 0; sensor < ids.length; sensor += 1) {
      const found = health[sensor]!.observe({ startMs, endMs, mean: means[sensor]!, count: counts[sensor]! });
      if (found.length > 0) tellOf(sensor, found, verdicts);
    }
  }

  /** After the balance, which knows whether a day of a meter's is like no other because its water was. */
  function watchDays({ startMs, endMs, means }: Slot, verdicts: Verdict[]): void {
    for (const [meter, one] of meterHealth.entries()) {
      const byDay = one.observe(startMs, endMs, sends(meter) ? means[meter]! : Number.NaN);
      if (owned[meter]) for (const verdict of byDay) tellAll(verdict, verdicts);
    }
  }

  function tellOf(sensor: number, found: readonly Verdict[], verdicts: Verdict[]): void {
    if (owned[sensor]) verdicts.push(...found);
    // A level or a meter is part of the balance; pressure alone makes no claim wrong.
    if (sensor === pressureAt) return;
    for (const verdict of found) verdicts.push(...desk().found(place, { verdict, owned: owned[sensor]! }));
  }

  /** What its days, its balance or its supplies say of a meter concerns all who have it. */
  function tellAll(wrong: Verdict, verdicts: Verdict[]): void {
    tellOf(ids.indexOf(wrong.subject.id), [wrong], verdicts);
    wrongMeters.note(wrong, place);
    for (const other of sharing(wrong.subject.id))
      verdicts.push(...desk().found(other, { verdict: wrong, owned: false }));
  }

  function judgeSlot(slot: Slot, { nights, verdicts }: DistrictFindings): void {
    const { startMs, endMs } = slot;
    watchSlot(slot, verdicts);
    const pressureM =
      pressureAt >= 0 && health[pressureAt]!.isTrusted() ? slot.means[pressureAt]! : Number.NaN;
    pressure?.observe(startMs, endMs, pressureM);
    const balance = netInflow(slot, sends);
    for (const drift of balances?.observe(startMs, endMs, balance) ?? []) tellAll(drift, verdicts);
    watchDays(slot, verdicts);
    const netInflowM3h = meterHealth.some((_, meter) => readsWrong(meter)) ? Number.NaN : balance.netM3h;
    const bySupplies = supplies?.observe(startMs, endMs, netInflowM3h, pressureM) ?? [];
    for (const verdict of bySupplies) if (verdict.kind === "meter-drift") tellAll(verdict, verdicts);
    const night = nightWatch.slotOver(startMs, endMs, isWithdrawn);
    if (night) {
      nights.push(night);
      verdicts.push(...nightStanding.observe(night, supplies?.summary() ?? null));
    }
    passingUse.slot(startMs, netInflowM3h);
    const judged = flowJudge.observe(startMs, endMs, netInflowM3h);
    const claims = (supplies?.summary() ? bySupplies : judged).filter(
      ({ kind }) => kind !== "not-assessable" && kind !== "meter-drift",
    );
    verdicts.push(...judged.filter(({ kind }) => kind === "not-assessable"));
    if (claims.length > 0) desk().claim(place, claims);
    desk().passed(place, endMs);
  }

  return {
    judge: {
      add: (series) => alignment.add(series),
      advance: (nowMs, untilMs, findings) =>
        alignment.advance(nowMs, untilMs, (slot) => judgeSlot(slot, findings)),
      nextMs: () => alignment.nextMs(),
    },
    claimant: {
      id: district.id,
      neighbours,
      hasPressure: pressure !== null,
      calendarDay: (timeMs) => calendarDayAt(district.calendar, timeZone, timeMs),
      witness: {
        deviations,
        readsInProportion: (sinceMs) => meterHealth.some((meter) => meter.readsInProportion(sinceMs)),
        balanceLeans: (sinceMs) => balances?.leans(sinceMs) ?? false,
        pressure: (fromMs, toMs) => pressure?.between(fromMs, toMs) ?? null,
      },
    },
  };
}
