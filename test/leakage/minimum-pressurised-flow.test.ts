import { expect, test } from "vitest";
import { minimumPressurisedFlow } from "../../src/leakage/minimum-pressurised-flow.ts";
import { slotGridOf } from "../../src/leakage/slot-grid.ts";
import { supplyPhasesByPressure } from "../../src/leakage/supply-phase.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { Failure } from "../../src/model/failure.ts";

/** One supply by the hour: pressure, then inflow. The inflow while draining is the least of all and must not count. */
const SUPPLY_M = [0, 8, 20, 21, 20, 20, 9, 0];
const supplyM3h = (steady: number) => [0, 80, steady + 4, steady, steady + 1, steady + 2, 1, 0];

function record(supplies: readonly number[]) {
  const flowsM3h = Float64Array.from(supplies.flatMap(supplyM3h));
  const phases = supplyPhasesByPressure(Float64Array.from(supplies.flatMap(() => SUPPLY_M)));
  const grid = slotGridOf({ fromMs: 0, toMs: flowsM3h.length * HOUR_MS }, HOUR_MS);
  return { inflow: { grid, flowsM3h }, phases };
}

test("the least steady hours of several supplies, filling and draining left out", () => {
  const { inflow, phases } = record([12, 10, 15]);
  expect(minimumPressurisedFlow(inflow, phases)).toEqual({
    kind: "assessed",
    flowM3h: 12,
    leastM3h: 10,
    mostM3h: 15,
    cycles: 3,
  });
});

test("too few supplies are not assessable, which is never 0", () => {
  const { inflow, phases } = record([12, 10]);
  expect(minimumPressurisedFlow(inflow, phases)).toEqual({
    kind: "not-assessable",
    because: [{ code: "too-little-history", figures: { steadySupplies: 2, requiredSupplies: 3 } }],
  });
});

test("a supply without a whole known steady hour does not count", () => {
  const { inflow, phases } = record([12, 10, 15]);
  inflow.flowsM3h.fill(Number.NaN, 8, 16);
  expect(minimumPressurisedFlow(inflow, phases)).toMatchObject({ kind: "not-assessable" });
  expect(minimumPressurisedFlow(inflow, phases, 2)).toMatchObject({ cycles: 2, leastM3h: 12 });
});

test("supplies that the record cuts at its ends do not count", () => {
  const { inflow, phases } = record([12, 10, 15]);
  const cut = (from: number, to: number) => {
    const grid = slotGridOf({ fromMs: from * HOUR_MS, toMs: to * HOUR_MS }, HOUR_MS);
    return minimumPressurisedFlow(
      { grid, flowsM3h: inflow.flowsM3h.slice(from, to) },
      phases.slice(from, to),
      2,
    );
  };
  expect(cut(3, 24)).toMatchObject({ cycles: 2, leastM3h: 10, mostM3h: 15 });
  expect(cut(0, 21)).toMatchObject({ cycles: 2, leastM3h: 10, mostM3h: 12 });
});

test("a record without any supply says that it was off", () => {
  const grid = slotGridOf({ fromMs: 0, toMs: 4 * HOUR_MS }, HOUR_MS);
  const phases = supplyPhasesByPressure(new Float64Array(4));
  expect(minimumPressurisedFlow({ grid, flowsM3h: new Float64Array(4) }, phases)).toMatchObject({
    because: [{ code: "supply-off" }],
  });
});

test("phases of another record are refused", () => {
  const { inflow } = record([12]);
  expect(() => minimumPressurisedFlow(inflow, [])).toThrow(Failure);
});
