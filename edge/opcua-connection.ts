/**
 * One client, one session and one subscription at a server, from connecting to the moment it cannot be relied on any more. node-opcua mends
 * a short cut of the link by itself and fetches what the server queued; a new session, a new subscription or silence end the connection,
 * and the source builds another: node-opcua would carry over namespace indexes that may have moved.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ClientSession,
  type ClientSubscription,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  type StatusCode,
  type UserIdentityInfo,
  UserTokenType,
} from "node-opcua-client";
import { setDefaultCertificateSubject } from "node-opcua-common";
import type { Clock } from "../src/model/clock.ts";
import { Failure, messageOf } from "../src/model/failure.ts";
import { type CertificateFacts, certificateFacts } from "./certificate-facts.ts";
import { type CallLimits, readCallLimits } from "./opcua-calls.ts";
import type { OpcuaSourceConfig } from "./opcua-config.ts";
import { drain, handedOver } from "./opcua-draining.ts";
import { within } from "./opcua-patience.ts";
import { PinnedCertificates } from "./opcua-pinned-certificates.ts";
import { followSequence } from "./opcua-sequence.ts";
import { OWN, REJECTED } from "./opcua-trust.ts";

export interface OpcuaConnection {
  readonly session: ClientSession;
  readonly subscription: ClientSubscription;
  readonly limits: CallLimits;
  /** Resolves with the reason once the connection is not to be relied on. */
  readonly ended: Promise<string>;
  /** Says that it is not. */
  end(reason: string): void;
  /** How long the server keeps session and subscription for a client that is cut off, as it revised them. */
  readonly keptMs: number;
  /** Of both ends; none without security. */
  readonly certificates: readonly { readonly owner: "agent" | "server"; readonly facts: CertificateFacts }[];
  /** Waits for what the server has queued until now. Resolves with the reason where it is not known whether all of it came. */
  drain(): Promise<string | undefined>;
  /** What came is handed over; what the server still has queued is lost. */
  close(): Promise<void>;
}

/** Keepalives of the subscription, so many publishing intervals apart. */
const KEEP_ALIVE_COUNT = 10;
/** OPC UA Part 4: the lifetime is at least three times the keepalive. */
const LEAST_LIFETIME_COUNT = 3 * KEEP_ALIVE_COUNT;
const WATCH_MS = 500;
const CLOSING_MS = 5000;
/** Finding the endpoint, its certificate and a channel takes several connections; a server that hangs in between has the rest of the day for it. */
const OPENING_MS = 60_000;

/**
 * `onMissed` gets the number of messages that the server sent and that did not come. Throws a retryable Failure "opcua-not-connected" that names
 * the endpoint and, for a certificate, what to do.
 */
export async function openOpcuaConnection(
  config: OpcuaSourceConfig,
  applicationUri: string,
  clock: Clock,
  onMissed: (messages: number) => void,
): Promise<OpcuaConnection> {
  const client = createClient(config, applicationUri, clock);
  try {
    await within(OPENING_MS, client.connect(config.endpoint));
    const session = await client.createSession(identityOf(config));
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: config.publishingMs,
      requestedMaxKeepAliveCount: KEEP_ALIVE_COUNT,
      requestedLifetimeCount: Math.max(
        LEAST_LIFETIME_COUNT,
        Math.ceil(config.toleratedOutageMs / config.publishingMs) + KEEP_ALIVE_COUNT,
      ),
      maxNotificationsPerPublish: 0,
      publishingEnabled: true,
      priority: 1,
    });
    const sequence = followSequence(subscription, clock, onMissed);
    const limits = await readCallLimits(session);
    const { ended, end, unwatch } = watch(client, session, subscription, config, clock);
    return {
      session,
      subscription,
      limits,
      ended,
      end,
      keptMs: Math.min(session.timeout, subscription.lifetimeCount * subscription.publishingInterval),
      certificates: config.securityMode === "None" ? [] : certificatesOf(client, session),
      drain: () =>
        drain({ client, session, subscription, ended, awaitsMissing: sequence.awaitsMissing }, clock),
      async close() {
        unwatch();
        sequence.end();
        await handedOver();
        await closed(client, session);
      },
    };
  } catch (error) {
    await closed(client);
    throw new Failure("opcua-not-connected", `${config.endpoint}: ${explain(error, config)}`, {
      retryable: true,
      cause: error,
    });
  }
}

function createClient(config: OpcuaSourceConfig, applicationUri: string, clock: Clock): OPCUAClient {
  // Into the certificate the agent makes for itself; the library would name its own maker.
  setDefaultCertificateSubject("/O=Nightflow");
  return OPCUAClient.create({
    applicationName: "Nightflow edge agent",
    applicationUri,
    clientName: config.name,
    clientCertificateManager: new PinnedCertificates(config.pkiFolder, clock),
    securityMode: MessageSecurityMode[config.securityMode],
    securityPolicy:
      config.securityMode === "None" ? SecurityPolicy.None : SecurityPolicy[config.securityPolicy],
    // Servers behind an address translation announce another host name than the one they are reached by.
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 1, initialDelay: 500, maxDelay: 5000, randomisationFactor: 0.5 },
    requestedSessionTimeout: Math.max(60_000, 2 * config.toleratedOutageMs),
    keepSessionAlive: true,
  });
}

/** Secrets are read at each connection: a changed file needs no restart. */
function identityOf(config: OpcuaSourceConfig): UserIdentityInfo {
  const { username, passwordFile, userCertificateFile, userKeyFile } = config;
  if (userCertificateFile !== undefined && userKeyFile !== undefined) {
    const certificate = new X509Certificate(readFileSync(userCertificateFile));
    return {
      type: UserTokenType.Certificate,
      certificateData: certificate.raw,
      privateKey: readFileSync(userKeyFile, "utf8"),
    };
  }
  if (username === undefined) return { type: UserTokenType.Anonymous };
  const password = passwordFile === undefined ? "" : readFileSync(passwordFile, "utf8").trim();
  return { type: UserTokenType.UserName, userName: username, password };
}

function certificatesOf(client: OPCUAClient, session: ClientSession): OpcuaConnection["certificates"] {
  const both = [
    { owner: "agent", certificate: client.getCertificate() },
    { owner: "server", certificate: session.serverCertificate },
  ] as const;
  return both.flatMap(({ owner, certificate }) => {
    const facts = certificateFacts(certificate);
    return facts ? [{ owner, facts }] : [];
  });
}

function watch(
  client: OPCUAClient,
  session: ClientSession,
  subscription: ClientSubscription,
  config: OpcuaSourceConfig,
  clock: Clock,
) {
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const { sessionId } = session;
  let heardMs = clock();
  const hear = () => {
    heardMs = clock();
  };
  client.on("close", () => end("connection closed"));
  client.on("abort", () => end("connection given up"));
  session.on("session_closed", (status: StatusCode) => end(`session closed: ${status.name}`));
  session.on("session_restored", () => {
    if (session.sessionId.toString() !== sessionId.toString()) end("the server started a new session");
  });
  subscription.on("keepalive", hear);
  subscription.on("received_notifications", hear);
  subscription.on("terminated", () => end("subscription terminated"));
  subscription.on("subscriptionId_changed", () => end("the server lost the subscription"));
  subscription.on("internal_error", (error: Error) => end(messageOf(error)));
  subscription.on("status_changed", (status: StatusCode) => {
    if (status.isNotGood()) end(`subscription: ${status.name}`);
  });
  const watching = setInterval(() => {
    const keepAliveMs = subscription.publishingInterval * subscription.maxKeepAliveCount;
    // While the link stalls the server keeps what it has for us; a new subscription would throw it away.
    const patienceMs = Math.max(config.toleratedOutageMs, 3 * keepAliveMs);
    const silentMs = clock() - heardMs;
    if (silentMs > patienceMs) end(`silent for ${Math.round(silentMs / 1000)} s`);
  }, WATCH_MS);
  return { ended, end, unwatch: () => clearInterval(watching) };
}

/** A server that does not answer must not keep the agent from trying again. */
async function closed(client: OPCUAClient, session?: ClientSession): Promise<void> {
  const close = async () => {
    await session?.close(true).catch(() => {});
    await client.disconnect().catch(() => {});
    await dispose(client.clientCertificateManager).catch(() => {});
  };
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSING_MS);
  });
  await Promise.race([close(), patience]);
  clearTimeout(timer);
}

/** One that is not disposed of is kept for good, and after a failed attempt the client still counts itself as its user. */
async function dispose(certificates: OPCUAClient["clientCertificateManager"]): Promise<void> {
  certificates.referenceCounter = 0;
  await certificates.dispose();
}

function explain(error: unknown, { pkiFolder }: OpcuaSourceConfig): string {
  const message = messageOf(error).replace(/\s+/g, " ").trim();
  if (/CertificateTimeInvalid/i.test(message))
    return `${message} (a certificate has expired or is not valid yet: renew the server's, or set the clock)`;
  if (/CertificateUriInvalid/i.test(message))
    return `${message} (the certificate in ${join(pkiFolder, OWN)} was made for another utility or site: move it away, and a new one is made)`;
  if (!/certificate/i.test(message)) return message;
  const rejected = join(pkiFolder, REJECTED);
  return `${message} (a server certificate not known yet is kept in ${rejected}; "nightflow edge trust" lists and accepts it)`;
}
