/** GET /api/v1/readings: history of several sensors, as it is or in buckets that keep the extremes, in the form a program wants it. */
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { messageOf } from "../model/failure.ts";
import type { HistoryStore } from "../model/history-store.ts";
import type { Topology } from "../model/topology.ts";
import type { Utility } from "../model/utility.ts";
import { districtScope, visibleUtility } from "./district-scope.ts";
import { checked, HttpError } from "./http-answers.ts";
import { needsByDistrict, principalOf } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";
import { readingsAnswer, readingsAsJson } from "./readings-json.ts";
import { planReadings, READING_LIMITS, readingsQuery } from "./readings-query.ts";
import { columnsOf, tablesOf } from "./readings-tables.ts";
import { rowsIn, type Table } from "./table.ts";
import { CONTENT_TYPES, encodeTables } from "./table-formats.ts";

/** Long answers under way at once. */
const STREAMS_AT_ONCE = 4;
const BUSY_S = 10;

export interface ReadingsOptions {
  readonly utility: Utility;
  readonly topology: Topology;
  readonly store: HistoryStore;
  readonly log: Logger;
}

export function addReadings(app: FastifyInstance, { utility, topology, store, log }: ReadingsOptions): void {
  let streams = 0;

  const route = describes({
    tag: "history",
    summary: "Readings of sensors: in buckets that keep the extremes, or as they are",
    description:
      "What it costs is bounded: beyond it the answer is 400 too-costly and says what would be smaller.",
    query: readingsQuery,
    answer: readingsAnswer,
    alsoAs: Object.values(CONTENT_TYPES),
  });
  app.get("/api/v1/readings", needsByDistrict("see", route), async (request, reply) => {
    const visible = visibleUtility(utility, districtScope(topology, principalOf(request)));
    const plan = planReadings(checked(readingsQuery, request.query), visible);
    const { format } = plan;
    if (format === "json") return readingsAsJson(plan, store);
    if (streams >= STREAMS_AT_ONCE) {
      reply.header("retry-after", BUSY_S);
      throw new HttpError(503, "busy", `${streams} long answers are under way: try again in a while.`);
    }
    streams += 1;
    const bytes = encodeTables(format, columnsOf(plan), bounded(tablesOf(plan, store)));
    const body = Readable.from(bytes, { objectMode: false });
    body.once("close", () => {
      streams -= 1;
    });
    body.once("error", (error) =>
      log.warn({ error: messageOf(error), url: request.url }, "answer broken off"),
    );
    return reply
      .type(CONTENT_TYPES[format])
      .header("content-disposition", `attachment; filename="readings.${format}"`)
      .send(body);
  });
}

/** A sensor that sent far more than was expected must not make an answer without end. */
async function* bounded(tables: AsyncIterable<Table>): AsyncGenerator<Table> {
  let rows = 0;
  for await (const table of tables) {
    rows += rowsIn(table);
    if (rows > 2 * READING_LIMITS.streamedRows) throw new Error(`more than ${rows} rows`);
    yield table;
  }
}
