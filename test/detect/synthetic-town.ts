/**
 * A small made-up town in which all happens that a judge remembers something for: two districts that share a meter, a tank, zone pressure,
 * intermittent supply, a neighbour behind a boundary valve and a sensor of no district; with leaks, gaps, stuck meters and valves by chance.
 */
import { HOUR_MS } from "../../src/model/clock.ts";
import { type Series, seriesOf } from "../../src/model/sample.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { Quantity } from "../../src/model/units.ts";
import type { Utility } from "../../src/model/utility.ts";
import { DAY_MS, district, START_MS } from "./synthetic-district.ts";

const QUANTITIES: Readonly<Record<string, Quantity>> = {
  inlet: "flow",
  border: "flow",
  well: "flow",
  valley: "flow",
  "dry-inlet": "flow",
  gauge: "pressure",
  "dry-gauge": "pressure",
  tank: "level",
  reservoir: "level",
};

export const SENSORS = Object.keys(QUANTITIES);

export function town(intervalMs: number): Utility {
  return {
    id: "town",
    name: "Town",
    currency: "EUR",
    sensors: Object.entries(QUANTITIES).map(([id, quantity]) => ({
      id,
      name: id,
      site: "s",
      quantity,
      intervalMs,
    })),
    districts: [
      {
        ...district("north", [
          { sensor: "inlet", sign: 1 },
          { sensor: "border", sign: -1 },
        ]),
        tanks: [{ levelSensor: "tank", areaM2: 40 }],
        pressureSensor: "gauge",
        neighbours: ["valley"],
      },
      district("east", [
        { sensor: "border", sign: 1 },
        { sensor: "well", sign: 1 },
      ]),
      district("valley", [{ sensor: "valley", sign: 1 }]),
      { ...district("dry", [{ sensor: "dry-inlet", sign: 1 }]), pressureSensor: "dry-gauge" },
    ],
  };
}

/** What is lost or passes between two districts, m3/h, from one time to another. */
interface Flow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly m3h: number;
}

const sumAt = (flows: readonly Flow[], timeMs: number) =>
  flows.reduce((sum, { fromMs, toMs, m3h }) => sum + (timeMs >= fromMs && timeMs < toMs ? m3h : 0), 0);

/** Each sensor's samples over so many days, by sensor; without those that never came. */
export function townSeries(intervalMs: number, days: number, seed: number): ReadonlyMap<string, Series> {
  const draw = uniformDraws(seed);
  const between = (least: number, most: number) => least + (most - least) * draw();
  const some = (most: number, leastH: number, mostH: number, leastM3h: number, mostM3h: number): Flow[] =>
    Array.from({ length: Math.floor(between(0, most + 1)) }, () => {
      const fromMs = START_MS + between(0.1, 1) * days * DAY_MS;
      return { fromMs, toMs: fromMs + between(leastH, mostH) * HOUR_MS, m3h: between(leastM3h, mostM3h) };
    });
  const leaks = Object.fromEntries(
    ["north", "east", "valley", "dry"].map((id) => [id, some(2, 24, 24 * 40, 4, 16)]),
  );
  const valve = some(2, 12, 24 * 10, 6, 14);
  const passing = some(3, 1, 4, 8, 20);
  const drift = draw() < 0.4 ? between(0.001, 0.004) : 0;
  const noise = () => draw() + draw() - 1;
  const use = (timeMs: number, meanM3h: number) => {
    const hour = ((timeMs + 3 * HOUR_MS) % DAY_MS) / HOUR_MS;
    const shape = 0.4 + 1.1 * Math.exp(-((hour - 8) ** 2) / 6) + 0.8 * Math.exp(-((hour - 19) ** 2) / 8);
    return meanM3h * shape * (1 + 0.06 * noise());
  };
  const isSupplied = (timeMs: number) => {
    const hour = ((timeMs + 3 * HOUR_MS) % DAY_MS) / HOUR_MS;
    return (hour >= 5 && hour < 11) || (hour >= 16 && hour < 21);
  };
  const timesMs = Array.from(
    { length: Math.floor((days * DAY_MS) / intervalMs) },
    (_, i) => START_MS + i * intervalMs,
  );
  const values = new Map(SENSORS.map((id) => [id, [] as number[]]));
  let levelM = 2;
  for (const timeMs of timesMs) {
    const grown = 1 + (drift * (timeMs - START_MS)) / DAY_MS;
    const east = use(timeMs, 14) + sumAt(leaks.east!, timeMs);
    const border = 0.6 * east * (1 + 0.01 * noise());
    const moved = sumAt(valve, timeMs);
    const lost = sumAt(leaks.north!, timeMs);
    const filling = 3 * Math.sin(timeMs / (5 * HOUR_MS));
    levelM += ((filling / 40) * intervalMs) / HOUR_MS;
    const isOn = isSupplied(timeMs);
    const dry = isOn ? use(timeMs, 30) + sumAt(leaks.dry!, timeMs) : 0;
    const told: Record<string, number> = {
      inlet: use(timeMs, 25) + lost + moved + border + filling + sumAt(passing, timeMs),
      border,
      well: (east - border) * grown,
      valley: use(timeMs, 18) - 0.5 * moved + sumAt(leaks.valley!, timeMs),
      "dry-inlet": dry,
      gauge: 45 - 0.3 * lost + noise(),
      "dry-gauge": isOn ? 22 + noise() : 0.1 * draw(),
      tank: levelM,
      reservoir: 3 + Math.sin(timeMs / (7 * HOUR_MS)) + 0.05 * noise(),
    };
    for (const [id, column] of values) column.push(told[id]!);
  }
  return new Map(
    SENSORS.map((id) => {
      const column = values.get(id)!;
      if (draw() < 0.4) standStill(column, draw, intervalMs);
      return [id, withGaps(seriesOf(id, timesMs, column), draw, intervalMs)];
    }),
  );
}

function standStill(values: number[], draw: () => number, intervalMs: number): void {
  const from = Math.floor(draw() * values.length);
  const length = Math.floor(((1 + draw() * 60) * HOUR_MS) / intervalMs);
  values.fill(draw() < 0.5 ? values[from]! : 0, from, from + length);
}

/** Some hours, now and then days, that never came; and single samples. */
function withGaps(series: Series, draw: () => number, intervalMs: number): Series {
  const gone = new Set<number>();
  const { length } = series.timesMs;
  for (let gaps = Math.floor(draw() * 3); gaps > 0; gaps -= 1) {
    const from = Math.floor(draw() * length);
    const hours = draw() < 0.15 ? 24 * 9 : 1 + draw() * 30;
    for (let at = from; at < from + (hours * HOUR_MS) / intervalMs; at += 1) gone.add(at);
  }
  for (let single = 0; single < length / 200; single += 1) gone.add(Math.floor(draw() * length));
  const kept = [...series.timesMs.keys()].filter((at) => !gone.has(at));
  return seriesOf(
    series.sensor,
    kept.map((at) => series.timesMs[at]!),
    kept.map((at) => series.values[at]!),
  );
}
