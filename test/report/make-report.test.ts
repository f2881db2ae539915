/** Reports whose every figure was worked out by hand beside it. */
import { describe, expect, test } from "vitest";
import type { VolumeEntry, VolumeLine } from "../../src/model/entry.ts";
import type { AlarmView } from "../../src/model/live.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { makeReport } from "../../src/report/make-report.ts";
import { verdict } from "../alarm/sample-verdicts.ts";
import { APRIL_MS, hoursOf, kaloleni, MARCH_MS, marchNights, nightOf, sourcesOf } from "./report-sources.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function entry(line: VolumeLine, volumeM3: number | null, marginPercent = 0, month = "2026-03"): VolumeEntry {
  return { district: "kaloleni", month, line, volumeM3, marginPercent, source: "billing system" };
}

const BILLED = [
  entry("billedMetered", 9_300, 2),
  entry("billedUnmetered", 300, 20),
  entry("unbilledMetered", 100, 2),
];
const share = (percent: number, marginPercent: number) => ({
  percent,
  marginPercent,
  source: "survey of 2025",
});
const assuming = {
  ...kaloleni,
  balance: {
    unbilledUnmetered: share(0.5, 50),
    unauthorised: share(1, 50),
    meterError: share(4, 30),
    dataHandling: share(0.5, 100),
  },
};

function areaOf(change: Parameters<typeof sourcesOf>[0]) {
  const [area] = makeReport(sourcesOf(change)).districts;
  if (!area) throw new Error("no district");
  return area;
}

describe("the balance of a month of 31 days at 20 m3/h", () => {
  const whole = areaOf({ districts: [assuming], volumes: BILLED });
  const { lines } = whole.balance;

  test("system input is what the meter counted, with its accuracy as margin", () => {
    // 744 h x 20 m3/h; 2 % of it.
    expect(lines.systemInput).toMatchObject({ volumeM3: 14_880, from: "measured" });
    expect(lines.systemInput.marginM3).toBeCloseTo(297.6, 6);
    expect(whole.balance.meters).toEqual([
      { sensor: "inlet", volumeM3: 14_880, knownShare: 1, accuracyPercent: 2, accuracyAssumed: true },
    ]);
  });

  test("what is assumed is told with its share and its source; what is derived follows", () => {
    expect(lines.meterError).toMatchObject({
      volumeM3: 372,
      from: "assumed",
      assumed: { percent: 4, source: "survey of 2025" },
    });
    expect(lines.meterError.marginM3).toBeCloseTo(111.6, 6);
    expect(lines.nonRevenueWater.volumeM3).toBeCloseTo(14_880 - 9_600, 6);
    expect(lines.waterLosses.volumeM3).toBeCloseTo(14_880 - 9_600 - 100 - 74.4, 6);
    expect(lines.realLosses.volumeM3).toBeCloseTo(4_538.3, 6);
    // Root of the summed squares of every margin that went in.
    const margin = Math.hypot(297.6, 186, 60, 2, 37.2, 74.4, 111.6, 46.5);
    expect(lines.realLosses.marginM3).toBeCloseTo(margin, 6);
  });

  test("IBNET, WASREB and ILI", () => {
    const { indicators } = whole;
    expect(indicators.nrwPercent).toBeCloseTo(35.484, 3);
    expect(indicators.nrwM3PerKmDay).toBeCloseTo(18.314, 3);
    expect(indicators.nrwM3PerConnectionDay).toBeCloseTo(0.28387, 5);
    expect(indicators.wasreb).toBe("not-acceptable");
    // UARL (18 x 9.3 + 0.8 x 600) x 50 m = 32.37 m3/day; 146.397 m3/day of real losses.
    expect(indicators.unavoidableM3PerDay).toBeCloseTo(32.37, 6);
    expect(indicators.realLossesBy).toBe("balance");
    expect(indicators.ili).toBeCloseTo(4.5226, 4);
    expect(indicators.iliBand).toBe("B");
    expect(indicators.iliWarnings).toEqual(["too-few-connections"]);
  });

  test("money is volume times value: 60 KES a m3", () => {
    expect(whole.money.nonRevenueWater).toBeCloseTo(316_800, 4);
    expect(whole.money.realLosses).toBeCloseTo(272_298, 4);
  });
});

describe("what is not known is said, and goes no further", () => {
  test("without bills: real losses by night flow, and each line names what it lacks", () => {
    const { balance, indicators, nights } = areaOf({});
    expect(balance.lines.billedMetered).toEqual({
      volumeM3: null,
      marginM3: null,
      from: "unknown",
      missing: { what: "months", names: ["2026-03"] },
    });
    expect(balance.lines.nonRevenueWater.missing).toEqual({ what: "lines", names: ["billedAuthorised"] });
    expect(indicators.nrwPercent).toBeNull();
    // (10 - 2) m3/h over 24 h at the pressure of the night, 31 days.
    expect(nights.realLossesM3).toBeCloseTo(5_952, 6);
    expect(indicators.realLossesBy).toBe("night-flow");
    expect(indicators.realLossesM3PerDay).toBeCloseTo(192, 6);
  });

  test("an entry taken back is no entry", () => {
    const taken = [...BILLED, entry("billedMetered", null)];
    expect(areaOf({ volumes: taken }).balance.lines.billedMetered.from).toBe("unknown");
  });

  test("no pressure and no hours of supply: no w.s.p., no ILI, no losses by night flow", () => {
    const { pressureSensor: _, ...blind } = kaloleni;
    const area = areaOf({ districts: [blind] });
    expect(area.supply).toEqual({ hoursPerDay: null, hoursBy: null, pressureM: 50, pressureBy: "assumed" });
    expect(area.nights.realLossesM3).toBeNull();
    expect(area.indicators).toMatchObject({ ili: null, realLossesLPerConnectionDayWsp: null });
    const told = areaOf({ districts: [{ ...blind, balance: { supplyHoursPerDay: 12 } }] });
    expect(told.supply).toMatchObject({ hoursPerDay: 12, hoursBy: "configuration" });
    expect(told.nights).toMatchObject({ nightDayFactor: 12, nightDayFactorBy: "hours" });
    // 8 m3/h x 12 h = 96 m3/day on 600 connections, per day of full supply.
    expect(told.indicators.realLossesLPerConnectionDayWsp).toBeCloseTo(320, 6);
  });

  test("a meter that was silent for most of the month gives no system input", () => {
    const hours = new Map([["inlet", hoursOf((_, day) => (day < 20 ? Number.NaN : 20))]]);
    expect(areaOf({ hours }).balance.lines.systemInput).toMatchObject({
      volumeM3: null,
      missing: { what: "sensors", names: ["inlet"] },
    });
  });
});

describe("gaps", () => {
  const daily = (hour: number) => (hour < 6 ? 10 : 30);

  test("are filled with the same hour of other days, and widen the margin by how that hour varies", () => {
    const varied = hoursOf((hour, day) => (day === 5 ? Number.NaN : daily(hour) + (day % 2 === 0 ? 1 : -1)));
    const [meter] = areaOf({ hours: new Map([["inlet", varied]]) }).balance.meters;
    const { lines } = areaOf({ hours: new Map([["inlet", varied]]) }).balance;
    expect(meter?.knownShare).toBeCloseTo(30 / 31, 6);
    // 6 x 10 + 18 x 30 = 600 m3 a day; 16 days 24 m3 above, 14 below, and the filled day at their mean.
    const mean = 600 + (24 * (16 - 14)) / 30;
    expect(meter?.volumeM3).toBeCloseTo(31 * mean, 6);
    expect(lines.systemInput.marginM3 ?? 0).toBeGreaterThan(0.02 * 31 * mean);
  });

  test("the time in which a sensor was found stuck is a gap, however much it sent", () => {
    const stuck = verdict("sensor-stuck", { startMs: MARCH_MS + 10 * DAY, endMs: MARCH_MS + 12 * DAY });
    const hours = new Map([
      ["inlet", hoursOf((hour, day) => (day === 10 || day === 11 ? 500 : daily(hour)))],
    ]);
    const [meter] = areaOf({ hours, alarms: [alarmOf(stuck)] }).balance.meters;
    expect(meter?.volumeM3).toBeCloseTo(31 * 600, 6);
    expect(meter?.knownShare).toBeCloseTo(29 / 31, 6);
  });
});

describe("several districts", () => {
  const east = {
    ...kaloleni,
    id: "east",
    meters: [
      { sensor: "inlet", sign: 1 as const },
      { sensor: "outlet", sign: -1 as const },
    ],
  };
  const west = { ...kaloleni, id: "west", meters: [{ sensor: "outlet", sign: 1 as const }] };
  const hours = new Map([
    ["inlet", hoursOf(() => 20)],
    ["outlet", hoursOf(() => 5)],
    ["zone-pressure", hoursOf(() => 50)],
  ]);

  test("a meter between them is in neither the sum nor its margin", () => {
    const report = makeReport(sourcesOf({ districts: [east, west], hours }));
    expect(report.districts.map(({ balance }) => balance.lines.systemInput.volumeM3)).toEqual([
      11_160, 3_720,
    ]);
    expect(report.total?.balance.lines.systemInput.volumeM3).toBe(14_880);
    expect(report.total?.balance.lines.systemInput.marginM3).toBeCloseTo(297.6, 6);
    expect(report.total?.balance.meters.map(({ sensor }) => sensor)).toEqual(["inlet"]);
  });

  test("a line that one of them does not know is not known of all, and names the one", () => {
    const volumes = BILLED.map((one) => ({ ...one, district: "east" }));
    const { total } = makeReport(sourcesOf({ districts: [east, west], hours, volumes }));
    expect(total?.balance.lines.billedMetered.missing).toEqual({ what: "districts", names: ["west"] });
  });

  test("there is no sum for whoever may not see all of them", () => {
    expect(makeReport(sourcesOf({ all: false })).total).toBeNull();
  });

  test("a tank gives what its level fell", () => {
    const tank = { ...kaloleni, tanks: [{ levelSensor: "level", areaM2: 100 }] };
    const level = new Map([...sourcesOf().hours, ["level", hoursOf((_, day) => 4 - day / 30)] as const]);
    expect(areaOf({ districts: [tank], hours: level }).balance.lines.systemInput.volumeM3).toBeCloseTo(
      14_980,
      6,
    );
  });
});

describe("nights", () => {
  test("the UKWIR figure at the beginning and at the end tells how the month went", () => {
    // V13: the 20th percentile of these seven is 11.92; then the district rises by 3.
    const week = [12.4, 11.8, 12.0, 13.1, 11.9, 12.2, 15.6];
    const { nights } = areaOf({
      nightsOf: () => marchNights((day) => (day < 7 ? (week[day] ?? 0) : 15)),
    });
    expect(nights.reportingFirstM3h).toBeCloseTo(11.92, 10);
    expect(nights.reportingLastM3h).toBe(15);
    expect(nights.leastMinimum).toEqual({ date: "2026-03-02", flowM3h: 11.8 });
    expect(nights).toMatchObject({ judged: 31, assessed: 31, legitimateUseM3h: 2, backgroundM3h: 3 });
  });

  test("nights that could not be assessed are counted with the reason, negative ones shown", () => {
    const flows = (day: number) => (day < 10 ? null : day < 12 ? 4 : 10);
    const { nights } = areaOf({ nightsOf: () => marchNights(flows) });
    expect(nights).toMatchObject({
      judged: 31,
      assessed: 21,
      notAssessable: { "supply-off": 10 },
      negativeNights: 2,
    });
  });

  test("nights of other months do not count", () => {
    const nightsOf = () => [nightOf("2026-02-28", 99), ...marchNights(() => 10), nightOf("2026-04-01", 99)];
    expect(areaOf({ nightsOf }).nights).toMatchObject({ judged: 31, medianMinimumM3h: 10 });
  });
});

describe("awareness, location, repair", () => {
  test("each of what came to its end in the month, and what ran meanwhile", () => {
    const leak = verdict("leak", {
      id: "kaloleni",
      startMs: MARCH_MS - DAY,
      endMs: MARCH_MS + 4 * DAY,
      flowM3h: 6,
    });
    const repairedAlarm = alarmOf(leak, {
      activatedMs: MARCH_MS + 12 * HOUR,
      state: "normal",
      clearedMs: MARCH_MS + 4 * DAY,
      work: {
        crew: "Crew 1",
        reference: null,
        dueMs: MARCH_MS + 5 * DAY,
        openedMs: MARCH_MS + 13 * HOUR,
        openedBy: "amina",
        locatedMs: MARCH_MS + 2 * DAY,
        repairedMs: MARCH_MS + 4 * DAY,
        finding: null,
        expectedDropM3h: 6,
        check: { outcome: "confirmed", beforeM3h: 12, afterM3h: 6.5, expectedDropM3h: 6 },
        closed: null,
      },
    });
    const { leaks, money } = areaOf({ alarms: [repairedAlarm] });
    expect(leaks.awareness).toEqual({ count: 1, medianMs: 36 * HOUR, longestMs: 36 * HOUR });
    expect(leaks.location.medianMs).toBe(36 * HOUR);
    expect(leaks.repair.medianMs).toBe(2 * DAY);
    expect(leaks.repairs).toEqual({ confirmed: 1, "not-confirmed": 0, unknown: 0, pending: 0 });
    expect(leaks).toMatchObject({ leaksRaised: 1, leaksStanding: 0, raised: { leak: 1 }, stoppedM3h: 5.5 });
    // Four days of the month at 6 m3/h; the day before belongs to February.
    expect(leaks.lostM3).toBe(4 * 24 * 6);
    expect(money.savedPerYear).toBeCloseTo(5.5 * 24 * 365 * 60, 6);
  });
});

describe("periods that are not over", () => {
  test("a month: whole days so far, and no bills yet", () => {
    const report = makeReport(sourcesOf({ nowMs: MARCH_MS + 9.4 * DAY, volumes: BILLED }));
    expect(report.complete).toBe(false);
    expect(report.districts[0]).toMatchObject({ days: 9 });
    expect(report.districts[0]?.balance.lines.billedMetered.from).toBe("unknown");
  });

  test("a year: up to its last whole month, and a month without an entry is named", () => {
    const volumes = [entry("billedMetered", 9_000, 2, "2026-01"), entry("billedMetered", 9_300, 2)];
    const report = makeReport(sourcesOf({ kind: "year", name: "2026", nowMs: APRIL_MS + 5 * DAY, volumes }));
    expect(report.period.months).toEqual(["2026-01", "2026-02", "2026-03"]);
    expect(report.districts[0]?.days).toBe(90);
    expect(report.districts[0]?.balance.lines.billedMetered.missing?.names).toEqual(["2026-02"]);
  });
});

function alarmOf(told: Verdict, change: Partial<AlarmView> = {}): AlarmView {
  return {
    id: told.key,
    state: "unacknowledged",
    shelved: null,
    suppressed: null,
    outOfService: null,
    verdict: told,
    activatedMs: told.decidedMs,
    acknowledgedMs: null,
    acknowledgedBy: null,
    acknowledgedAs: null,
    confirmed: null,
    assigned: null,
    clearedMs: null,
    activations: 1,
    chattering: false,
    work: null,
    comments: [],
    rationalisation: {
      kind: told.kind,
      priority: "low",
      cause: "",
      consequence: "",
      response: "",
      timeToRespondMs: 0,
    },
    explanation: [],
    lostM3: null,
    lostUntilMs: null,
    lostMoney: null,
    moneyPerDay: null,
    ...change,
  };
}
