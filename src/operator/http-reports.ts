/** Reports of a month or a year, and the file by which utilities show each other their figures. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Clock } from "../model/clock.ts";
import { monthSchema } from "../model/entry.ts";
import type { HistoryStore } from "../model/history-store.ts";
import { localDateOf } from "../model/local-time.ts";
import type { HourlyMeans, PeriodKind, Report, Reporting } from "../model/report.ts";
import type { Topology } from "../model/topology.ts";
import type { District, Utility } from "../model/utility.ts";
import { districtScope } from "./district-scope.ts";
import type { Entered } from "./entered.ts";
import { hourlyMeans } from "./hourly-means.ts";
import { checked, HttpError } from "./http-answers.ts";
import { needsByDistrict, principalOf } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";
import { reportTable } from "./report-table.ts";
import type { Standing } from "./standing.ts";
import { CONTENT_TYPES, encodeTables } from "./table-formats.ts";

const kindParams = z.object({ kind: z.enum(["month", "year"]) });
const yearSchema = z.string().regex(/^\d{4}$/, "must be a year such as 2026");
const of = z
  .union([monthSchema, yearSchema])
  .optional()
  .describe("2026-03 or 2026; the last whole one when left out");

const reportQuery = z
  .object({
    of,
    district: z.string().optional().describe("all of them, and their sum, when left out"),
    format: z.enum(["json", "csv"]).default("json"),
  })
  .strict();

const exchangeQuery = z
  .object({
    of,
    utility: z.string().trim().min(1).max(100).describe("what the utility calls itself in the file"),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, "must be an ISO 3166 code such as KE")
      .optional(),
    names: z.enum(["names", "codes"]).default("codes").describe("districts by name, or as D1, D2, ..."),
  })
  .strict();

export interface ReportsOptions {
  readonly utility: Utility;
  readonly topology: Topology;
  readonly standing: Standing;
  readonly entered: Entered;
  readonly store: HistoryStore;
  readonly reporting: Reporting;
  readonly clock: Clock;
}

export function addReports(app: FastifyInstance, options: ReportsOptions): void {
  const { utility, topology, standing, entered, store, reporting, clock } = options;

  async function reportOf(
    request: FastifyRequest,
    asked: {
      readonly kind: PeriodKind;
      readonly of?: string | undefined;
      readonly district?: string | undefined;
    },
  ): Promise<Report> {
    const { kind, district } = asked;
    const nowMs = clock();
    const name = asked.of ?? lastWhole(kind, nowMs, utility.districts[0]?.timeZone ?? "UTC");
    if ((kind === "month") !== name.includes("-"))
      throw new HttpError(400, "bad-request", `of: is not a ${kind}`);
    const maySee = districtScope(topology, principalOf(request));
    const visible = utility.districts.filter(({ id }) => maySee({ kind: "district", id }));
    const districts = visible.filter(({ id }) => (district ?? id) === id);
    if (districts.length === 0)
      throw new HttpError(404, "unknown-district", `There is no district "${district}".`);
    if (reporting.periodSoFar(kind, name, districts[0]?.timeZone ?? "UTC", nowMs).range.fromMs >= nowMs)
      throw new HttpError(400, "not-begun", `${name} has not begun.`);
    const hours = new Map<string, HourlyMeans>();
    for (const one of districts) {
      const { range } = reporting.periodSoFar(kind, name, one.timeZone, nowMs);
      for (const [sensor, means] of await hourlyMeans(
        store,
        sensorsOf(one).filter((id) => !hours.has(id)),
        range,
      ))
        hours.set(sensor, means);
    }
    return reporting.makeReport({
      utility,
      districts,
      all: district === undefined && districts.length === utility.districts.length,
      kind,
      name,
      nowMs,
      hours,
      nightsOf: standing.nights,
      alarms: standing.alarms("all"),
      volumes: entered.volumes(),
    });
  }

  app.get<{ Params: { kind: PeriodKind } }>(
    "/api/v1/reports/:kind",
    needsByDistrict(
      "see",
      describes({
        tag: "reports",
        summary: "Water balance, nights, indicators, repairs and money of a month or a year",
        params: kindParams,
        query: reportQuery,
        alsoAs: [CONTENT_TYPES.csv],
      }),
    ),
    async (request, reply) => {
      const { kind } = checked(kindParams, request.params);
      const { format, ...asked } = checked(reportQuery, request.query);
      const report = await reportOf(request, { kind, ...asked });
      if (format === "json") return report;
      const bytes = encodeTables(format, reportTable(null), [reportTable(report)]);
      return reply
        .type(CONTENT_TYPES[format])
        .header("content-disposition", `attachment; filename="report-${report.period.name}.csv"`)
        .send(Readable.from(bytes, { objectMode: false }));
    },
  );

  app.get<{ Params: { kind: PeriodKind } }>(
    "/api/v1/exchange/:kind",
    needsByDistrict(
      "see",
      describes({
        tag: "reports",
        summary: "The figures of a period as a file for partner utilities, by name or under codes",
        params: kindParams,
        query: exchangeQuery,
      }),
    ),
    async (request, reply) => {
      const { kind } = checked(kindParams, request.params);
      const { of: name, utility: called, country, names } = checked(exchangeQuery, request.query);
      const report = await reportOf(request, { kind, of: name });
      const file = reporting.exchangeFileOf(report, utility, {
        utility: called,
        country,
        named: names === "names",
      });
      return reply
        .header("content-disposition", `attachment; filename="nightflow-exchange-${report.period.name}.json"`)
        .send(file);
    },
  );
}

function sensorsOf({ meters, tanks, pressureSensor }: District): readonly string[] {
  return [
    ...meters.map(({ sensor }) => sensor),
    ...tanks.map(({ levelSensor }) => levelSensor),
    ...(pressureSensor === undefined ? [] : [pressureSensor]),
  ];
}

function lastWhole(kind: PeriodKind, nowMs: number, timeZone: string): string {
  const [year = 0, month = 1] = localDateOf(nowMs, timeZone).split("-").map(Number);
  if (kind === "year") return String(year - 1);
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, "0")}`;
}
