/** A burst begins at any minute, and hours are what is judged: however little of it the first one shows, it is one finding. */
import { expect, test } from "vitest";
import { createUtilityJudge } from "../../src/detect/utility-judge.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import type { Utility } from "../../src/model/utility.ts";
import { DAY_MS, district, inletFlow, START_MS } from "./synthetic-district.ts";

const SENSOR = {
  id: "inlet",
  name: "inlet",
  site: "s",
  quantity: "flow" as const,
  intervalMs: MINUTE_MS,
};
const TOWN: Utility = {
  id: "test",
  name: "Test",
  currency: "EUR",
  sensors: [SENSOR],
  districts: [district("north", [{ sensor: "inlet", sign: 1 }])],
};
const BURST_DAY_MS = START_MS + 36 * DAY_MS;
const OFFSET_M3H = 12;

test.each([0, 15, 25, 35, 43, 50, 57])(
  "a burst that begins %d minutes after the hour is told once",
  (minute) => {
    const startMs = BURST_DAY_MS + 3 * HOUR_MS + minute * MINUTE_MS;
    const flow = inletFlow("inlet", 38, 3, (timeMs) => (timeMs >= startMs ? OFFSET_M3H : 0), MINUTE_MS);
    const { verdicts } = createUtilityJudge(TOWN, DEFAULT_DETECTION).take([flow]);
    const told = new Map(verdicts.map((one) => [one.key, one]));
    const bursts = [...told.values()].filter(({ kind }) => kind === "burst" || kind === "leak");
    expect(bursts).toHaveLength(1);
    expect(Math.abs(bursts[0]!.startMs - startMs)).toBeLessThanOrEqual(HOUR_MS);
    expect(bursts[0]!.size?.estimate).toBeGreaterThan(0.75 * OFFSET_M3H);
    expect(bursts[0]!.size?.estimate).toBeLessThan(1.25 * OFFSET_M3H);
  },
);
