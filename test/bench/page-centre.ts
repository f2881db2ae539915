/** A centre for the page's benchmark: the real service over history in memory, with as many districts as asked for and one sensor of a year. */
import { pino } from "pino";
import { applyChange } from "../../src/alarm/alarm-life-cycle.ts";
import { createAlarmRunner } from "../../src/alarm/alarm-runner.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import type { NewEvent } from "../../src/model/event.ts";
import type { Night } from "../../src/model/night.ts";
import { seriesOf } from "../../src/model/sample.ts";
import type { District, Utility } from "../../src/model/utility.ts";
import { type OperatorService, startOperatorService } from "../../src/operator/http-service.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { gateOf } from "../access/gates.ts";
import { POSITIONS, RULES, verdict } from "../alarm/sample-verdicts.ts";
import { enteringInto } from "../support/entering.ts";
import { sampleDistrict } from "../support/sample-district.ts";

export const YEAR_SENSORS = ["year-1", "year-2", "year-3"];
const NIGHTS = 30;
const LEAKING_EVERY = 50;

export interface PageCentre {
  readonly address: string;
  /** One new reading of the next sensor in turn. */
  read(): void;
  close(): Promise<void>;
}

export async function startPageCentre(options: {
  readonly districts: number;
  readonly yearOfMinutes: boolean;
  readonly pageFolder: string;
}): Promise<PageCentre> {
  const nowMs = Date.now();
  const utility = utilityOf(options.districts, options.yearOfMinutes);
  const store = createMemoryStore();
  let service: OperatorService | null = null;
  const append = async (events: readonly NewEvent[]) => {
    const stored = await store.append({ series: [], watermarks: [], events });
    service?.onEvents(stored);
    return stored;
  };
  const { rationalisations, plannedWorks } = RULES;
  const runner = createAlarmRunner({ rationalisations, plannedWorks, utility, append, clock: Date.now });
  await append(utility.districts.flatMap((district) => nightsOf(district, nowMs)));
  for (const { id } of utility.districts.filter((_, index) => index % LEAKING_EVERY === 0)) {
    const found = verdict("leak", {
      id,
      startMs: nowMs - 2 * DAY_MS,
      decidedMs: nowMs - DAY_MS,
      flowM3h: 12,
    });
    const told = { kind: "verdict", revision: 0, verdict: found } as const;
    await runner.onFindings(await append([{ timeMs: nowMs - DAY_MS, actor: "nightflow", body: told }]));
  }
  if (options.yearOfMinutes)
    for (const [index, id] of YEAR_SENSORS.entries())
      await store.append({ series: [yearOf(id, index, nowMs)], watermarks: [], events: [] });
  await store.append({
    series: utility.districts.map(({ meters }) => seriesOf(meters[0]!.sensor, [nowMs], [20])),
    watermarks: [],
    events: [],
  });
  service = await startOperatorService({
    ...RULES,
    utility,
    positions: POSITIONS,
    store,
    host: "127.0.0.1",
    port: 0,
    portSetting: "",
    pageFolder: options.pageFolder,
    demo: false,
    clock: Date.now,
    log: pino({ level: "silent" }),
    act: runner.act,
    gate: gateOf("operator"),
    accounts: null,
    cookie: { name: "nightflow", secure: false },
    applyChange,
    ...enteringInto({
      store,
      clock: Date.now,
      runner,
      tell(events) {
        service?.onEvents(events);
      },
    }),
  });
  let turn = 0;
  return {
    address: service.address,
    read() {
      const { meters } = utility.districts[turn % utility.districts.length]!;
      turn += 1;
      service?.onReadings([seriesOf(meters[0]!.sensor, [Date.now()], [20 + Math.random()])]);
    },
    close: async () => service?.close(),
  };
}

function utilityOf(districts: number, withYear: boolean): Utility {
  const side = Math.ceil(Math.sqrt(districts));
  const corner = (index: number, east: number, south: number) => ({
    latitudeDeg: -1 - 0.01 * (Math.floor(index / side) + south),
    longitudeDeg: 36 + 0.01 * ((index % side) + east),
  });
  const all = Array.from(
    { length: districts },
    (_, index): District => ({
      ...sampleDistrict({ id: `d${index}`, name: `District ${index + 1}`, timeZone: "Africa/Nairobi" }),
      meters: [{ sensor: `m${index}`, sign: 1 }],
      outline: [corner(index, 0, 0), corner(index, 0.9, 0), corner(index, 0.9, 0.9), corner(index, 0, 0.9)],
    }),
  );
  const sensor = (id: string, site: string, intervalMs: number) => ({
    id,
    name: `Meter ${id}`,
    site,
    quantity: "flow" as const,
    intervalMs,
  });
  return {
    id: "bench",
    name: "Bench",
    currency: "KES",
    districts: all,
    sensors: [
      ...all.map((_, index) => ({
        ...sensor(`m${index}`, `site-${index % 20}`, 15 * MINUTE_MS),
        position: corner(index, 0.5, 0.5),
      })),
      ...(withYear ? YEAR_SENSORS.map((id) => sensor(id, "site-0", MINUTE_MS)) : []),
    ],
  };
}

function nightsOf({ id }: District, nowMs: number): readonly NewEvent[] {
  return Array.from({ length: NIGHTS }, (_, back) => {
    const windowEndMs = nowMs - (NIGHTS - back) * DAY_MS;
    const excess = 3 + ((back * 7 + id.length) % 5) / 4;
    const night: Night = {
      district: id,
      date: new Date(windowEndMs).toISOString().slice(0, 10),
      windowStartMs: windowEndMs - 2 * HOUR_MS,
      windowEndMs,
      completeness: 1,
      outcome: {
        kind: "assessed",
        flows: {
          minimumNightFlowM3h: 10 + excess,
          rollingMinimumM3h: 9 + excess,
          rollingMinimumStartMs: windowEndMs - HOUR_MS,
          legitimateNightUseM3h: 6,
          backgroundLeakageM3h: 4,
          netNightFlowM3h: 4 + excess,
          excessNightFlowM3h: excess,
          equivalentServicePipeBursts: excess / 1.6,
          pressureM: 50,
          pressureSource: "assumed",
        },
      },
    };
    return { timeMs: windowEndMs, actor: "nightflow", body: { kind: "night", revision: 0, night } };
  });
}

/** A day's shape, a week's, a season's, and noise that does not repeat soon. */
function yearOf(id: string, phase: number, nowMs: number) {
  const minutes = 365 * 24 * 60;
  const startMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - minutes * MINUTE_MS;
  const timesMs = Float64Array.from({ length: minutes }, (_, minute) => startMs + minute * MINUTE_MS);
  const values = Float64Array.from(
    timesMs,
    (_, minute) =>
      30 +
      15 * Math.sin((2 * Math.PI * minute) / 1440 + phase) +
      5 * Math.sin((2 * Math.PI * minute) / 525_600) +
      3 * Math.sin(minute * 12.9898 + phase),
  );
  return seriesOf(id, timesMs, values);
}
