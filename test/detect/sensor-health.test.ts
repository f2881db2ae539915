/** Each fault of a sensor is told as what it is, from when to when, and nothing is judged on the sensor meanwhile. */
import { describe, expect, test } from "vitest";
import { createSensorHealth, isTrusted, isWithdrawn, watchSensor } from "../../src/detect/sensor-health.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import type { Quantity } from "../../src/model/units.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { DAY_MS, INTERVAL_MS, inletFlow, START_MS } from "./synthetic-district.ts";

const DAYS = 20;
const FLOW = inletFlow("inlet", DAYS, 7).values;
const FROM = 12 * 96 + 40;
const atMs = (slot: number) => START_MS + slot * INTERVAL_MS;

interface Seen {
  readonly verdicts: readonly Verdict[];
  /** Slots in which the sensor was trusted, or withdrawn. */
  readonly trusted: ReadonlySet<number>;
  readonly withdrawn: ReadonlySet<number>;
}

function watch(values: ArrayLike<number>, quantity: Quantity = "flow"): Seen {
  const health = createSensorHealth({ id: "inlet", intervalMs: INTERVAL_MS, quantity }, DEFAULT_DETECTION);
  const verdicts: Verdict[] = [];
  const trusted = new Set<number>();
  const withdrawn = new Set<number>();
  for (let slot = 0; slot < values.length; slot += 1) {
    const mean = values[slot]!;
    const count = Number.isNaN(mean) ? 0 : 1;
    verdicts.push(...watchSensor(health, { startMs: atMs(slot), endMs: atMs(slot + 1), mean, count }));
    if (isTrusted(health)) trusted.add(slot);
    if (isWithdrawn(health)) withdrawn.add(slot);
  }
  return { verdicts, trusted, withdrawn };
}

/** The flow, and from `FROM` on for so many slots what a fault makes of it. */
function faulty(slots: number, of: (value: number, at: number) => number): Float64Array {
  return FLOW.map((value, slot) => (slot >= FROM && slot < FROM + slots ? of(value, slot - FROM) : value));
}

describe("a sensor that is well", () => {
  test("is trusted, whatever the day brings", () => {
    const { verdicts, trusted } = watch(FLOW);
    expect(verdicts).toEqual([]);
    expect(trusted.size).toBe(FLOW.length);
  });

  test("is trusted after an hour of a burst that doubles the highest flow", () => {
    const { verdicts, trusted } = watch(faulty(400, (value) => value + 80));
    expect(verdicts).toEqual([]);
    expect(trusted.has(FROM)).toBe(false);
    expect([3, 4, 50, 300].map((after) => trusted.has(FROM + after))).toEqual([true, true, true, true]);
  });

  test("may idle as long as it always did", () => {
    const idling = FLOW.map((value, slot) => (slot % 96 < 20 ? 0 : value));
    expect(watch(idling).verdicts).toEqual([]);
  });

  test("may rest on one day of the week, however often its readings repeat on the others", () => {
    const weeks = 8;
    const { values } = inletFlow("inlet", 7 * weeks, 7);
    // Read to 0.5 m3/h, most of them twice; from the second rest on it is known how long that lasts.
    const rests = values.map((_, slot) => {
      const at = slot % (7 * 96);
      return at >= 6 * 96 + 30 && at < 6 * 96 + 70 ? 4.5 : Math.round(2 * values[slot - (slot % 2)]!) / 2;
    });
    const told = watch(rests).verdicts.filter(({ endMs }) => endMs === null);
    expect(told.map(({ startMs }) => Math.floor((startMs - START_MS) / (7 * DAY_MS)))).toEqual([0, 1]);
  });

  test("may run both ways when it always did", () => {
    const tidal = FLOW.map((value, slot) => (slot % 96 < 30 ? -value : value));
    expect(watch(tidal).verdicts).toEqual([]);
  });

  test("a pump may stop for one slot", () => {
    const pump = Float64Array.from({ length: DAYS * 96 }, (_, slot) =>
      slot % 37 === 0 ? 0 : 30 + 0.01 * (slot % 5),
    );
    expect(watch(pump).verdicts).toEqual([]);
  });
});

describe("a fault", () => {
  test.each<[string, (value: number, at: number) => number, number]>([
    ["sensor-stuck", () => 14.2, 3],
    ["sensor-dead", () => 0, 3],
    ["sensor-reversed", (value) => -value, 1],
    ["data-gap", () => Number.NaN, 1],
  ])("%s is told with when it began and ended", (kind, of, withinH) => {
    const { verdicts, trusted } = watch(faulty(200, of));
    const [found, ended] = verdicts;
    expect(verdicts).toHaveLength(2);
    expect(found).toMatchObject({ kind, startMs: atMs(FROM), endMs: null });
    expect(found!.decidedMs - atMs(FROM)).toBeLessThanOrEqual(withinH * HOUR_MS);
    expect(ended).toMatchObject({ key: found!.key, endMs: atMs(FROM + 200) });
    const judged = [...trusted].filter((slot) => slot >= FROM + 3 && slot < FROM + 200);
    expect(judged, "nothing is judged on it").toEqual([]);
    expect(trusted.has(FROM + 210)).toBe(true);
  });

  test("single values far from their neighbours withdraw the sensor until a day has passed without", () => {
    const { verdicts, withdrawn } = watch(faulty(200, (value, at) => (at % 20 === 0 ? 5 * value : value)));
    const [found, ended] = verdicts;
    expect(verdicts).toHaveLength(2);
    expect(found?.kind).toBe("sensor-spike");
    expect(found!.startMs).toBeGreaterThanOrEqual(atMs(FROM));
    expect(withdrawn.has(FROM + 150)).toBe(true);
    expect(ended!.endMs! - atMs(FROM + 200)).toBeLessThan(HOUR_MS);
    expect(ended!.decidedMs - ended!.endMs!).toBeGreaterThanOrEqual(DAY_MS);
  });

  test("one or two of them are passed over", () => {
    const { verdicts, trusted } = watch(
      faulty(30, (value, at) => (at === 0 || at === 20 ? 8 * value : value)),
    );
    expect(verdicts).toEqual([]);
    expect([trusted.has(FROM), trusted.has(FROM + 1), trusted.has(FROM + 20)]).toEqual([false, true, false]);
  });

  test("a flow of one slot that no pipe could carry backwards is a counter that started anew", () => {
    const { verdicts, trusted } = watch(faulty(1, () => -48_000));
    expect(verdicts.map(({ kind, startMs }) => [kind, startMs])).toEqual([["counter-reset", atMs(FROM)]]);
    expect(verdicts[0]!.endMs).not.toBeNull();
    expect(trusted.has(FROM)).toBe(false);
  });

  test("a counter that falls was reset; one that stands still is stuck", () => {
    let volume = 90_000;
    const counter = FLOW.map((flow, slot) => {
      volume = slot === FROM ? 3 : volume + flow / 4;
      return volume;
    });
    const { verdicts } = watch(counter, "volume");
    expect(verdicts.map(({ kind, startMs }) => [kind, startMs])).toEqual([["counter-reset", atMs(FROM)]]);
    const standing = counter.map((value, slot) => (slot > FROM && slot < FROM + 60 ? counter[FROM]! : value));
    expect(watch(standing, "volume").verdicts.map(({ kind }) => kind)).toContain("sensor-stuck");
  });

  test("a meter that always read below zero is told when it reads above", () => {
    const { verdicts } = watch(faulty(200, (value) => -value).map((value) => -value));
    expect(verdicts.map(({ kind, startMs }) => [kind, startMs])).toEqual(
      Array(2).fill(["sensor-reversed", atMs(FROM)]),
    );
    expect(verdicts[1]!.endMs).toBe(atMs(FROM + 200));
  });
});

describe("a level that reads zero", () => {
  const level = (before: readonly number[]) =>
    FLOW.map((_, slot) => {
      if (slot < FROM - before.length || slot >= FROM + 40)
        return 2 + Math.sin(slot / 20) + 0.001 * (slot % 7);
      return slot < FROM ? before[slot - FROM + before.length]! : 0;
    });

  test("is that of an empty tank when it fell there, and a dead gauge when it jumped", () => {
    const emptied = watch(level([1.1, 0.6, 0.14, 0.02]), "level");
    expect(emptied.verdicts).toEqual([]);
    expect([0, 5, 30].map((after) => emptied.trusted.has(FROM + after))).toEqual([true, true, true]);
    const jumped = watch(level([]), "level");
    expect(jumped.verdicts.map(({ kind }) => kind)).toEqual(["sensor-dead", "sensor-dead"]);
    expect(jumped.trusted.has(FROM)).toBe(false);
  });
});

test("figures of a pressure that stands still are in metres", () => {
  const { verdicts } = watch(
    faulty(100, () => 31.5),
    "pressure",
  );
  expect(verdicts[0]?.evidence[0]).toMatchObject({ code: "height-unchanged", figures: { valueM: 31.5 } });
});
