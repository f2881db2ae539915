/** A centre for the operator tests, wired as the real one is: history in memory, the alarm runner, the service on a free port. */
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { applyChange } from "../../src/alarm/alarm-life-cycle.ts";
import { createAlarmRunner } from "../../src/alarm/alarm-runner.ts";
import type { Clock } from "../../src/model/clock.ts";
import type { NewEvent, StoredEvent } from "../../src/model/event.ts";
import type { Series } from "../../src/model/sample.ts";
import type { District, Utility } from "../../src/model/utility.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { type OperatorServiceOptions, startOperatorService } from "../../src/operator/http-service.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { RATIONALISATIONS, START_MS } from "../alarm/sample-verdicts.ts";

const district = (id: string, sensor: string): District => ({
  id,
  name: id,
  timeZone: "Africa/Nairobi",
  meters: [{ sensor, sign: 1 }],
  tanks: [],
  nightWindow: { startMinute: 120, endMinute: 240 },
  night: {
    mainsKm: 9.3,
    connections: 600,
    properties: 672,
    population: 3000,
    activePercent: 6,
    useLPerActivePersonH: 10,
    smallUsersM3h: 1.5,
    largeUsersM3h: 1.2,
    mainsLPerKmH: 40,
    connectionLPerH: 3,
    propertyLPerH: 1,
    pressureM: 50,
    unitBurstM3h: 1.6,
  },
  neighbours: [],
  waterValuePerM3: 0.5,
});

const UTILITY: Utility = {
  id: "nakuru",
  name: "Nakuru",
  currency: "KES",
  sensors: ["inlet", "outlet"].map((id) => ({
    id,
    name: id,
    site: "station-1",
    quantity: "flow",
    intervalMs: 60_000,
  })),
  districts: [district("north", "inlet"), district("south", "outlet")],
};

export interface CentreOptions extends Partial<OperatorServiceOptions> {
  readonly store?: ReturnType<typeof createMemoryStore>;
}

export async function startCentre(options: CentreOptions = {}) {
  const store = options.store ?? createMemoryStore();
  const clock: Clock = options.clock ?? (() => START_MS);
  const told: ((events: readonly StoredEvent[]) => void)[] = [];
  const append = async (events: readonly NewEvent[]) => {
    const stored = await store.append({ series: [], watermarks: [], events });
    for (const tell of told) tell(stored);
    return stored;
  };
  const runner = createAlarmRunner({ rationalisations: RATIONALISATIONS, append, clock });
  runner.replay(await store.events(0, 100_000));
  const service = await startOperatorService({
    utility: UTILITY,
    rationalisations: RATIONALISATIONS,
    host: "127.0.0.1",
    port: 0,
    pageFolder: "no-such-folder",
    demo: false,
    log: pino({ level: "silent" }),
    act: runner.act,
    applyChange,
    ...options,
    store,
    clock,
  });
  told.push(service.onEvents);
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= service.close();
    return closed;
  };
  onTestFinished(close);
  return {
    address: service.address,
    liveAddress: `${service.address.replace("http", "ws")}/api/v1/live`,
    store,
    service,
    close,
    append,
    /** The verdict becomes durable, then the alarms follow. */
    async finds(verdict: Verdict) {
      await append([
        { timeMs: clock(), actor: "nightflow", body: { kind: "verdict", revision: 0, verdict } },
      ]);
      return runner.onVerdicts([verdict]);
    },
    async reads(series: readonly Series[]) {
      await store.append({ series, watermarks: [], events: [] });
      service.onReadings(series);
    },
    act: runner.act,
  };
}
