/** A centre for the operator tests, wired as the real one is: history in memory, the alarm runner, the service on a free port. */
import { pino } from "pino";
import { onTestFinished } from "vitest";
import type { AlarmRules } from "../../src/alarm/alarm-book.ts";
import { applyChange } from "../../src/alarm/alarm-life-cycle.ts";
import { createAlarmRunner } from "../../src/alarm/alarm-runner.ts";
import type { Clock } from "../../src/model/clock.ts";
import type { NewEvent, StoredEvent } from "../../src/model/event.ts";
import type { Series } from "../../src/model/sample.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import {
  type OperatorService,
  type OperatorServiceOptions,
  startOperatorService,
} from "../../src/operator/http-service.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { gateOf } from "../access/gates.ts";
import { POSITIONS, RULES, START_MS } from "../alarm/sample-verdicts.ts";
import { enteringInto } from "../support/entering.ts";

export interface CentreOptions extends Partial<OperatorServiceOptions> {
  readonly store?: ReturnType<typeof createMemoryStore>;
  /** The utility and its rationalisations. */
  readonly rules?: AlarmRules;
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
  const { rules = RULES } = options;
  const runner = createAlarmRunner({ ...rules, append, clock });
  runner.replay(await store.events(0, 100_000));
  const service: OperatorService = await startOperatorService({
    portSetting: "http.port in server.yaml",
    ...rules,
    positions: POSITIONS,
    host: "127.0.0.1",
    port: 0,
    pageFolder: "no-such-folder",
    demo: false,
    log: pino({ level: "silent" }),
    act: runner.act,
    gate: gateOf("amina"),
    accounts: null,
    cookie: { name: "nightflow", secure: false },
    applyChange,
    ...enteringInto({
      store,
      clock,
      runner,
      tell(events, series) {
        service.onEvents(events);
        if (series.length > 0) service.onReadings(series);
      },
    }),
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
    async finds(...verdicts: readonly Verdict[]) {
      const told = verdicts.map((verdict) => ({ kind: "verdict", revision: 0, verdict }) as const);
      return runner.onFindings(
        await append(told.map((body) => ({ timeMs: clock(), actor: "nightflow", body }))),
      );
    },
    async reads(series: readonly Series[]) {
      await store.append({ series, watermarks: [], events: [] });
      service.onReadings(series);
    },
    act: runner.act,
  };
}
