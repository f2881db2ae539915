/**
 * How long whoever tries passwords has to wait. A few mistakes cost nothing; after them each doubles the wait. Counted for an account
 * from one address, for an address whatever it tries, and, more patiently, for an account from everywhere: so that guessing is slow,
 * and locking somebody else out takes many addresses. Takes `now`; keeps its counts in memory.
 */
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";

const LONGEST_WAIT_MS = 15 * MINUTE_MS;
const FIRST_WAIT_MS = 1000;
/** Failures this old no longer count. */
const FORGOTTEN_MS = HOUR_MS;
/** Beyond it the oldest counts go: an attacker with more addresses than that has other means. */
const MOST_COUNTS = 20_000;

const FREE = { pair: 5, address: 20, account: 50 } as const;

interface Count {
  readonly failures: number;
  readonly lastMs: number;
}

export interface LogInThrottle {
  /** 0, or how long to wait. An attempt that may go on counts as failed until `succeeded`: many at once are no way around. */
  attempt(account: string, address: string, nowMs: number): number;
  succeeded(account: string, address: string): void;
}

export function createLogInThrottle(): LogInThrottle {
  const counts = new Map<string, Count>();

  function waitMs(key: string, free: number, nowMs: number): number {
    const { failures, lastMs } = recall(key, nowMs);
    if (failures < free) return 0;
    const pauseMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - free));
    return Math.max(0, lastMs + pauseMs - nowMs);
  }

  function recall(key: string, nowMs: number): Count {
    const count = counts.get(key);
    return count && nowMs - count.lastMs < FORGOTTEN_MS ? count : { failures: 0, lastMs: nowMs };
  }

  function add(key: string, nowMs: number): void {
    const { failures } = recall(key, nowMs);
    // Put last, so that the first of the map is the one untouched for longest.
    counts.delete(key);
    counts.set(key, { failures: failures + 1, lastMs: nowMs });
    const oldest = counts.keys().next().value;
    if (counts.size > MOST_COUNTS && oldest !== undefined) counts.delete(oldest);
  }

  return {
    attempt(account, address, nowMs) {
      const keys = keysOf(account, address);
      const waits = (["pair", "address", "account"] as const).map((of) => waitMs(keys[of], FREE[of], nowMs));
      const longestMs = Math.max(...waits);
      if (longestMs === 0) for (const key of Object.values(keys)) add(key, nowMs);
      return longestMs;
    },
    succeeded(account, address) {
      const { pair, ...shared } = keysOf(account, address);
      counts.delete(pair);
      for (const key of Object.values(shared)) {
        const count = counts.get(key);
        if (count) counts.set(key, { ...count, failures: count.failures - 1 });
      }
    },
  };
}

function keysOf(account: string, address: string) {
  const name = account.toLowerCase();
  const block = networkOf(address);
  return { pair: `pair ${name} ${block}`, address: `address ${block}`, account: `account ${name}` };
}

/** One subscriber has 2^64 addresses of IPv6: the first half of them all counts as one. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill("0"), ...after];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
