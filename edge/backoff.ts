/**
 * Waiting times between attempts: doubling from one second on, spread so that a city's agents do not return at once. Where nobody answers, up
 * to fifteen: such an attempt is a few packets, and the other end is to be found soon after it is back. Where somebody answers and
 * refuses, up to sixty: a TLS handshake costs 4 kB each time, and a wrong password does not mend itself.
 */
import { messageOf } from "../src/model/failure.ts";

const LEAST_MS = 1000;
const MOST_UNANSWERED_MS = 15_000;
const MOST_REFUSED_MS = 60_000;

export interface Backoff {
  /** After an attempt that failed, or a connection that ended. */
  nextMs(unanswered: boolean): number;
  reset(): void;
}

export function createBackoff(random: () => number): Backoff {
  let waitMs = LEAST_MS;
  return {
    nextMs(unanswered) {
      const mostMs = unanswered ? MOST_UNANSWERED_MS : MOST_REFUSED_MS;
      const chosen = Math.min(waitMs, mostMs) * (0.5 + random() / 2);
      waitMs = Math.min(waitMs * 2, mostMs);
      return chosen;
    },
    reset() {
      waitMs = LEAST_MS;
    },
  };
}

/** Of the operating system: no answer, no way there, or no name in the DNS. */
const NOBODY = /\b(ECONNREFUSED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ETIMEDOUT|EAI_AGAIN|ENOTFOUND)\b/;
const CUT = /\bECONNRESET\b/;

/**
 * Whether nobody answered at `url`. `reason` is the error, or what is known of it; undefined where the connection ended without a word, as
 * one does that a proxy took for a broker that is dead. Over TLS that is an answer: so do brokers end it that refuse a client.
 */
export function isUnanswered(reason: unknown, url: string): boolean {
  // Node.js says it in the code; where it tried several addresses at once, only there.
  const code = reason instanceof Error && "code" in reason ? String(reason.code) : "";
  const said = `${code} ${messageOf(reason)}`;
  if (NOBODY.test(said)) return true;
  return (reason === undefined || CUT.test(said)) && !/^(mqtts|wss|ssl|tls):/.test(url);
}
