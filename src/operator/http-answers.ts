/** What every HTTP answer has in common: strict headers, and errors as {code, message} that say what was wrong and where. */
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { z } from "zod";
import type { Gate } from "../model/access.ts";
import { messageOf } from "../model/failure.ts";
import { isFromSameHost } from "./same-host.ts";

/** The page loads nothing from elsewhere, is framed by nobody, and runs no script written into it. */
const HEADERS = {
  "content-security-policy":
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** An error that is the caller's to mend. */
export class HttpError extends Error {
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** The value in the form the schema asks for; a caller's mistake is named with the field it is in. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join(".")}: ${message}` : message,
  );
  throw new HttpError(400, "bad-request", faults.join("; "));
}

export function answerStrictly(app: FastifyInstance, gate: Pick<Gate, "refused">, log: Logger): void {
  // A form of another site can send text without asking first; JSON it cannot.
  app.removeContentTypeParser("text/plain");

  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS);
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
    const changes = request.method !== "GET" && request.method !== "HEAD";
    if (changes && !isFromSameHost(request.headers)) {
      gate.refused("other-site", {
        method: request.method,
        path: request.url.split("?")[0],
        origin: request.headers.origin,
        address: request.ip,
      });
      throw new HttpError(403, "other-site", "Requests that change something come from our own page only.");
    }
  });

  app.setNotFoundHandler((request, reply) => {
    const message = `There is no ${request.method} ${request.url}.`;
    return reply.code(404).send({ code: "not-found", message });
  });

  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status < 500) return reply.code(status).send({ code: codeOf(error), message: messageOf(error) });
    log.error({ err: error, url: request.url }, "request failed");
    return reply.code(500).send({ code: "failed", message: "The request failed; the log says why." });
  });
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 ? status : 500;
}

/** Fastify's own codes, such as FST_ERR_CTP_BODY_TOO_LARGE, in our spelling. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "bad-request";
  return code
    .replace(/^FST_ERR_(CTP_)?/, "")
    .toLowerCase()
    .replaceAll("_", "-");
}
