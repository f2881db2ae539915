/** What every HTTP answer has in common: strict headers, and errors as {code, message} that say what was wrong and where. */
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { z } from "zod";
import type { Gate } from "../model/access.ts";
import { isRefusal, type Refusal } from "../model/alarm.ts";
import { messageOf } from "../model/failure.ts";
import { isFromSameHost } from "./same-host.ts";

/** The page loads nothing from elsewhere but the tiles of a map, is framed by nobody, and runs no script written into it. */
const policyWith = (tiles: string | null) =>
  `default-src 'self'; img-src 'self' data:${tiles === null ? "" : ` ${sourceOf(tiles)}`}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'`;

/** "https://*.tiles.example" of "https://{s}.tiles.example/{z}/{x}/{y}.png". */
function sourceOf(tiles: string): string {
  return /^https?:\/\/[^/]+/.exec(tiles.replace("{s}", "*"))?.[0] ?? "";
}

const HEADERS = {
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
  readonly retryAfterMs: number | undefined;
  /** What the message is made of, for a page that says it in another language. */
  readonly figures: Readonly<Record<string, number>> | undefined;

  constructor(
    statusCode: number,
    code: string,
    message: string,
    more: {
      readonly retryAfterMs?: number | undefined;
      readonly figures?: Readonly<Record<string, number>>;
    } = {},
  ) {
    super(message);
    this.retryAfterMs = more.retryAfterMs;
    this.figures = more.figures;
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** What somebody asked for and cannot have, as an answer; the codes that are not here say that the request contradicts how things are. */
const STATUS: Readonly<Record<string, number>> = {
  "not-logged-in": 401,
  "unknown-session": 401,
  "expired-session": 401,
  "unknown-token": 401,
  "expired-token": 401,
  "wrong-password": 401,
  "not-permitted": 403,
  "districts-only": 403,
  "not-this-machine": 403,
  "unknown-alarm": 404,
  "unknown-user": 404,
  "unknown-link": 404,
  "no-such-session": 404,
  "no-such-token": 404,
  "unknown-agent": 404,
  starting: 503,
  busy: 503,
  "not-stored": 503,
  "too-many-attempts": 429,
  "weak-password": 422,
};

export function statusOfRefusal({ code }: Refusal): number {
  return STATUS[code] ?? 409;
}

/** The outcome; a refusal is thrown as its answer. */
export function refusing<T extends object | null>(outcome: T): Exclude<T, Refusal> {
  if (outcome === null || !isRefusal(outcome)) return outcome as Exclude<T, Refusal>;
  const { code, message } = outcome;
  const retryAfterMs = "retryAfterMs" in outcome ? Number(outcome.retryAfterMs) : undefined;
  throw new HttpError(statusOfRefusal(outcome), code, message, { retryAfterMs });
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

export interface AnswerOptions {
  readonly gate: Pick<Gate, "refused">;
  readonly log: Logger;
  /** Browsers are told never to come without TLS again. */
  readonly overTls: boolean;
  /** Address of the tiles behind the map; null for none. */
  readonly tiles: string | null;
}

export function answerStrictly(app: FastifyInstance, { gate, log, overTls, tiles }: AnswerOptions): void {
  const headers = { ...HEADERS, "content-security-policy": policyWith(tiles) };
  // A form of another site can send text without asking first; JSON it cannot.
  app.removeContentTypeParser("text/plain");

  app.addHook("onRequest", async (request, reply) => {
    reply.headers(headers);
    if (overTls) reply.header("strict-transport-security", "max-age=31536000");
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
    if (error instanceof HttpError && error.retryAfterMs !== undefined)
      reply.header("retry-after", Math.ceil(error.retryAfterMs / 1000));
    const code = codeOf(error);
    // Turned away before any handler saw it: too large, not JSON, a path that leaves its folder.
    if (!(error instanceof HttpError) && status < 500)
      gate.refused(code, { method: request.method, path: request.url.split("?")[0], address: request.ip });
    const figures = error instanceof HttpError ? error.figures : undefined;
    if (status < 500)
      return reply.code(status).send({ code, message: messageOf(error), ...(figures && { figures }) });
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
