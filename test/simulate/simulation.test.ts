/** The simulated town obeys physics, repeats itself by seed, and shows the troubles it was given. */
import { describe, expect, test } from "vitest";
import { ziwani } from "../../src/demo/ziwani.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { type Simulation, startSimulation } from "../../src/simulate/simulation.ts";
import type { Trouble } from "../../src/simulate/trouble.ts";

const startMs = Date.parse("2026-02-03T00:00:00+03:00");
const utility = ziwani();
const at = (day: number, hour = 0) => startMs + day * DAY_MS + hour * HOUR_MS;

function live(troubles: readonly Trouble[] = [], seed = 1): Promise<Simulation> {
  return startSimulation({ utility, seed, startMs, troubles });
}

function bytesOf(simulation: Simulation): string {
  const texts = simulation.sensors.map((sensor) =>
    Array.from({ length: 288 }, (_, slot) => simulation.reading(sensor, startMs + slot * 5 * MINUTE_MS)),
  );
  return JSON.stringify(texts);
}

function mean(simulation: Simulation, sensor: string, fromMs: number, toMs: number): number {
  let sum = 0;
  let count = 0;
  for (let timeMs = fromMs; timeMs < toMs; timeMs += 5 * MINUTE_MS, count += 1)
    sum += simulation.truth(sensor, timeMs);
  return sum / count;
}

describe("simulation", () => {
  test("each hour what came in is what was delivered, stored or spilled, to 0.1 %, whatever goes wrong", async () => {
    const simulation = await live([
      { kind: "leak", pipe: "SK-P12", fromMs: at(0, 6), m3hAt50M: 20, growsForMs: 12 * HOUR_MS },
      { kind: "valve", link: "BV-SOKONI-RELI", fromMs: at(1), open: true },
      { kind: "overflow", tank: "T-MAJENGO", link: "MJ-FILL", fromMs: at(1, 12), toMs: at(2, 12) },
    ]);
    const hours = simulation.balances(at(3));
    expect(hours.length).toBe(72);
    for (const { sourcedM3, deliveredM3, storedM3, spilledM3 } of hours)
      expect(Math.abs(sourcedM3 - deliveredM3 - storedM3 - spilledM3) / deliveredM3).toBeLessThan(0.001);
    expect(hours.slice(36, 60).reduce((sum, hour) => sum + hour.spilledM3, 0)).toBeGreaterThan(20);
    expect(hours.slice(0, 36).every(({ spilledM3 }) => spilledM3 === 0)).toBe(true);
  });

  test("the same seed gives the same bytes in whatever order it is asked, another seed others", async () => {
    const [one, again, other] = [await live(), await live(), await live([], 2)];
    again.reading("sokoni-inflow", at(3));
    expect(bytesOf(again)).toBe(bytesOf(one));
    expect(bytesOf(other)).not.toBe(bytesOf(one));
  });

  test("a leak takes what its hole lets through and lowers the pressure, and is gone when repaired", async () => {
    const [well, leaking] = [
      await live(),
      await live([{ kind: "leak", pipe: "SK-P12", fromMs: at(1), toMs: at(2), m3hAt50M: 12, growsForMs: 0 }]),
    ];
    const more = (sensor: string, day: number) =>
      mean(leaking, sensor, at(day, 2), at(day, 4)) - mean(well, sensor, at(day, 2), at(day, 4));
    const lostM3h = leaking.leakM3h(0, at(1, 3));
    expect(lostM3h).toBeGreaterThan(9);
    expect(lostM3h).toBeLessThan(12);
    // Customers and background leakage get a little less at the lower pressure.
    expect(Math.abs(more("sokoni-inflow", 1) - lostM3h)).toBeLessThan(0.5);
    expect(more("sokoni-pressure", 1)).toBeLessThan(-0.3);
    expect(Math.abs(more("sokoni-inflow", 2))).toBeLessThan(0.05);
    expect(leaking.leakM3h(0, at(2))).toBe(0);
  });

  test("an opened boundary valve moves water from one district's meter to the other's", async () => {
    const [shut, open] = [
      await live(),
      await live([{ kind: "valve", link: "BV-SOKONI-RELI", fromMs: at(0, 8), open: true }]),
    ];
    const more = (sensor: string) =>
      mean(open, sensor, at(0, 9), at(0, 15)) - mean(shut, sensor, at(0, 9), at(0, 15));
    const [sokoni, reli] = [more("sokoni-inflow"), more("reli-inflow")];
    expect(Math.abs(sokoni)).toBeGreaterThan(2);
    expect(Math.abs(sokoni + reli)).toBeLessThan(0.3 * Math.abs(sokoni));
  });

  test("Pwani has water by its hours and none between, and little pressure then", async () => {
    const simulation = await live();
    expect(mean(simulation, "pwani-inflow", at(1, 6), at(1, 10))).toBeGreaterThan(20);
    expect(mean(simulation, "pwani-inflow", at(1, 12), at(1, 15))).toBeLessThan(0.05);
    expect(mean(simulation, "pwani-pressure", at(1, 9), at(1, 10))).toBeGreaterThan(12);
    expect(mean(simulation, "pwani-pressure", at(1, 1), at(1, 4))).toBeLessThan(0.5);
  });

  test("a holiday is used like a Sunday", async () => {
    const december = Date.parse("2026-12-21T00:00:00+03:00");
    const simulation = await startSimulation({ utility, seed: 1, startMs: december, troubles: [] });
    const morning = (day: number) =>
      mean(
        simulation,
        "mlimani-inflow",
        december + day * DAY_MS + 5.5 * HOUR_MS,
        december + day * DAY_MS + 6 * HOUR_MS,
      );
    // Friday 25th is Christmas: people get up later than on Tuesday to Thursday.
    expect(morning(4)).toBeLessThan(0.9 * Math.min(morning(1), morning(2), morning(3)));
  });

  test("sensors go wrong as told, and are right again afterwards", async () => {
    const sensor = "reli-inflow";
    const lasting = { sensor, fromMs: at(0, 10), toMs: at(0, 20) };
    const well = await live();
    const noon = at(0, 12);
    const shown = async (trouble: Trouble, timeMs = noon) => (await live([trouble])).reading(sensor, timeMs);
    const right = well.reading(sensor, noon);
    expect(await shown({ kind: "stuck", ...lasting })).toMatchObject({
      value: well.reading(sensor, at(0, 10))?.value,
    });
    expect(await shown({ kind: "dead", ...lasting })).toMatchObject({ value: 0 });
    expect(await shown({ kind: "outage", ...lasting })).toBeNull();
    expect(await shown({ kind: "reversed", ...lasting })).toMatchObject({ value: -(right?.value ?? 0) });
    expect((await shown({ kind: "drift", percentPerDay: 12, ...lasting }))?.value).toBeCloseTo(
      1.01 * (right?.value ?? 0),
      2,
    );
    expect(await shown({ kind: "late", byMs: HOUR_MS, ...lasting })).toMatchObject({
      timeMs: noon,
      arrivesMs: noon + HOUR_MS,
    });
    expect(await shown({ kind: "clock", aheadMs: 7 * MINUTE_MS, ...lasting })).toMatchObject({
      timeMs: noon + 7 * MINUTE_MS,
    });
    expect(await shown({ kind: "dead", ...lasting }, at(0, 20))).toEqual(well.reading(sensor, at(0, 20)));
  });

  test("a trouble that names what the network has not got is refused by name", async () => {
    const wrong: Trouble = { kind: "leak", pipe: "SK-P99", fromMs: at(0), m3hAt50M: 1, growsForMs: 0 };
    await expect(live([wrong])).rejects.toThrow('no link "SK-P99"');
    await expect(live([{ kind: "dead", sensor: "nowhere", fromMs: at(0) }])).rejects.toThrow(
      'no sensor "nowhere"',
    );
    await expect(
      startSimulation({
        utility: { ...utility, inp: "[PIPES]\nA B C 1 2 3\n" },
        seed: 1,
        startMs,
        troubles: [],
      }),
    ).rejects.toThrow("undefined node B in [PIPES]");
  });

  test("a branch is what was lived through so far, and then what a simulation of its own would have been", async () => {
    const leak: Trouble = {
      kind: "leak",
      pipe: "SK-P12",
      fromMs: at(1, 6),
      m3hAt50M: 12,
      growsForMs: 0,
    };
    const weeks = await startSimulation({ utility, seed: 1, startMs, troubles: [], branches: true });
    const branch = await weeks.branch(at(1, 6), [leak]);
    const whole = await live([leak]);
    for (const sensor of ["sokoni-inflow", "reli-inflow"]) {
      expect(branch.truth(sensor, at(1, 5))).toBe(weeks.truth(sensor, at(1, 5)));
      expect(mean(branch, sensor, at(1, 6), at(2)) / mean(whole, sensor, at(1, 6), at(2))).toBeCloseTo(1, 2);
    }
    const stuck = await weeks.branch(at(1, 6), [
      { kind: "stuck", sensor: "sokoni-inflow", fromMs: at(1, 6) },
    ]);
    expect(stuck.reading("sokoni-inflow", at(1, 9))).toMatchObject({
      value: stuck.reading("sokoni-inflow", at(1, 6))!.value,
    });
    expect(stuck.truth("sokoni-inflow", at(1, 9))).toBe(weeks.truth("sokoni-inflow", at(1, 9)));
    await expect(whole.branch(at(1), [leak])).rejects.toThrow(RangeError);
  });
});
