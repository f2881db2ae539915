/** For whoever keeps the centre running: is it alive, is it ready, and how does it do. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { needs } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";
import type { Metrics } from "./prometheus-metrics.ts";

/** What has to hold for the centre to do its work, by name; true where it holds. */
export type Readiness = Readonly<Record<string, boolean>>;

export interface OperationOptions {
  readonly cursor: () => number;
  readonly metrics?: Metrics | undefined;
  readonly readiness?: (() => Readiness) | undefined;
}

export function addOperation(app: FastifyInstance, { cursor, metrics, readiness }: OperationOptions): void {
  const alive = describes({
    tag: "operation",
    summary: "200 while the service answers",
    answer: z.object({ status: z.literal("ok"), cursor: z.number() }),
  });
  app.get("/healthz", needs("public", alive), async () => ({ status: "ok", cursor: cursor() }));

  const ready = describes({
    tag: "operation",
    summary: "200 when messages come in and are stored and judged, else 503 and which of it does not hold",
    answer: z.object({ ready: z.boolean(), checks: z.record(z.string(), z.boolean()) }),
  });
  app.get("/readyz", needs("public", ready), async (_, reply) => {
    const checks = readiness?.() ?? {};
    const isReady = Object.values(checks).every((holds) => holds);
    return reply.code(isReady ? 200 : 503).send({ ready: isReady, checks });
  });

  if (!metrics) return;
  const told = describes({ tag: "operation", summary: "Figures for Prometheus", alsoAs: ["text/plain"] });
  app.get("/metrics", needs("see", told), async (_, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
}
