/** Accounts and gate on a real access.db in a folder of the test's own, under a clock the test turns. */
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { type AccessOptions, openAccess } from "../../src/access/access.ts";
import type { Accounts, OpenedSession } from "../../src/model/accounts.ts";
import { isRefusal } from "../../src/model/alarm.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

export const AUTHOR = { who: "admin", address: "192.0.2.1" };
export const FROM = { address: "192.0.2.7", browser: "a browser" };
export const COOKIE = "nightflow";

export async function openTestAccess(changes: Partial<AccessOptions> = {}) {
  const dataFolder = await temporaryFolder();
  const time = { nowMs: Date.UTC(2026, 2, 1) };
  const logged: unknown[] = [];
  const access = openAccess({
    dataFolder,
    utility: "town",
    limits: { idleMs: 12 * HOUR_MS, longestMs: 168 * HOUR_MS },
    publicUrl: () => "https://nightflow.example",
    cookieName: COOKIE,
    openId: null,
    clock: () => time.nowMs,
    log: pino({ level: "warn" }, { write: (line) => logged.push(JSON.parse(line)) }),
    ...changes,
  });
  onTestFinished(() => access.close());
  return { ...access, dataFolder, time, logged };
}

/** The outcome; a refusal fails the test. */
export function granted<T extends object>(outcome: T) {
  if (isRefusal(outcome)) throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome as Exclude<T, { readonly code: string }>;
}

/** Adds a user who has chosen this password. */
export async function userWith(
  accounts: Accounts,
  name: string,
  role: Parameters<Accounts["addUser"]>[1],
  password = "a long walk along the river",
): Promise<OpenedSession> {
  const { url } = granted(accounts.addUser(name, role, AUTHOR));
  return granted(await accounts.followLink(secretIn(url), password, FROM)) as OpenedSession;
}

export function secretIn(url: string): string {
  return url.split("#link=")[1] ?? "";
}

export function withCookie(secret: string) {
  return { address: FROM.address, headers: { cookie: `other=1; ${COOKIE}=${secret}` } };
}

export function withToken(secret: string) {
  return { address: FROM.address, headers: { authorization: `Bearer ${secret}` } };
}
