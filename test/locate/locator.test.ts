/** A leak in the demo's town is looked for where it is; what cannot be located says why. */
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import { ziwani } from "../../src/demo/ziwani.ts";
import { createLocator, type Locator } from "../../src/locate/locator.ts";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import type { NetworkModel } from "../../src/model/network-model.ts";
import type { District } from "../../src/model/utility.ts";
import { startSimulation } from "../../src/simulate/simulation.ts";
import { hourlyOf } from "./hourly.ts";

const read = readCentreConfig(fileURLToPath(new URL("../../config/demo", import.meta.url)));
if (!read.ok || !read.config.network) throw new Error("config/demo is wrong");
const network: NetworkModel = read.config.network;
const districts: readonly District[] = read.config.utility.districts;
const startMs = Date.parse("2026-02-03T00:00:00+03:00");
const leakMs = startMs + 20 * DAY_MS + 9 * HOUR_MS;

let locator: Locator;
beforeAll(async () => {
  locator = await createLocator(network, districts);
});

/** Living through three weeks takes its time: each leak once. */
const lived = new Map<string, ReturnType<typeof liveWithLeak>>();

function readingsWithLeak(pipe: string, m3hAt50M: number, untilMs: number) {
  const key = `${pipe} ${m3hAt50M} ${untilMs}`;
  const known = lived.get(key) ?? liveWithLeak(pipe, m3hAt50M, untilMs);
  lived.set(key, known);
  return known;
}

async function liveWithLeak(pipe: string, m3hAt50M: number, untilMs: number) {
  const trouble = { kind: "leak", pipe, m3hAt50M, growsForMs: 0, fromMs: leakMs } as const;
  const simulation = await startSimulation({ utility: ziwani(), seed: 3, startMs, troubles: [trouble] });
  return {
    readings: hourlyOf(simulation, { fromMs: startMs, toMs: untilMs }),
    leakM3h: simulation.leakM3h(0, untilMs - HOUR_MS),
  };
}

function leakIn(district: string, leakM3h: number, untilMs: number) {
  return { district, startMs: leakMs, untilMs, leakM3h, leakErrorM3h: 0.15 * leakM3h, distrusted: [] };
}

/** Between the middles of two pipes, by the coordinates of the INP. */
function apartM(one: string, other: string): number {
  const middle = (id: string) => {
    const { from, to } = locator.network.links.find((link) => link.id === id)!;
    const [a, b] = [locator.network.nodes[from]!, locator.network.nodes[to]!];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };
  return 111_195 * Math.hypot(middle(one).x - middle(other).x, middle(one).y - middle(other).y);
}

describe("where a leak may be", { timeout: 240_000 }, () => {
  test("every district of the demo is cut off by its meters", () => {
    expect(locator.metered.districts.map(({ district }) => district.id)).toEqual(
      districts.map(({ id }) => id),
    );
    const pipes = locator.metered.districts.map(({ pipes }) =>
      pipes.map((at) => locator.network.links[at]!.id),
    );
    expect(pipes[0]).toHaveLength(34);
    expect(pipes[0]!.every((id) => id.startsWith("SK-P"))).toBe(true);
  });

  test.each(["SK-P12", "SK-P33"])(
    "a burst in %s: the likeliest pipe is near, and likelier than by chance",
    async (pipe) => {
      const untilMs = leakMs + 2 * DAY_MS;
      const { readings, leakM3h } = await readingsWithLeak(pipe, 14, untilMs);
      const found = locator.locate(leakIn("sokoni", leakM3h, untilMs), readings);
      if (found.kind === "not-located") throw new Error(found.because);
      const [best] = found.candidates;
      expect(apartM(best!.pipe, pipe)).toBeLessThan(450);
      expect(found.candidates.find((one) => one.pipe === pipe)!.probability).toBeGreaterThan(1.5 / 34);
      expect(found.halfM).toBeLessThan(0.4 * found.districtM);
      expect(found.pressures).toEqual(expect.arrayContaining(["sokoni-pressure", "sokoni-logger-1"]));
      const total = found.candidates.reduce((sum, { probability }) => sum + probability, 0);
      expect(total).toBeGreaterThan(0.94);
      expect(total).toBeLessThanOrEqual(1 + 1e-9);
      // Longitude first, as in GeoJSON.
      expect(best!.path![0]![0]).toBeCloseTo(36.44, 1);
      expect(best!.path![0]![1]).toBeCloseTo(-0.72, 1);
    },
  );

  test("a leak that no pressure tells of leaves the pipes as likely as their length", async () => {
    const untilMs = leakMs + DAY_MS;
    const { readings } = await readingsWithLeak("SK-P12", 0.001, untilMs);
    const found = locator.locate(leakIn("sokoni", 0.2, untilMs), readings);
    if (found.kind === "not-located") throw new Error(found.because);
    expect(found.halfM).toBeGreaterThan(0.3 * found.districtM);
  });

  test("a meter next door that is known to be wrong does not mislead", async () => {
    const untilMs = leakMs + 2 * DAY_MS;
    const { readings, leakM3h } = await readingsWithLeak("SK-P12", 14, untilMs);
    const stuck = Float64Array.from(readings.means.get("reli-inflow")!, (value, hour) =>
      readings.startsMs[hour]! < leakMs ? value : 80,
    );
    const wrong = { ...readings, means: new Map([...readings.means, ["reli-inflow", stuck]]) };
    const told = {
      ...leakIn("sokoni", leakM3h, untilMs),
      distrusted: [{ sensor: "reli-inflow", fromMs: leakMs, toMs: untilMs }],
    };
    const bestOf = (found: ReturnType<Locator["locate"]>) =>
      found.kind === "located" && found.candidates[0]!.pipe;
    expect(bestOf(locator.locate(told, wrong))).toBe("SK-P12");
    expect(bestOf(locator.locate({ ...told, distrusted: [] }, wrong))).not.toBe("SK-P12");
  });

  test("what cannot be located says why", async () => {
    const untilMs = leakMs + DAY_MS;
    const { readings } = await readingsWithLeak("SK-P12", 14, untilMs);
    const leak = leakIn("sokoni", 12, untilMs);
    expect(locator.locate({ ...leak, district: "elsewhere" }, readings)).toEqual({
      kind: "not-located",
      because: "district-not-in-model",
    });
    expect(locator.locate({ ...leak, startMs: untilMs - HOUR_MS }, readings)).toEqual({
      kind: "not-located",
      because: "no-hours-since",
    });
    const early = { ...leak, startMs: startMs + 2 * DAY_MS };
    expect(locator.locate(early, readings)).toEqual({ kind: "not-located", because: "too-few-days-before" });
    const flowsOnly = new Map(
      [...readings.means].filter(([sensor]) => sensor.endsWith("inflow") || sensor.endsWith("level")),
    );
    expect(locator.locate(leak, { ...readings, means: flowsOnly })).toEqual({
      kind: "not-located",
      because: "no-pressure",
    });
  });

  test("the same readings give the same probabilities", async () => {
    const untilMs = leakMs + DAY_MS;
    const { readings, leakM3h } = await readingsWithLeak("SK-P12", 14, untilMs);
    const again = await createLocator(network, districts);
    const leak = leakIn("sokoni", leakM3h, untilMs);
    // What was asked before must not matter.
    locator.locate(leakIn("sokoni", 2 * leakM3h, untilMs), readings);
    // EPANET begins with the flows of the last solution, which leaves its trace far behind the point.
    const rounded = (one: Locator) => {
      const found = one.locate(leak, readings);
      if (found.kind === "not-located") throw new Error(found.because);
      return found.candidates.map(({ pipe, probability }) => `${pipe} ${probability.toFixed(4)}`);
    };
    expect(rounded(again)).toEqual(rounded(locator));
  });

  test("a sensor placed where the network has nothing is refused by name", async () => {
    const wrong = { ...network, places: { "sokoni-pressure": { node: "SK-99" } } };
    await expect(createLocator(wrong, districts)).rejects.toThrow(
      'sensor "sokoni-pressure": the network has no node "SK-99"',
    );
  });
});
