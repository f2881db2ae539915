/** How many requests one address may make: far above what people and their programs need, far below what would slow the others. */
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import type { Gate } from "../model/access.ts";
import { MINUTE_MS } from "../model/clock.ts";
import { HttpError } from "./http-answers.ts";

/** A page with twenty charts open makes some hundred requests a minute. */
const REQUESTS_PER_MINUTE = 6_000;

/** Comes before the gate, so that a flood of strangers costs little. */
export async function limitRate(
  app: FastifyInstance,
  gate: Pick<Gate, "refused">,
  requestsPerMinute = REQUESTS_PER_MINUTE,
): Promise<void> {
  await app.register(rateLimit, { global: false });
  const count = app.createRateLimit({ max: requestsPerMinute, timeWindow: MINUTE_MS });
  app.addHook("onRequest", async (request) => {
    const outcome = await count(request);
    if (outcome.isAllowed || !outcome.isExceeded) return;
    gate.refused("too-many-requests", { address: request.ip });
    throw new HttpError(429, "too-many-requests", "Too many requests: wait a while.", {
      retryAfterMs: outcome.ttl,
    });
  });
}
