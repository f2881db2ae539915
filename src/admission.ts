/** Opens the gate of a centre as its configuration asks: users who log in, or, on this machine alone, nobody. */
import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { type Access, openAccess } from "./access/access.ts";
import { createImplicitGate } from "./access/implicit-gate.ts";
import { createRefusalCount } from "./access/refusal-count.ts";
import { openTlsFiles } from "./access/tls-files.ts";
import type { CentreConfig } from "./config/centre-config.ts";
import type { OpenIdSettings } from "./config/openid-settings.ts";
import type { ServerSettings } from "./config/server-file.ts";
import { type Gate, isLoopback } from "./model/access.ts";
import type { Accounts, OneTimeLink } from "./model/accounts.ts";
import { isRefusal } from "./model/alarm.ts";
import type { BrokerGuard } from "./model/broker-guard.ts";
import { type Clock, HOUR_MS } from "./model/clock.ts";
import { Failure, messageOf } from "./model/failure.ts";
import type { TlsFiles } from "./model/tls.ts";

/** The user of the first start. */
const FIRST_ADMIN = "admin";

type EmbeddedBroker = Extract<ServerSettings["broker"], { kind: "embedded" }>;

export interface Admission {
  readonly gate: Gate;
  /** Null when nobody logs in. */
  readonly accounts: Accounts | null;
  readonly cookie: { readonly name: string; readonly secure: boolean };
  /** Null when nobody asks agents who they are. */
  readonly brokerGuard: BrokerGuard | null;
  readonly httpTls: TlsFiles | null;
  readonly brokerTls: TlsFiles | null;
  close(): void;
}

export interface AdmissionOptions {
  readonly config: CentreConfig;
  /** Where the centre listens, once it does. */
  readonly listening: () => string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Throws Failure "open-http", "open-broker" or "wrong-certificate" before anything listens that would let strangers in. */
export function openAdmission(options: AdmissionOptions): Admission {
  const { http, broker, access } = options.config.server;
  const embedded = broker.kind === "embedded" ? broker : null;
  checkHttp(options.config.server);
  const agentsLogIn = embedded !== null && agentsMustLogIn(embedded);
  const httpTls = http.tls ? openTlsFiles(http.tls, "http.tls in server.yaml", options) : null;
  const brokerTls = embedded?.tls ? openTlsFiles(embedded.tls, "broker.tls in server.yaml", options) : null;
  const secure = http.tls !== undefined || http.publicUrl?.startsWith("https:") === true;
  // With the prefix browsers take it from this very host over TLS alone.
  const cookie = { name: secure ? "__Host-nightflow" : "nightflow", secure };
  const opened =
    access.logIn === "required" || agentsLogIn ? accessOf({ ...options, cookieName: cookie.name }) : null;
  const shared = {
    cookie,
    httpTls,
    brokerTls,
    brokerGuard: agentsLogIn && opened ? opened.brokerGuard : null,
  };
  const close = () => {
    httpTls?.close();
    brokerTls?.close();
    opened?.close();
  };
  if (opened && access.logIn === "required")
    return { ...shared, gate: opened.gate, accounts: opened.accounts, close };
  const gate = createImplicitGate(
    { name: "operator", role: "engineer" },
    createRefusalCount(options.log, options.clock),
  );
  return { ...shared, gate, accounts: null, close };
}

/** On loopback nobody has to ask, as long as nobody else can come. */
export function agentsMustLogIn({ host, logIn }: EmbeddedBroker): boolean {
  return (logIn ?? (isLoopback(host) ? "none" : "required")) === "required";
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
    utility: config.utility.id,
    limits: { idleMs: access.idleH * HOUR_MS, longestMs: access.longestH * HOUR_MS },
    publicUrl: () => http.publicUrl?.replace(/\/$/, "") ?? listening(),
    cookieName,
    openId: access.openId
      ? { ...access.openId, clientSecret: clientSecretOf(access.openId, process.env) }
      : null,
    clock,
    log,
  });
}

/** Throws Failure "no-client-secret" that names the file or the variable. */
function clientSecretOf(
  { clientSecretFile, clientSecretVariable }: OpenIdSettings,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const missing = (why: string) => new Failure("no-client-secret", `access.openId in server.yaml: ${why}`);
  if (clientSecretVariable !== undefined) {
    const secret = environment[clientSecretVariable];
    if (secret) return secret;
    throw missing(`the environment variable ${clientSecretVariable} is not set`);
  }
  if (clientSecretFile === undefined) return null;
  try {
    const secret = readFileSync(clientSecretFile, "utf8").trim();
    if (secret !== "") return secret;
  } catch (failure) {
    throw missing(messageOf(failure));
  }
  throw missing(`${clientSecretFile} is empty`);
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

/** Throws Failure "open-http". */
function checkHttp({ http: { host, tls }, access }: ServerSettings): void {
  if (isLoopback(host) || (tls && access.logIn === "required")) return;
  const missing = tls ? "access.logIn: required" : "http.tls";
  const message = `the centre will not listen on ${host} (http.host in server.yaml) without ${missing}; until then it listens on 127.0.0.1 alone`;
  throw new Failure("open-http", message);
}
