import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nonRevenueWater, type Supplied } from "../../src/leakage/non-revenue-water.ts";
import { smallUserNightUse } from "../../src/leakage/small-users.ts";
import { type BalanceInput, type Estimate, waterBalance } from "../../src/leakage/water-balance.ts";

const estimate = (volumeM3: number, marginPercent: number): Estimate => ({ volumeM3, marginPercent });

const YEAR: BalanceInput = {
  systemInput: estimate(1_000_000, 3),
  billedMetered: estimate(600_000, 2),
  billedUnmetered: estimate(50_000, 20),
  unbilledMetered: estimate(5_000, 2),
  unbilledUnmetered: estimate(10_000, 50),
  unauthorised: estimate(8_000, 50),
  meterError: estimate(30_000, 30),
  dataHandling: estimate(2_000, 100),
};

describe("IWA water balance", () => {
  test("every line follows from those above it", () => {
    const balance = waterBalance(YEAR);
    expect(balance.billedAuthorised.volumeM3).toBe(650_000);
    expect(balance.unbilledAuthorised.volumeM3).toBe(15_000);
    expect(balance.authorised.volumeM3).toBe(665_000);
    expect(balance.waterLosses.volumeM3).toBe(335_000);
    expect(balance.apparentLosses.volumeM3).toBe(40_000);
    expect(balance.realLosses.volumeM3).toBe(295_000);
    expect(balance.nonRevenueWater.volumeM3).toBe(350_000);
  });

  test("margins are combined by variance, in m3", () => {
    const balance = waterBalance(YEAR);
    expect(balance.systemInput.marginM3).toBe(30_000);
    expect(balance.billedAuthorised.marginM3).toBeCloseTo(Math.hypot(12_000, 10_000), 6);
    expect(balance.apparentLosses.marginM3).toBeCloseTo(Math.hypot(4_000, 9_000, 2_000), 6);
    const all = Math.hypot(30_000, 12_000, 10_000, 100, 5_000, 4_000, 9_000, 2_000);
    expect(balance.realLosses.marginM3).toBeCloseTo(all, 6);
  });

  test("estimated components leave a part of the real losses unexplained", () => {
    expect(waterBalance(YEAR).unexplainedRealLosses).toBeNull();
    const realLossComponents = {
      mains: estimate(100_000, 20),
      connections: estimate(150_000, 20),
      storage: estimate(5_000, 50),
    };
    const { realLosses, unexplainedRealLosses } = waterBalance({ ...YEAR, realLossComponents });
    expect(unexplainedRealLosses?.volumeM3).toBe(40_000);
    expect(unexplainedRealLosses?.marginM3).toBeCloseTo(
      Math.hypot(realLosses.marginM3, 20_000, 30_000, 2_500),
      6,
    );
  });

  const anyEstimate = fc
    .tuple(fc.integer({ min: 0, max: 10 ** 6 }), fc.integer({ min: 0, max: 100 }))
    .map(([volumeM3, marginPercent]) => estimate(volumeM3, marginPercent));
  const anyBalance = fc.record(
    Object.fromEntries(Object.keys(YEAR).map((line) => [line, anyEstimate])) as Record<
      keyof Omit<BalanceInput, "realLossComponents">,
      typeof anyEstimate
    >,
  );

  test("no water is made or lost in the account, also when losses come out negative", () => {
    fc.assert(
      fc.property(anyBalance, (input) => {
        const balance = waterBalance(input);
        const { authorised, apparentLosses, realLosses, billedAuthorised, nonRevenueWater } = balance;
        expect(authorised.volumeM3 + apparentLosses.volumeM3 + realLosses.volumeM3).toBe(
          input.systemInput.volumeM3,
        );
        expect(billedAuthorised.volumeM3 + nonRevenueWater.volumeM3).toBe(input.systemInput.volumeM3);
        expect(realLosses.marginM3).toBeGreaterThanOrEqual(balance.systemInput.marginM3);
      }),
    );
  });

  test("a balance in litres is the balance in m3", () => {
    fc.assert(
      fc.property(anyBalance, (input) => {
        const inLitres = structuredClone(input);
        for (const one of Object.values(inLitres)) Object.assign(one, { volumeM3: one.volumeM3 * 1000 });
        const { volumeM3, marginM3 } = waterBalance(input).realLosses;
        const litres = waterBalance(inLitres).realLosses;
        expect(litres.volumeM3 / 1000).toBeCloseTo(volumeM3, 6);
        expect(litres.marginM3 / 1000).toBeCloseTo(marginM3, 6);
      }),
    );
  });

  test("a wrong line is named", () => {
    expect(() => waterBalance({ ...YEAR, meterError: estimate(-1, 5) })).toThrow("meterError is -1");
    expect(() => waterBalance({ ...YEAR, meterError: estimate(1, Number.NaN) })).toThrow(
      "meterErrorMarginPercent",
    );
  });
});

describe("non-revenue water", () => {
  const supplied: Supplied = {
    systemInputM3: 36_500,
    billedM3: 27_375,
    days: 365,
    mainsKm: 10,
    connections: 500,
    supplyHoursPerDay: 12,
  };

  test("as IBNET, EWURA and WASREB ask for it", () => {
    expect(nonRevenueWater(supplied)).toEqual({
      volumeM3: 9_125,
      percent: 25,
      m3PerKmDay: 2.5,
      m3PerConnectionDay: 0.05,
      supplyHoursPerDay: 12,
      wasreb: "acceptable",
    });
  });

  test("WASREB: good under 20 %, acceptable to 25 %, then not", () => {
    const bandAt = (percent: number) =>
      nonRevenueWater({ ...supplied, systemInputM3: 1000, billedM3: 1000 - 10 * percent }).wasreb;
    expect([-5, 0, 19.9, 20, 25, 25.1].map(bandAt)).toEqual([
      null,
      "good",
      "good",
      "acceptable",
      "acceptable",
      "not-acceptable",
    ]);
  });

  test("a wrong input is named", () => {
    expect(() => nonRevenueWater({ ...supplied, systemInputM3: 0 })).toThrow("systemInputM3");
    expect(() => nonRevenueWater({ ...supplied, supplyHoursPerDay: 25 })).toThrow("supplyHoursPerDay");
  });
});

test("small users at night: counted as active, or all of them", () => {
  const counts = { "shops-offices": 20, "hotels-schools-cafes": 5 };
  expect(smallUserNightUse(counts, "active")).toBeCloseTo((20 * 20.5 + 5 * 26) / 1000, 10);
  expect(smallUserNightUse(counts, "all")).toBeCloseTo((20 * 6.2 + 5 * 12.6) / 1000, 10);
  expect(smallUserNightUse({}, "all")).toBe(0);
  expect(() => smallUserNightUse({ "shops-offices": -1 }, "all")).toThrow("count");
});
