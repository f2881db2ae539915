/** What other tools take away whole: nights for spreadsheets, districts and sensors for maps. */
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Utility } from "../model/utility.ts";
import { featuresOf } from "./geojson.ts";
import { checked, HttpError } from "./http-answers.ts";
import { needs } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";
import { nightsTable } from "./nights-table.ts";
import type { Standing } from "./standing.ts";
import { CONTENT_TYPES, encodeTables, TABLE_FORMATS } from "./table-formats.ts";

const MAX_NIGHTS = 200_000;
const date = z.iso.date("a date such as 2026-03-01");

const nightsQuery = z
  .object({
    district: z.string().optional().describe("all of them when left out"),
    from: date.optional().describe("local date of the morning"),
    to: date.optional().describe("the last date, included"),
    format: z.enum(["json", ...TABLE_FORMATS]).default("json"),
  })
  .strict();

const featuresQuery = z.object({ kind: z.enum(["district", "sensor"]).optional() }).strict();

export interface ExportsOptions {
  readonly utility: Utility;
  readonly standing: Standing;
}

export function addExports(app: FastifyInstance, { utility, standing }: ExportsOptions): void {
  const nightsRoute = describes({
    tag: "nights",
    summary: "What every night came to, of all districts or one",
    query: nightsQuery,
    answer: z.object({ total: z.number(), nights: z.array(z.looseObject({ district: z.string() })) }),
    alsoAs: Object.values(CONTENT_TYPES),
  });
  app.get("/api/v1/nights", needs("see", nightsRoute), async (request, reply) => {
    const { district, from = "", to = "9999-12-31", format } = checked(nightsQuery, request.query);
    const asked = utility.districts.map(({ id }) => id).filter((id) => (district ?? id) === id);
    if (asked.length === 0)
      throw new HttpError(404, "unknown-district", `There is no district "${district}".`);
    const nights = asked
      .flatMap((id) => standing.nights(id))
      .filter((night) => night.date >= from && night.date <= to);
    if (nights.length > MAX_NIGHTS) {
      const message = `This asks for ${nights.length} nights, and one answer has at most ${MAX_NIGHTS}: ask for fewer districts or dates.`;
      throw new HttpError(400, "too-costly", message);
    }
    if (format === "json") return { total: nights.length, nights };
    const bytes = encodeTables(format, nightsTable([]), [nightsTable(nights)]);
    return reply
      .type(CONTENT_TYPES[format])
      .header("content-disposition", `attachment; filename="nights.${format}"`)
      .send(Readable.from(bytes, { objectMode: false }));
  });

  const featuresRoute = describes({
    tag: "nights",
    summary: "Districts and sensors as GeoJSON, with how the districts stand",
    query: featuresQuery,
    answer: z.object({ type: z.literal("FeatureCollection"), features: z.array(z.looseObject({})) }),
    alsoAs: ["application/geo+json"],
  });
  app.get("/api/v1/features.geojson", needs("see", featuresRoute), async (request, reply) => {
    const { kind } = checked(featuresQuery, request.query);
    const all = featuresOf(utility, standing.districts());
    const features = all.filter(({ properties }) => (kind ?? properties.kind) === properties.kind);
    return reply.type("application/geo+json").send(JSON.stringify({ type: "FeatureCollection", features }));
  });
}
