/**
 * The centre, wired in the order the data take:
 *
 *   broker -> ingest -> history -> judgement -> alarms -> operators
 *
 * It starts from the end, so that every stage finds the next one ready, and drains from the beginning.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { firstLink, openAdmission } from "./admission.ts";
import { applyChange } from "./alarm/alarm-life-cycle.ts";
import { createAlarmRunner } from "./alarm/alarm-runner.ts";
import { openBroker } from "./broker.ts";
import { createCheckpointing } from "./checkpointing.ts";
import type { CentreConfig } from "./config/centre-config.ts";
import { configurationViewOf } from "./config/configuration-view.ts";
import { divisionOf, follow } from "./division.ts";
import { type History, openHistory } from "./history.ts";
import { type Ingest, startIngest } from "./ingest/ingest.ts";
import { openRejectedLog } from "./ingest/jsonl-rejected-log.ts";
import { createJudgement } from "./judgement.ts";
import { createLocating } from "./locating.ts";
import type { OneTimeLink } from "./model/accounts.ts";
import { type Clock, MINUTE_MS } from "./model/clock.ts";
import { Failure, messageOf } from "./model/failure.ts";
import type { HistoryStore } from "./model/history-store.ts";
import type { AlarmSource } from "./model/live.ts";
import type { Training } from "./model/training.ts";
import { createOperation } from "./operation.ts";
import { startOperatorService } from "./operator/http-service.ts";
import { REPORTING } from "./report/reporting.ts";
import { startScada } from "./scada/scada.ts";
import { openCheckpointFolder } from "./store/checkpoint-folder.ts";
import { startTelling } from "./telling.ts";

const TICK_MS = 1_000;
const TIDY_EVERY_MS = 10 * MINUTE_MS;
const RECALL_PAGE = 5_000;

interface PortSettings {
  readonly http: string;
  readonly broker: string;
}

const PORT_SETTINGS: PortSettings = {
  http: "http.port in server.yaml",
  broker: "broker.port in server.yaml",
};

export interface CentreOptions {
  readonly config: CentreConfig;
  readonly pageFolder: string;
  readonly demo: boolean;
  /** Newcomers are shown around the page. */
  readonly tour?: boolean;
  /** An exercise that the page is opened for. */
  readonly training?: Training;
  /** What moves a port that is taken, where it is not server.yaml. */
  readonly portSettings?: PortSettings;
  /** The districts held here, where several centres divide them; all when left out. */
  readonly districts?: readonly string[] | null;
  /** Another centre has taken districts of this one, which must end at once, as if it were killed. */
  readonly onTakenOver?: (failure: Failure) => void;
  readonly clock: Clock;
  readonly log: Logger;
  /** Before history is judged: the demo fills it with the past it never had. */
  readonly prepareHistory?: (store: HistoryStore) => Promise<void>;
}

export interface Centre {
  /** Of the page, such as http://127.0.0.1:8080. */
  readonly address: string;
  /** How the first admin gets in; null when one can already, or nobody logs in. */
  readonly firstLink: OneTimeLink | null;
  /** Alarms of all time. */
  alarmCount(): number;
  readonly alarms: AlarmSource;
  /** Of the broker agents connect to. */
  readonly brokerUrl: string;
  /** Of the alarms and conditions for a control system; null when there are none. */
  readonly opcuaUrl: string | null;
  /** Resolves when everything stored so far is judged and its alarms are raised. */
  settled(): Promise<void>;
  /** Resolves when everything taken is stored, judged and shown. */
  close(): Promise<void>;
}

/** Throws Failure when a port is taken, the history is in use or a broker's settings are wrong; nothing is left running. */
export async function startCentre(options: CentreOptions): Promise<Centre> {
  const { clock, log, demo, portSettings = PORT_SETTINGS } = options;
  const { server, rationalisations, plannedWorks } = options.config;
  const division = divisionOf(options.config, options.districts ?? null);
  const { share, config, judged } = division;
  const { utility } = config;
  /** What has been started, closed in reverse when a later part cannot start. */
  const started: (() => Promise<void>)[] = [];
  try {
    const admission = openAdmission({
      config,
      listening: () => operators.address,
      clock,
      log: log.child({ part: "access" }),
    });
    started.push(async () => admission.close());
    await mkdir(server.dataFolder, { recursive: true });
    const rejected = await openRejectedLog(server.dataFolder);
    const operation = createOperation(clock);
    const history = await openHistory(config, { rejected, clock, holding: division.holding });
    const store = operation.metrics.timed(history.store);
    started.push(() => store.close());
    await options.prepareHistory?.(store);

    const alarms = createAlarmRunner({
      // What is silent or moved by a neighbour is told by the whole utility.
      utility: options.config.utility,
      rationalisations,
      plannedWorks,
      ...(share && { speaksFor: share.speaksFor }),
      append: (events) => store.append({ series: [], watermarks: [], events }),
      clock,
    });
    const judgementLog = log.child({ part: "judgement" });
    // Without a history that lasts there is nothing to take up again.
    const checkpointing =
      server.store.kind === "memory"
        ? null
        : createCheckpointing({
            utility: judged,
            parameters: config.detection,
            held: share?.held ?? null,
            store,
            checkpoints: await openCheckpointFolder(join(server.dataFolder, "judged")),
            log: judgementLog,
          });
    const judgement = createJudgement({
      utility: judged,
      store,
      parameters: config.detection,
      checkpointing,
      ...(share && { concerns: share.concerns }),
      clock,
      log: judgementLog,
      async onFindings(events) {
        operators.onEvents(events);
        operators.onEvents(await alarms.onFindings(events));
      },
    });
    started.push(() => judgement.close());
    await forEachEvent(store, (events) => {
      judgement.recall(events);
      for (const contradiction of alarms.replay(share ? events.filter(share.wants) : events))
        log.error(contradiction, "contradicting alarm event");
    });

    let takingIn: Ingest | null = null;
    const locating = config.network
      ? createLocating({ network: config.network, districts: utility.districts }, store)
      : null;
    if (locating) started.push(locating.close);
    const operators = await startOperatorService({
      utility,
      rationalisations,
      positions: config.positions,
      store,
      host: server.http.host,
      port: server.http.port,
      portSetting: portSettings.http,
      pageFolder: options.pageFolder,
      demo,
      clock,
      log: log.child({ part: "operator" }),
      ...admission,
      tls: admission.httpTls,
      metrics: operation.metrics,
      readiness: operation.readiness,
      applyChange,
      ...(share && { concerns: share.wants }),
      locate: locating?.locate ?? null,
      training: options.training,
      tour: options.tour,
      async act(action, actor) {
        return alarms.act(action, actor);
      },
      plannedWorks,
      notifications: config.notifications,
      configuration: configurationViewOf(config.folder),
      reporting: REPORTING,
      async enter(entry, actor) {
        const body = { kind: "entry", entry } as const;
        const events = await store.append({
          series: [],
          watermarks: [],
          events: [{ timeMs: clock(), actor, body }],
        });
        operators.onEvents(events);
        operators.onEvents(await alarms.onFindings(events));
        return events;
      },
      takeByHand: async (sample, event) =>
        takingIn
          ? takingIn.takeByHand(sample, event)
          : { code: "starting", message: "The centre is starting." },
    });
    started.push(() => operators.close());
    const following = follow(division, options.config, {
      log: log.child({ part: "following" }),
      onStored(series) {
        operators.onReadings(series);
        void judgement.take(series);
      },
      onMissed: () => void judgement.reread(),
    });
    if (following) started.push(following.close);
    await judgement.start();

    const { inbox, brokerUrl } = await openBroker(config, admission, {
      portSetting: portSettings.broker,
      divided: share !== null,
      log: log.child({ part: "broker" }),
    });
    started.push(() => inbox.close());
    const ingest = await startIngest({
      utility: options.config.utility,
      share,
      inbox,
      store,
      devices: server.devices,
      rejected,
      log: log.child({ part: "ingest" }),
      clock,
      settings: {
        commitSamples: server.ingest.batchSamples,
        commitAgeMs: server.ingest.batchAgeMs,
        maxPendingSamples: server.ingest.queueSamples,
        futureToleranceMs: server.ingest.futureToleranceS * 1000,
      },
      async onCommitted(series, events) {
        operators.onEvents(events);
        operators.onReadings(series);
        following?.tell(series);
        await judgement.take(series);
      },
    });
    takingIn = ingest;
    started.push(() => ingest.close());
    operation.watch({ ingest, judgement, operators, history });

    started.push(startTicking(TIDY_EVERY_MS, log, () => history.tidy(clock())));
    const telling = startTelling(config, {
      held: share?.held ?? null,
      alarms: operators.alarms,
      store,
      publish: inbox.publish,
      clock,
      log: log.child({ part: "notify" }),
    });
    started.push(telling.close);
    const scada = server.opcua
      ? await startScada({
          settings: server.opcua,
          utility,
          pkiFolder: join(server.dataFolder, "opcua-pki"),
          alarms: operators.alarms,
          perform: operators.perform,
          gate: admission.gate,
          logIn: admission.accounts !== null,
          clock,
          log: log.child({ part: "scada" }),
        })
      : null;
    if (scada) started.push(scada.close);
    const ticking = startTicking(TICK_MS, log, async () => {
      if (await isTakenOver(history, options)) return;
      for (const site of ingest.sites()) operators.onSite(site);
      await judgement.tick();
      operators.onEvents(await alarms.tick());
      await telling.tick();
      await scada?.tick();
    });
    started.push(ticking);
    return {
      address: operators.address,
      firstLink: firstLink(admission.accounts),
      alarms: operators.alarms,
      alarmCount: () => operators.alarms.alarms("all").length,
      brokerUrl,
      opcuaUrl: scada?.address ?? null,
      settled: () => judgement.settled(),
      close: () => closeAll(started),
    };
  } catch (thrown) {
    await closeAll(started);
    throw thrown;
  }
}

async function isTakenOver(history: History, { onTakenOver }: CentreOptions): Promise<boolean> {
  try {
    await history.checkHeld();
    return false;
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== "taken-over") throw thrown;
    onTakenOver?.(thrown);
    return true;
  }
}

async function closeAll(started: (() => Promise<void>)[]): Promise<void> {
  for (const close of started.reverse()) await close();
  started.length = 0;
}

async function forEachEvent(
  store: HistoryStore,
  take: (events: Awaited<ReturnType<HistoryStore["events"]>>) => void,
): Promise<void> {
  let cursor = 0;
  for (;;) {
    const events = await store.events(cursor, RECALL_PAGE);
    const last = events.at(-1);
    if (!last) return;
    take(events);
    cursor = last.cursor;
  }
}

/** Runs `work` again and again, each time so long after the one before ended; hands back how to stop it. */
function startTicking(everyMs: number, log: Logger, work: () => Promise<void>): () => Promise<void> {
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const next = (): void => {
    timer = setTimeout(() => {
      running = work()
        .catch((thrown: unknown) => log.error({ error: messageOf(thrown) }, "will be tried again"))
        .then(() => {
          if (!stopped) next();
        });
    }, everyMs);
  };
  next();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
