/**
 * Lines to InfluxDB, a few thousand a request and one request at a time. Lines that the server refuses are found by halving the request
 * and set aside with the server's words; the others are stored. When it refuses everything, the fault is not the lines': nothing is set
 * aside, and all is tried again later.
 */
import type { Clock } from "../model/clock.ts";
import { Failure } from "../model/failure.ts";
import type { InfluxConnection } from "./influx-connection.ts";

export interface RefusedLine {
  /** Its place in what was to be written. */
  readonly index: number;
  readonly why: string;
}

export interface InfluxWriting {
  /** Resolves when every line is stored but those refused. Throws a retryable Failure "store-write". */
  write(lines: readonly string[]): Promise<readonly RefusedLine[]>;
  /** Waits no longer for a server that asked for time. */
  hurry(): void;
}

export interface WritingParts {
  readonly connection: InfluxConnection;
  readonly clock: Clock;
  /** Resolves after so many ms, or at once when the signal says so. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

const REQUEST_LINES = 5_000;
/** Requests spent on finding refused lines in one; more of them are no accident. */
const MAX_HALVINGS = 500;
const LONGEST_PAUSE_MS = 60_000;

export function createInfluxWriting({ connection, clock, pause }: WritingParts): InfluxWriting {
  let notBeforeMs = 0;
  const hurry = new AbortController();

  async function send(lines: readonly string[]) {
    const waitMs = Math.min(notBeforeMs - clock(), LONGEST_PAUSE_MS);
    if (waitMs > 0) await pause(waitMs, hurry.signal);
    const outcome = await connection.write(lines);
    if (outcome.kind !== "failed") return outcome;
    if (outcome.retryAfterMs !== null) notBeforeMs = clock() + outcome.retryAfterMs;
    throw outcome.failure;
  }

  async function writeRequest(lines: readonly string[], offset: number): Promise<readonly RefusedLine[]> {
    const refused: RefusedLine[] = [];
    let halvings = 0;
    const pending = [{ from: 0, to: lines.length }];
    for (let part = pending.pop(); part; part = pending.pop()) {
      const { from, to } = part;
      const outcome = await send(lines.slice(from, to));
      if (outcome.kind === "stored") continue;
      const why = outcome.kind === "refused" ? outcome.why : "413 too large";
      if (to - from === 1) {
        refused.push({ index: offset + from, why });
        continue;
      }
      halvings += 1;
      if (halvings > MAX_HALVINGS) throw refusal(why, `more than ${refused.length} lines`);
      const middle = (from + to) >>> 1;
      pending.push({ from: middle, to }, { from, to: middle });
    }
    if (lines.length > 1 && refused.length === lines.length) throw refusal(refused[0]!.why, "every line");
    return refused;
  }

  return {
    async write(lines) {
      const refused: RefusedLine[] = [];
      for (let offset = 0; offset < lines.length; offset += REQUEST_LINES) {
        refused.push(...(await writeRequest(lines.slice(offset, offset + REQUEST_LINES), offset)));
      }
      return refused;
    },
    hurry: () => hurry.abort(),
  };
}

function refusal(why: string, what: string): Failure {
  return new Failure("store-write", `InfluxDB refuses ${what}: ${why}`, { retryable: true });
}
