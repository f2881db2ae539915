/**
 * The operator service: the page, the HTTP interface and the live stream on one port, fed by the composition root after each
 * commit. It starts by replaying the events of history, so that a page shows the same before and after a restart.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import fastifyCompress from "@fastify/compress";
import fastifyStatic from "@fastify/static";
import Fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Gate } from "../model/access.ts";
import type { Accounts } from "../model/accounts.ts";
import type { Rationalisation } from "../model/alarm.ts";
import type { OperatingPosition } from "../model/alarm-kpi.ts";
import type { Clock } from "../model/clock.ts";
import type { NewEvent, StoredEvent } from "../model/event.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { HistoryStore } from "../model/history-store.ts";
import type { AlarmSource, SiteView } from "../model/live.ts";
import type { Locate } from "../model/location.ts";
import type { Series } from "../model/sample.ts";
import type { TlsFiles } from "../model/tls.ts";
import { topologyOf } from "../model/topology.ts";
import type { Training } from "../model/training.ts";
import type { Utility } from "../model/utility.ts";
import { type Act, createPerform, type Perform } from "./acting.ts";
import { createEntered } from "./entered.ts";
import { createEventFeed } from "./event-feed.ts";
import { addAccounts } from "./http-accounts.ts";
import { answerStrictly } from "./http-answers.ts";
import { addConfiguration, type ConfigurationOptions } from "./http-configuration.ts";
import { addEntries, type EntriesOptions } from "./http-entries.ts";
import { addExpectedFlow } from "./http-expected-flow.ts";
import { addExports } from "./http-exports.ts";
import { type DeclaredRoute, guard, needs } from "./http-gate.ts";
import { addHandReadings, type HandReadingsOptions } from "./http-hand-readings.ts";
import { createListener } from "./http-listener.ts";
import { addLocation } from "./http-location.ts";
import { addLogIn } from "./http-log-in.ts";
import { addOpenApi } from "./http-openapi.ts";
import { addOperation, type OperationOptions } from "./http-operation.ts";
import { limitRate } from "./http-rate-limit.ts";
import { addReadings } from "./http-readings.ts";
import { addReports, type ReportsOptions } from "./http-reports.ts";
import { addRoutes } from "./http-routes.ts";
import { addTraining } from "./http-training.ts";
import { createLatestReadings } from "./latest-readings.ts";
import type { SessionCookie } from "./session-cookie.ts";
import { type ApplyChange, createStanding } from "./standing.ts";
import { serveLive } from "./websocket-live.ts";

/** Events read from history at a time at the start. */
const REPLAY_PAGE = 5_000;
/** Below it an answer fits into one or two packets whether it is compressed or not. */
const COMPRESSED_FROM_BYTES = 2048;
const MAX_BODY_BYTES = 16 * 1024;

export interface OperatorServiceOptions
  extends Pick<OperationOptions, "metrics" | "readiness">,
    Pick<ReportsOptions, "reporting">,
    Pick<EntriesOptions, "enter" | "plannedWorks">,
    Pick<HandReadingsOptions, "takeByHand">,
    ConfigurationOptions {
  readonly utility: Utility;
  readonly rationalisations: readonly Rationalisation[];
  readonly positions: readonly OperatingPosition[];
  readonly store: HistoryStore;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The setting that moves the port, for the message that says it is taken. */
  readonly portSetting: string;
  /** Where the built page lies. */
  readonly pageFolder: string;
  readonly demo: boolean;
  /** Newcomers are shown around. */
  readonly tour?: boolean | undefined;
  /** The exercise that is played; left out where the water is real. */
  readonly training?: Training | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Performs an operator's action; resolves when its events are stored, or with why it is not possible. */
  readonly act: Act;
  /** False for events that are another centre's to show. */
  readonly concerns?: (event: NewEvent) => boolean;
  /** The life cycle of alarms, from the alarm stage. */
  readonly applyChange: ApplyChange;
  /** Where leaks may be; left out or null without a model of the network. */
  readonly locate?: Locate | null;
  /** Who asks, and what they may. */
  readonly gate: Gate;
  /** Null when nobody logs in. */
  readonly accounts: Accounts | null;
  readonly cookie: SessionCookie;
  /** Plain HTTP, which is for loopback, when left out. */
  readonly tls?: TlsFiles | null;
  /** How long a request may take to arrive. */
  readonly requestTimeoutMs?: number;
  /** Of one address. */
  readonly requestsPerMinute?: number;
}

export interface OperatorService {
  /** Such as http://127.0.0.1:8080. */
  readonly address: string;
  /** What each route needs. */
  readonly routes: readonly DeclaredRoute[];
  /** Stops listening and lets every page go. */
  close(): Promise<void>;
  /** After each commit of events; overlapping commits may be told in any order. */
  onEvents(events: readonly StoredEvent[]): void;
  /** After each commit of samples. */
  onReadings(series: readonly Series[]): void;
  onSite(site: SiteView): void;
  /** How alarms stand, by the events told so far. */
  readonly alarms: AlarmSource;
  /** The way in which everybody acts on alarms. */
  readonly perform: Perform;
}

/** Fails with code "port-taken" when something else listens there. */
export async function startOperatorService(options: OperatorServiceOptions): Promise<OperatorService> {
  const { utility, store, log, gate } = options;
  const shown = new Set(utility.sensors.map(({ id }) => id));
  const latest = (await store.latest()).filter(({ sensor }) => shown.has(sensor));
  const readings = createLatestReadings(latest);
  const standing = createStanding({ ...options, newestMs: readings.newestMs });
  const entered = createEntered();
  const apply = (events: readonly StoredEvent[]) => {
    entered.apply(events);
    for (const { cursor, body } of standing.apply(events))
      log.error({ cursor, body }, "alarm event contradicts the history before it; passed over");
  };
  for (;;) {
    const page = await store.events(standing.cursor(), REPLAY_PAGE);
    if (page.length === 0) break;
    apply(page);
  }

  /** Whoever wires the service need not tell it of what it did itself. */
  const perform = createPerform(options.act, gate, (events) => feed.take(events));
  const topology = topologyOf(utility);
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    serverFactory: (handler) =>
      createListener(handler, {
        tls: options.tls ?? null,
        requestTimeoutMs: options.requestTimeoutMs,
        onRefused: gate.refused,
      }),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
  });
  answerStrictly(app, { gate, log, overTls: options.cookie.secure, tiles: utility.map?.url ?? null });
  await limitRate(app, gate, options.requestsPerMinute);
  await app.register(fastifyCompress, { threshold: COMPRESSED_FROM_BYTES });
  const routes = guard(app, gate);
  await addOpenApi(app);
  addLogIn(app, options);
  if (options.accounts) addAccounts(app, options.accounts, gate, utility);
  addRoutes(app, { standing, store, perform, topology, clock: options.clock });
  addLocation(app, { alarms: standing, topology, clock: options.clock, locate: options.locate ?? null });
  if (options.training) addTraining(app, options.training);
  addOperation(app, { ...options, cursor: standing.cursor });
  addReadings(app, { utility, topology, store, log });
  addExpectedFlow(app, { utility, topology, store });
  addExports(app, { utility, standing });
  const shared = { ...options, topology, standing, entered, readings };
  addReports(app, shared);
  addEntries(app, shared);
  addHandReadings(app, shared);
  addConfiguration(app, options);
  await addPage(app, resolve(options.pageFolder));
  const live = serveLive(app.server, {
    ...options,
    configuration: configurationMark(options),
    exercise: options.training !== undefined,
    tour: options.tour ?? false,
    perform,
    standing,
    readings,
  });
  const feed = createEventFeed({
    afterCursor: standing.cursor(),
    store,
    log,
    onNext(events) {
      apply(events);
      live.onEvents(events);
    },
  });
  const address = await listen(app, options).catch(async (failure: unknown) => {
    await live.close();
    throw failure;
  });

  return {
    address,
    routes,
    async close() {
      feed.close();
      await live.close();
      await app.close();
    },
    alarms: standing,
    perform,
    onEvents: feed.take,
    onReadings(series) {
      readings.onSeries(series.filter(({ sensor }) => shown.has(sensor)));
      live.onReadings();
    },
    onSite(site) {
      readings.onSite(site);
      live.onReadings();
    },
  };
}

/** Of all that a page is told once and keeps: another utility or another rationalisation is another mark. */
function configurationMark({ utility, rationalisations, demo }: OperatorServiceOptions): string {
  const told = JSON.stringify({ utility, rationalisations, demo });
  return createHash("sha256").update(told).digest("hex").slice(0, 16);
}

async function addPage(app: FastifyInstance, folder: string): Promise<void> {
  if (existsSync(join(folder, "index.html"))) {
    await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true });
    // The page is the same for everybody and holds nothing of the utility; what it shows it asks for.
    app.get("/", needs("public"), (_, reply) => reply.sendFile("index.html"));
    app.get<{ Params: { "*": string } }>("/*", needs("public"), ({ params }, reply) => {
      const path = params["*"];
      if (path.startsWith("api/") || path.includes("..")) return reply.callNotFound();
      // The names of assets hold what is in them; every other path is a place within the page.
      if (path.startsWith("assets/")) return reply.sendFile(path, { maxAge: "1y", immutable: true });
      return reply.sendFile("index.html");
    });
    return;
  }
  app.get("/", needs("public"), async (_, reply) =>
    reply
      .code(503)
      .type("text/plain; charset=utf-8")
      .send(
        "The page has not been built: run `npm run build:page`. The interface below /api/v1/ is there.\n",
      ),
  );
}

async function listen(
  app: FastifyInstance,
  { host, port, portSetting, tls }: OperatorServiceOptions,
): Promise<string> {
  try {
    const address = await app.listen({ host, port });
    return tls ? address.replace(/^http:/, "https:") : address;
  } catch (failure) {
    await app.close();
    if (failure instanceof Error && "code" in failure && failure.code === "EADDRINUSE") {
      const message = `port ${port} on ${host} is taken by another program; choose another with ${portSetting}`;
      throw new Failure("port-taken", message, { cause: failure });
    }
    throw new Failure("cannot-listen", `cannot listen on ${host}, port ${port}: ${messageOf(failure)}`, {
      cause: failure,
    });
  }
}
