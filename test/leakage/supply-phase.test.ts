import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type SupplyPhase,
  supplyCycles,
  supplyHours,
  supplyPhasesByFlow,
  supplyPhasesByPressure,
} from "../../src/leakage/supply-phase.ts";
import { Failure } from "../../src/model/failure.ts";

/** Phases by their first letters, unknown as "?". */
function letters(phases: readonly SupplyPhase[]): string {
  return phases.map((phase) => (phase === "unknown" ? "?" : phase.charAt(0))).join("");
}

function byPressure(...pressuresM: number[]): string {
  return letters(supplyPhasesByPressure(Float64Array.from(pressuresM)));
}

describe("by pressure", () => {
  test("a supply fills, stands and drains", () => {
    expect(byPressure(0, 0, 5, 12, 20, 21, 19, 20, 20, 11, 4, 0.5, 0)).toBe("ooffsssssddoo");
  });

  test("a dip while supply lasts is demand, not its end", () => {
    expect(byPressure(0, 10, 20, 20, 13, 20, 20, 9, 0)).toBe("ofsssssdo");
  });

  test("a supply already on, or still on, has no filling or draining that was seen", () => {
    expect(byPressure(12, 20, 20, 20, 10, 0)).toBe("ssssdo");
    expect(byPressure(0, 10, 20, 20, 20, 12)).toBe("ofssss");
    expect(byPressure(20, 12, 20)).toBe("sss");
    expect(byPressure(Number.NaN, 12, 20, 20, 0)).toBe("?ssso");
  });

  test("a gap in the data is unknown and does not end a supply", () => {
    expect(byPressure(0, 10, 20, Number.NaN, Number.NaN, 20, 20, 0)).toBe("ofs??sso");
    expect(byPressure(Number.NaN, Number.NaN)).toBe("??");
  });
});

test("by flow: the inrush of filling is told from the steady inflow", () => {
  const flows = [0, 90, 60, 30, 31, 29, 30, 32, 30, 12, 0];
  expect(letters(supplyPhasesByFlow(Float64Array.from(flows), 2))).toBe("offssssssdo");
});

test("by flow: a supply whose inflow never comes near its median is filling all the time", () => {
  expect(letters(supplyPhasesByFlow(Float64Array.from([0, 90, 80, 10, 9, 0]), 2))).toBe("offffo");
});

test("supplies are counted with what was seen of them", () => {
  const phases = supplyPhasesByPressure(Float64Array.from([20, 0, 20, Number.NaN, 20, 0, 0, 20]));
  expect(supplyCycles(phases)).toEqual([
    { first: 0, end: 1, beginSeen: false, endSeen: true },
    { first: 2, end: 5, beginSeen: true, endSeen: true },
    { first: 7, end: 8, beginSeen: true, endSeen: false },
  ]);
});

test("supply hours are of the time that is known, and need enough of it", () => {
  const day = (hours: readonly [number, SupplyPhase][]) =>
    hours.flatMap(([count, phase]) => Array<SupplyPhase>(count).fill(phase));
  const whole = day([
    [14, "off"],
    [1, "filling"],
    [8, "steady"],
    [1, "draining"],
  ]);
  expect(supplyHours(whole)).toEqual({ hoursPerDay: 10, knownShare: 1 });
  const halfKnown = day([
    [12, "unknown"],
    [12, "steady"],
  ]);
  expect(supplyHours(halfKnown)).toEqual({ hoursPerDay: null, knownShare: 0.5 });
  expect(supplyHours(halfKnown, 0.5).hoursPerDay).toBe(24);
  expect(supplyHours([])).toEqual({ hoursPerDay: null, knownShare: 0 });
});

test("in any record the phases of a supply come in their order, and every known slot has its phase", () => {
  const pressure = fc.oneof(
    fc.constant(0),
    fc.constant(Number.NaN),
    fc.double({ min: 1, max: 60, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(pressure, { maxLength: 60 }), (pressures) => {
      const phases = supplyPhasesByPressure(Float64Array.from(pressures));
      for (const [slot, value] of pressures.entries()) {
        expect(phases[slot] === "unknown").toBe(Number.isNaN(value));
        expect(phases[slot] === "off").toBe(value < 1);
      }
      expect(letters(phases).replaceAll("?", "")).toMatch(/^(o*f*s+d*)*o*$/);
    }),
  );
});

test("a limit of off that is none is refused", () => {
  expect(() => supplyPhasesByPressure(new Float64Array(1), 0)).toThrow(Failure);
  expect(() => supplyPhasesByFlow(new Float64Array(1), Number.NaN)).toThrow(Failure);
});
