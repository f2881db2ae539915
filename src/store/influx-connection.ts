/**
 * Requests to an InfluxDB of version 1, 2 or 3: lines written, InfluxQL asked. The client's buffers and retries are never used: what it
 * buffers it may drop, and a commit is tried again by whoever holds it.
 */
import { HttpError, InfluxDB } from "@influxdata/influxdb-client";
import { z } from "zod";
import { Failure, messageOf } from "../model/failure.ts";

export interface InfluxOptions {
  /** Such as http://127.0.0.1:8086. */
  readonly url: string;
  readonly version: 1 | 2 | 3;
  /** A bucket in version 2. Kept for ever: events and watermarks carry times of 1970. */
  readonly database: string;
  /** Version 2 only. */
  readonly organisation?: string | undefined;
  /** Versions 2 and 3. */
  readonly token?: string | undefined;
  /** Version 1. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** PEM of the authority that signed the server's certificate, where the system does not know it. */
  readonly authority?: string | undefined;
}

export type WriteOutcome =
  | { readonly kind: "stored" }
  /** Some of the lines, or all, are wrong in themselves; the right ones may be stored or not. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "too-large" }
  /** Nothing is known to be stored; the same may be tried again, not before retryAfterMs when the server says so. */
  | { readonly kind: "failed"; readonly failure: Failure; readonly retryAfterMs: number | null };

export interface ResultRows {
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string | null)[])[];
}

export interface InfluxConnection {
  write(lines: readonly string[]): Promise<WriteOutcome>;
  /** Throws Failure "store-read". */
  query(influxQl: string): Promise<readonly ResultRows[]>;
}

const TIMEOUT_MS = 30_000;
const GZIP_FROM_BYTES = 1_000;

const cell = z.union([z.number(), z.string(), z.null()]);
const answerSchema = z.object({
  results: z.array(
    z.object({
      error: z.string().optional(),
      series: z
        .array(
          z.object({
            tags: z.record(z.string(), z.string()).optional(),
            columns: z.array(z.string()),
            values: z.array(z.array(cell)).default([]),
          }),
        )
        .optional(),
    }),
  ),
});

export function connectInflux(options: InfluxOptions): InfluxConnection {
  const { transport } = new InfluxDB({
    url: options.url,
    timeout: TIMEOUT_MS,
    transportOptions: { ca: options.authority },
  });
  const headers = authorization(options);
  const writePath = writePathOf(options);
  const writeHeaders = { ...headers, "content-type": "text/plain; charset=utf-8" };

  return {
    async write(lines) {
      let status: number | undefined;
      try {
        await transport.request(
          writePath,
          lines.join("\n"),
          { method: "POST", headers: writeHeaders, gzipThreshold: GZIP_FROM_BYTES },
          (_headers, code) => {
            status = code;
          },
        );
      } catch (thrown) {
        return outcomeOf(thrown);
      }
      // Version 3 says 201 when it stored a part.
      return status === 204 ? { kind: "stored" } : { kind: "refused", why: `answered ${status}` };
    },
    async query(influxQl) {
      const parameters = new URLSearchParams({ db: options.database, epoch: "ms", q: influxQl });
      const method = /^(SELECT|SHOW)/.test(influxQl) ? "GET" : "POST";
      let answer: unknown;
      try {
        answer = await transport.request(`/query?${parameters}`, "", { method, headers });
      } catch (thrown) {
        throw readFailure(wordsOf(thrown), thrown);
      }
      const { results } = answerSchema.parse(answer);
      const error = results.find((result) => result.error !== undefined)?.error;
      if (error !== undefined) throw readFailure(error);
      return results.flatMap(({ series = [] }) =>
        series.map(({ tags = {}, columns, values }) => ({ tags, columns, rows: values })),
      );
    },
  };
}

function writePathOf({ version, database, organisation = "" }: InfluxOptions): string {
  if (version === 1) return `/write?${new URLSearchParams({ db: database, precision: "ms" })}`;
  if (version === 2) {
    return `/api/v2/write?${new URLSearchParams({ org: organisation, bucket: database, precision: "ms" })}`;
  }
  const whole = { db: database, precision: "millisecond", accept_partial: "false" };
  return `/api/v3/write_lp?${new URLSearchParams(whole)}`;
}

function authorization({ version, token, username, password }: InfluxOptions): Record<string, string> {
  if (token !== undefined) return { authorization: `${version === 3 ? "Bearer" : "Token"} ${token}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}` };
}

/** The server's own words where it has any. */
function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof HttpError)) return messageOf(thrown);
  const { error, message } = z
    .object({ error: z.string().optional(), message: z.string().optional() })
    .catch({})
    .parse(thrown.json);
  return `${thrown.statusCode} ${message ?? error ?? thrown.body ?? thrown.message}`;
}

function outcomeOf(thrown: unknown): WriteOutcome {
  const why = wordsOf(thrown);
  const status = thrown instanceof HttpError ? thrown.statusCode : 0;
  if (status === 400 || status === 422) return { kind: "refused", why };
  if (status === 413) return { kind: "too-large" };
  const failure = new Failure("store-write", `InfluxDB did not take samples: ${why}`, {
    retryable: true,
    cause: thrown,
  });
  return { kind: "failed", failure, retryAfterMs: thrown instanceof HttpError ? retryAfterOf(thrown) : null };
}

/** Seconds, as HTTP has it (RFC 9110, 10.2.3), or null. */
function retryAfterOf({ headers }: HttpError): number | null {
  const said = headers?.["retry-after"];
  return typeof said === "string" && /^\d+$/.test(said) ? Number(said) * 1000 : null;
}

function readFailure(why: string, cause?: unknown): Failure {
  return new Failure("store-read", `InfluxDB did not answer: ${why}`, { retryable: true, cause });
}
