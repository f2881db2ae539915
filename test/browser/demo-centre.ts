/**
 * The demo town as a page sees it on a Tuesday morning: 35 days of history in memory, judged by the real detection, and meters that
 * read on. The service may be stopped and started again on the same port, as a centre is.
 */
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { applyChange } from "../../src/alarm/alarm-life-cycle.ts";
import { type AlarmRunner, createAlarmRunner } from "../../src/alarm/alarm-runner.ts";
import { type CentreConfig, readCentreConfig } from "../../src/config/centre-config.ts";
import { configurationViewOf } from "../../src/config/configuration-view.ts";
import { demoHistory } from "../../src/demo/demo-history.ts";
import { EVERYDAY_SCENARIO, liveWorld, newWorld } from "../../src/demo/demo-world.ts";
import { createUtilityJudge, type Findings } from "../../src/detect/utility-judge.ts";
import type { AgentReport } from "../../src/model/agent-report.ts";
import { type Clock, DAY_MS } from "../../src/model/clock.ts";
import type { EventBody, NewEvent } from "../../src/model/event.ts";
import type { HistoryStore } from "../../src/model/history-store.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { type OperatorService, startOperatorService } from "../../src/operator/http-service.ts";
import type { Simulation } from "../../src/simulate/simulation.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { gateOf } from "../access/gates.ts";
import { enteringInto } from "../support/entering.ts";

/** 08:10 in the town. */
const MORNING_MS = Date.UTC(2026, 10, 24, 5, 10);
const READ_EVERY_MS = 500;

export interface DemoCentre {
  readonly address: string;
  stopService(): Promise<void>;
  startServiceAgain(): Promise<void>;
  close(): Promise<void>;
}

export async function startDemoCentre(pageFolder: string): Promise<DemoCentre> {
  const config = configuration();
  const store = createMemoryStore();
  /** Stands still in the past; goes on once the past has been lived. */
  let clock: Clock = () => MORNING_MS;
  let service: OperatorService | null = null;
  const runner = createAlarmRunner({
    ...config,
    clock: () => clock(),
    async append(events) {
      const stored = await store.append({ series: [], watermarks: [], events });
      service?.onEvents(stored);
      return stored;
    },
  });
  const simulation = await liveWorld(newWorld(EVERYDAY_SCENARIO, MORNING_MS));
  await livePast(config, store, runner, simulation, (nowMs) => {
    clock = () => nowMs;
  });
  const startedMs = performance.now();
  clock = () => Math.round(MORNING_MS + performance.now() - startedMs);

  async function serve(port: number): Promise<OperatorService> {
    const { utility, rationalisations, positions, plannedWorks } = config;
    const log = pino({ level: "silent" });
    const parts = {
      utility,
      rationalisations,
      positions,
      store,
      clock,
      log,
      pageFolder,
      applyChange,
      act: runner.act,
      plannedWorks,
      ...enteringInto({
        store,
        clock: () => clock(),
        runner,
        tell(events, series) {
          service?.onEvents(events);
          if (series.length > 0) service?.onReadings(series);
        },
      }),
      configuration: configurationViewOf(config.folder),
      gate: gateOf("operator"),
      accounts: null,
      cookie: { name: "nightflow", secure: false },
    };
    const started = await startOperatorService({
      ...parts,
      host: "127.0.0.1",
      port,
      portSetting: "--http-port",
      demo: true,
    });
    for (const site of new Set(utility.sensors.map((sensor) => sensor.site)))
      started.onSite({
        site,
        online: true,
        lastHeardMs: clock(),
        oldestUnacknowledgedMs: null,
        ...(site === "kilima-station"
          ? { version: "0.1.0", agent: agentReport(clock()), agentSaidMs: clock() }
          : { version: null, agent: null, agentSaidMs: null }),
      });
    return started;
  }

  const reading = setInterval(() => {
    const nowMs = clock();
    const series = simulation.sensors.flatMap((sensor) => {
      const reading = simulation.reading(sensor, nowMs);
      return reading ? [seriesOf(sensor, [nowMs], [reading.value])] : [];
    });
    void store.append({ series, watermarks: [], events: [] }).then(() => service?.onReadings(series));
  }, READ_EVERY_MS);

  service = await serve(0);
  const { address } = service;
  const stopService = async () => {
    const stopping = service;
    service = null;
    await stopping?.close();
  };
  return {
    address,
    stopService,
    async startServiceAgain() {
      service = await serve(Number(new URL(address).port));
    },
    async close() {
      clearInterval(reading);
      await stopService();
    },
  };
}

/** What the station's agent says of itself: well, but for a certificate that ends soon. */
function agentReport(nowMs: number): AgentReport {
  return {
    startedMs: nowMs - 9 * DAY_MS,
    spool: {
      heldBatches: 3,
      heldBytes: 12_400_000,
      maxBytes: 200_000_000,
      diskFull: false,
      droppedSamples: 0,
    },
    sources: [
      {
        name: "scada",
        kind: "opcua",
        state: "connected",
        sinceMs: nowMs - DAY_MS,
        lastValueMs: nowMs,
        items: 6,
        lostItems: 0,
      },
    ],
    certificates: [
      {
        of: "scada",
        owner: "server",
        subject: "CN=scada",
        fingerprint: "AB:CD",
        notAfterMs: nowMs + 12 * DAY_MS,
      },
    ],
    clocks: [{ against: "centre", aheadMs: 120, measuredMs: nowMs }],
    configuration: { loadedMs: nowMs - 9 * DAY_MS, refused: null },
  };
}

function configuration(): CentreConfig {
  const read = readCentreConfig(fileURLToPath(new URL("../../config/demo", import.meta.url)));
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.config;
}

/** Day after day as it came in: stored, judged, its alarms raised. */
async function livePast(
  config: CentreConfig,
  store: HistoryStore,
  runner: AlarmRunner,
  simulation: Simulation,
  setClock: (nowMs: number) => void,
): Promise<void> {
  const judge = createUtilityJudge(config.utility, config.detection);
  const record = async ({ nights, verdicts }: Findings, timeMs: number) => {
    setClock(timeMs);
    const bodies: EventBody[] = [
      ...nights.map((night) => ({ kind: "night" as const, revision: 0, night })),
      ...verdicts.map((verdict) => ({ kind: "verdict" as const, revision: 0, verdict })),
    ];
    const events: NewEvent[] = bodies.map((body) => ({ timeMs, actor: "nightflow", body }));
    await runner.onFindings(await store.append({ series: [], watermarks: [], events }));
  };
  for (let fromMs = simulation.startMs; fromMs < MORNING_MS; fromMs += DAY_MS) {
    const toMs = Math.min(fromMs + DAY_MS, MORNING_MS);
    const series = demoHistory(simulation, { fromMs, toMs });
    await store.append({ series, watermarks: [], events: [] });
    await record(judge.take(series), toMs);
  }
  await record(judge.tick(MORNING_MS), MORNING_MS);
}
