/** Opens the gate of a centre as its configuration asks: users who log in, or, on this machine alone, nobody. */
import type { Logger } from "pino";
import { type Access, openAccess } from "./access/access.ts";
import { createImplicitGate } from "./access/implicit-gate.ts";
import { createRefusalCount } from "./access/refusal-count.ts";
import type { CentreConfig } from "./config/centre-config.ts";
import { type Gate, isLoopback } from "./model/access.ts";
import type { Accounts, OneTimeLink } from "./model/accounts.ts";
import { isRefusal } from "./model/alarm.ts";
import { type Clock, HOUR_MS } from "./model/clock.ts";
import { Failure } from "./model/failure.ts";

/** The user of the first start. */
const FIRST_ADMIN = "admin";

export interface Admission {
  readonly gate: Gate;
  /** Null when nobody logs in. */
  readonly accounts: Accounts | null;
  readonly cookie: { readonly name: string; readonly secure: boolean };
  close(): void;
}

export interface AdmissionOptions {
  readonly config: CentreConfig;
  /** Where the centre listens, once it does. */
  readonly listening: () => string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Throws Failure "open-http" when what is asked for would let strangers in. */
export function openAdmission(options: AdmissionOptions): Admission {
  const { http, access } = options.config.server;
  if (!isLoopback(http.host)) throw openHttp(http.host);
  const cookie = { name: "nightflow", secure: false };
  if (access.logIn === "none") {
    const refusals = createRefusalCount(options.log);
    const gate = createImplicitGate({ name: "operator", role: "engineer" }, refusals);
    return { gate, accounts: null, cookie, close: () => {} };
  }
  const { gate, accounts, close } = accessOf({ ...options, cookieName: cookie.name });
  return { gate, accounts, cookie, close };
}

/** What the command line works on, beside a running centre or without one. */
export function accessOf({
  config,
  listening,
  cookieName,
  clock,
  log,
}: AdmissionOptions & { readonly cookieName: string }): Access {
  const { access, dataFolder, http } = config.server;
  return openAccess({
    dataFolder,
    limits: { idleMs: access.idleH * HOUR_MS, longestMs: access.longestH * HOUR_MS },
    publicUrl: () => http.publicUrl?.replace(/\/$/, "") ?? listening(),
    cookieName,
    clock,
    log,
  });
}

/** The link by which the first admin gets in, as long as no admin can; null from then on. */
export function firstLink(accounts: Accounts | null): OneTimeLink | null {
  if (accounts === null) return null;
  const admins = accounts.users().filter(({ role }) => role === "admin");
  if (admins.some(({ logsInBy }) => logsInBy !== "nothing-yet")) return null;
  const author = { who: "nightflow", address: "this machine" };
  const link = admins[0]
    ? accounts.renewLink(admins[0].name, author)
    : accounts.addUser(FIRST_ADMIN, "admin", author);
  if (isRefusal(link)) throw new Failure(link.code, link.message);
  return link;
}

function openHttp(host: string): Failure {
  return new Failure(
    "open-http",
    `the centre will not listen on ${host} (http.host in server.yaml) without TLS; without it, it listens on 127.0.0.1 alone`,
  );
}
