/**
 * The description of the HTTP interface, OpenAPI 3.1, generated from the zod schemas that check the requests, and a page to try it on. The
 * page's files come from this server and are read only when somebody opens it.
 */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance, FastifySchema } from "fastify";
import { z } from "zod";
import { asyncApiDocument } from "../model/asyncapi-document.ts";
import { needs, permitAll } from "./http-gate.ts";

const DOCS = "/api/docs";

/** The page sets sizes and colours of its own parts, and shows pictures written into its style sheet. */
const DOCS_POLICY = {
  "default-src": ["'self'"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "img-src": ["'self'", "data:"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "frame-ancestors": ["'none'"],
};

export interface RouteDescription {
  readonly tag: "history" | "nights" | "alarms" | "reports" | "entries" | "training" | "operation";
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodType;
  readonly params?: z.ZodType;
  readonly body?: z.ZodType;
  /** The JSON of a good answer; anything when left out. */
  readonly answer?: z.ZodType;
  /** Media types a good answer may have beside JSON. */
  readonly alsoAs?: readonly string[];
}

const errorSchema = z.object({ code: z.string(), message: z.string() });

/** The options of a route that says what it is; one without does not appear. The schemas describe: `checked` in the handler checks. */
export function describes(route: RouteDescription): { readonly schema: FastifySchema } {
  const { tag, summary, description, query, params, body, answer = z.unknown(), alsoAs = [] } = route;
  const content = {
    "application/json": { schema: jsonSchemaOf(answer) },
    ...Object.fromEntries(alsoAs.map((type) => [type, { schema: { type: "string" } }])),
  };
  const error = { description: "What is wrong, and where", content: jsonContent(errorSchema) };
  return {
    schema: {
      tags: [tag],
      summary,
      ...(description !== undefined && { description }),
      ...(query && { querystring: jsonSchemaOf(query) }),
      ...(params && { params: jsonSchemaOf(params) }),
      ...(body && { body: jsonSchemaOf(body) }),
      response: { 200: { description: "The answer", content }, "4xx": error },
    },
  };
}

const jsonContent = (schema: z.ZodType) => ({ "application/json": { schema: jsonSchemaOf(schema) } });

function jsonSchemaOf(schema: z.ZodType): object {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return json;
}

/** Must come before the routes it describes. */
export async function addOpenApi(app: FastifyInstance): Promise<void> {
  // Requests are checked by `checked`, which names the field; answers are what the handlers made.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Nightflow",
        version: "1",
        description:
          "History, nights, alarms and operation of a utility's centre. Times are ms UTC or ISO 8601.",
      },
      tags: [
        { name: "history" },
        { name: "nights" },
        { name: "alarms" },
        { name: "reports" },
        { name: "entries" },
        { name: "operation" },
      ],
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: schema ? { ...schema, "x-permission": route.config?.permission } : { hide: true },
    }),
  });
  await app.register(async (docs) => {
    permitAll(docs, "public");
    await docs.register(swaggerUi, {
      routePrefix: DOCS,
      staticCSP: DOCS_POLICY,
      uiConfig: { deepLinking: true, tryItOutEnabled: true, validatorUrl: null },
    });
  });
  const asyncApi = asyncApiDocument();
  app.get("/api/v1/asyncapi.json", needs("public"), async () => asyncApi);
}
