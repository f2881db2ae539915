/** What programs and the page may ask over HTTP: alarms, districts and their nights, events, and acting on an alarm. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { isRefusal } from "../model/alarm.ts";
import { type Clock, DAY_MS } from "../model/clock.ts";
import type { HistoryStore } from "../model/history-store.ts";
import { actionSchema } from "../model/live.ts";
import type { Topology } from "../model/topology.ts";
import type { Perform } from "./acting.ts";
import { districtScope } from "./district-scope.ts";
import { checked, HttpError, statusOfRefusal } from "./http-answers.ts";
import { needs, needsByDistrict, principalOf } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";
import { instant } from "./readings-query.ts";
import type { Standing } from "./standing.ts";
import { workOrders } from "./work-order-view.ts";

const count = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);

const alarmsQuery = z
  .object({ state: z.enum(["standing", "all"]).default("all"), limit: count(5000, 1000) })
  .strict();

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "a date such as 2026-03-01");
const nightsQuery = z
  .object({ from: date.optional(), to: date.optional(), limit: count(4000, 400) })
  .strict();

const eventsQuery = z
  .object({ after: z.coerce.number().int().min(0).default(0), limit: count(1000, 500) })
  .strict();

const workOrdersQuery = z
  .object({ state: z.enum(["open", "all"]).default("open"), limit: count(5000, 1000) })
  .strict();

const kpiQuery = z
  .object({ from: instant.optional(), to: instant.optional(), position: z.string().optional() })
  .strict();

const idParams = z.object({ id: z.string() });

/** The standard measures over thirty days. */
const KPI_RANGE_MS = 30 * DAY_MS;
const LONGEST_KPI_RANGE_MS = 400 * DAY_MS;

export interface RouteOptions {
  readonly standing: Standing;
  readonly store: HistoryStore;
  readonly perform: Perform;
  readonly topology: Topology;
  readonly clock: Clock;
}

export function addRoutes(
  app: FastifyInstance,
  { standing, store, perform, topology, clock }: RouteOptions,
): void {
  const scopeOf = (request: FastifyRequest) => districtScope(topology, principalOf(request));

  app.get(
    "/api/v1/alarms",
    needsByDistrict(
      "see",
      describes({
        tag: "alarms",
        summary: "Alarms, the newest activation first, with explanation and cost",
        query: alarmsQuery,
      }),
    ),
    async (request) => {
      const { state, limit } = checked(alarmsQuery, request.query);
      const maySee = scopeOf(request);
      const alarms = standing.alarms(state).filter(({ verdict }) => maySee(verdict.subject));
      return { cursor: standing.cursor(), total: alarms.length, alarms: alarms.slice(0, limit) };
    },
  );

  app.get(
    "/api/v1/alarms/kpi",
    needs(
      "see",
      describes({
        tag: "alarms",
        summary: "How the alarm system itself performs, by operating position",
        query: kpiQuery,
      }),
    ),
    async (request) => {
      const { from, to = clock(), position } = checked(kpiQuery, request.query);
      const range = { fromMs: from ?? to - KPI_RANGE_MS, toMs: to };
      if (range.fromMs >= range.toMs || range.toMs - range.fromMs > LONGEST_KPI_RANGE_MS)
        throw new HttpError(400, "bad-request", "from: must be before to, by at most 400 days");
      const positions = standing.kpis(range);
      const asked = positions.filter((one) => position === undefined || one.position === position);
      if (asked.length === 0)
        throw new HttpError(404, "unknown-position", `There is no operating position "${position}".`);
      return { positions: asked };
    },
  );

  app.get<{ Params: { id: string } }>(
    "/api/v1/alarms/:id",
    needsByDistrict("see", describes({ tag: "alarms", summary: "One alarm", params: idParams })),
    async (request) => {
      const { id } = request.params;
      const alarm = standing.alarm(id);
      if (!alarm || !scopeOf(request)(alarm.verdict.subject))
        throw new HttpError(404, "unknown-alarm", `There is no alarm "${id}".`);
      return alarm;
    },
  );

  app.post<{ Params: { id: string } }>(
    "/api/v1/alarms/:id/actions",
    needsByDistrict(
      "operate",
      describes({
        tag: "alarms",
        summary: "Acts on an alarm; answers with the events",
        params: idParams,
        body: actionSchema,
      }),
    ),
    async (request, reply) => {
      const { id } = request.params;
      const action = checked(actionSchema, request.body);
      if (action.alarm !== id) {
        const message = `The path names the alarm "${id}", the action "${action.alarm}".`;
        throw new HttpError(400, "alarm-mismatch", message);
      }
      const alarm = standing.alarm(id);
      if (alarm && !scopeOf(request)(alarm.verdict.subject))
        throw new HttpError(404, "unknown-alarm", `There is no alarm "${id}".`);
      const outcome = await perform(action, { principal: principalOf(request), address: request.ip });
      if (!isRefusal(outcome)) return { events: outcome };
      const { code, message } = outcome;
      return reply.code(statusOfRefusal(outcome)).send({ code, message });
    },
  );

  app.get(
    "/api/v1/work-orders",
    needsByDistrict(
      "see",
      describes({ tag: "alarms", summary: "Work orders, the newest first", query: workOrdersQuery }),
    ),
    async (request) => {
      const { state, limit } = checked(workOrdersQuery, request.query);
      const maySee = scopeOf(request);
      const orders = workOrders(standing.alarms("all"), state).filter(({ subject }) => maySee(subject));
      return { total: orders.length, workOrders: orders.slice(0, limit) };
    },
  );

  app.get(
    "/api/v1/districts",
    needsByDistrict(
      "see",
      describes({
        tag: "nights",
        summary: "Last night, trend of thirty nights and standing findings of every district",
      }),
    ),
    async (request) => {
      const maySee = scopeOf(request);
      const districts = standing.districts().filter((one) => maySee({ kind: "district", id: one.district }));
      return { cursor: standing.cursor(), districts };
    },
  );

  app.get<{ Params: { id: string } }>(
    "/api/v1/districts/:id/nights",
    needsByDistrict(
      "see",
      describes({
        tag: "nights",
        summary: "Nights of one district, the newest of them",
        query: nightsQuery,
        params: idParams,
      }),
    ),
    async (request) => {
      const { id } = request.params;
      const { from = "", to = "9999-12-31", limit } = checked(nightsQuery, request.query);
      if (!standing.district(id) || !scopeOf(request)({ kind: "district", id }))
        throw new HttpError(404, "unknown-district", `There is no district "${id}".`);
      const nights = standing.nights(id).filter((night) => night.date >= from && night.date <= to);
      return { district: id, total: nights.length, nights: nights.slice(-limit) };
    },
  );

  app.get(
    "/api/v1/events",
    needs(
      "see",
      describes({
        tag: "history",
        summary: "Everything that was concluded or done, after a cursor",
        query: eventsQuery,
      }),
    ),
    async (request) => {
      const { after, limit } = checked(eventsQuery, request.query);
      const events = await store.events(after, limit);
      return { cursor: events.at(-1)?.cursor ?? after, events };
    },
  );
}
