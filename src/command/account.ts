/** What the commands that change accounts have in common. */
import { userInfo } from "node:os";
import { pino } from "pino";
import { accessOf } from "../admission.ts";
import type { CentreConfig } from "../config/centre-config.ts";
import { ROLES, type Role } from "../model/access.ts";
import type { Accounts, Author } from "../model/accounts.ts";
import { isRefusal, type Refusal } from "../model/alarm.ts";
import { Failure } from "../model/failure.ts";

/** Works on the accounts of the centre, whether it runs or not. */
export async function withAccounts(
  config: CentreConfig,
  work: (accounts: Accounts, author: Author) => void | Promise<void>,
): Promise<number> {
  const { host, port, tls } = config.server.http;
  const access = accessOf({
    config,
    listening: () => `${tls ? "https" : "http"}://${host}:${port}`,
    cookieName: "nightflow",
    clock: Date.now,
    log: pino({ level: "silent" }),
  });
  try {
    await work(access.accounts, { who: `shell:${userInfo().username}`, address: "this machine" });
  } finally {
    access.close();
  }
  return 0;
}

/** Throws Failure with the refusal's code and words. */
export function granted<T extends object | null>(outcome: T): Exclude<T, Refusal> {
  if (outcome !== null && isRefusal(outcome)) throw new Failure(outcome.code, outcome.message);
  return outcome as Exclude<T, Refusal>;
}

/** Throws Failure "wrong-arguments". */
export function roleIn(text: string | undefined): Role {
  const role = ROLES.find((one) => one === text);
  if (role) return role;
  throw new Failure("wrong-arguments", `--role must be one of ${ROLES.join(", ")}`);
}

/** Throws Failure "wrong-arguments". */
export function wordIn(words: readonly string[], index: number, what: string): string {
  const word = words[index];
  if (word !== undefined) return word;
  throw new Failure("wrong-arguments", `say which ${what}`);
}

export function dateOf(timeMs: number | null): string {
  return timeMs === null ? "never" : `${new Date(timeMs).toISOString().slice(0, 16)}Z`;
}
