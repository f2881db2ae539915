/** GET /metrics and GET /healthz: on loopback as a rule; beyond it only for a caller with the token. */
import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import { messageOf } from "../src/model/failure.ts";
import type { HttpConfig } from "./agent-config.ts";
import type { HealthReason } from "./agent-health.ts";
import type { AgentMetrics } from "./prometheus-metrics.ts";

export interface HttpStatus {
  stop(): Promise<void>;
}

export interface HttpStatusParts {
  readonly metrics: AgentMetrics;
  readonly health: () => readonly HealthReason[];
  readonly log: Logger;
}

/** A port that is taken is logged and costs the figures, never the readings. */
export async function startHttpStatus(
  { host, port, tokenFile }: HttpConfig,
  { metrics, health, log }: HttpStatusParts,
): Promise<HttpStatus> {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").split("?", 1)[0];
    if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405, "GET only\n");
    if (tokenFile !== undefined && !isAllowed(request, tokenFile))
      return end(response, 401, "token wanted\n");
    if (path === "/metrics") return end(response, 200, await metrics.text(), metrics.contentType);
    if (path !== "/healthz") return end(response, 404, "there are /metrics and /healthz\n");
    const reasons = health();
    const body = JSON.stringify({ healthy: reasons.length === 0, reasons });
    end(response, reasons.length === 0 ? 200 : 503, `${body}\n`, "application/json");
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      log.error({ reason: messageOf(error) }, "figures not told");
      end(response, 500, "see the log\n");
    });
  });
  server.on("error", (error) =>
    log.error({ host, port, reason: messageOf(error) }, "figures cannot be asked for"),
  );
  server.listen(port, host);
  await Promise.race([once(server, "listening"), once(server, "close")]).catch(() => {});
  const address = server.address();
  if (typeof address === "object" && address)
    log.info({ host, port: address.port }, "figures can be asked for");
  return {
    async stop() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function end(response: ServerResponse, status: number, body: string, type = "text/plain"): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
}

/** The file is read at each question: a changed token needs no restart. */
function isAllowed({ headers }: IncomingMessage, tokenFile: string): boolean {
  const wanted = Buffer.from(`Bearer ${readFileSync(tokenFile, "utf8").trim()}`);
  const given = Buffer.from(headers.authorization ?? "");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
