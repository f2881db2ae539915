/** The server below the HTTP interface: over TLS when there is a certificate, with bounds on how long and how many may wait. */
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { TlsFiles } from "../model/tls.ts";

/** A request that has not arrived whole by then is dropped: whoever sends a byte now and then holds nothing up. */
const REQUEST_MS = 10_000;
const LOOK_EVERY_MS = 1_000;
const KEEP_ALIVE_MS = 72_000;
const MOST_CONNECTIONS = 4_000;

const LIMITS = {
  requestTimeout: REQUEST_MS,
  headersTimeout: REQUEST_MS,
  connectionsCheckingInterval: LOOK_EVERY_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
};

export interface ListenerOptions {
  readonly tls: TlsFiles | null;
  readonly requestTimeoutMs?: number | undefined;
  /** Something was turned away below HTTP. */
  readonly onRefused: (reason: string, facts: Readonly<Record<string, unknown>>) => void;
}

export function createListener(handler: RequestListener, options: ListenerOptions): Server {
  const { tls, requestTimeoutMs = REQUEST_MS, onRefused } = options;
  const limits = { ...LIMITS, requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs };
  const server = tls ? tlsServer(handler, tls, limits) : createServer(limits, handler);
  server.maxConnections = MOST_CONNECTIONS;
  server.on("drop", () => onRefused("too-many-connections", {}));
  server.on("tlsClientError", (error: Error) => onRefused("tls-refused", { error: error.message }));
  server.on("clientError", (error: NodeJS.ErrnoException) => {
    if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") onRefused("slow-request", {});
    else if (error.code?.startsWith("HPE_")) onRefused("not-http", { error: error.code });
  });
  return server;
}

function tlsServer(handler: RequestListener, files: TlsFiles, limits: typeof LIMITS): Server {
  const { cert, key } = files.tls;
  const server = createTlsServer({ ...limits, cert, key, minVersion: "TLSv1.2" }, handler);
  files.keepCurrent(server);
  return server;
}
