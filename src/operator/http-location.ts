/** Where the leak of an alarm may be, by the model of the network. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Clock, HOUR_MS } from "../model/clock.ts";
import type { AlarmSource, AlarmView } from "../model/live.ts";
import { type LeakLocation, type LeakToLocate, LOCATABLE, type Locate } from "../model/location.ts";
import type { Topology } from "../model/topology.ts";
import { districtScope } from "./district-scope.ts";
import { HttpError } from "./http-answers.ts";
import { needsByDistrict, principalOf } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";

/** Of the interval with which a verdict tells the size of a leak: so many standard deviations from end to end. */
const INTERVAL_DEVIATIONS = 2 * 1.645;
/** No size is known better. */
const LEAST_SIZE_ERROR = 0.1;

export interface LocationOptions {
  readonly alarms: Pick<AlarmSource, "alarm" | "alarms">;
  readonly topology: Topology;
  readonly clock: Clock;
  /** Null without a model of the network. */
  readonly locate: Locate | null;
}

export function addLocation(
  app: FastifyInstance,
  { alarms, topology, clock, locate }: LocationOptions,
): void {
  app.get<{ Params: { id: string } }>(
    "/api/v1/alarms/:id/location",
    needsByDistrict(
      "see",
      describes({
        tag: "alarms",
        summary: "Which pipes an alarm's leak may be in, by the network model, with probabilities",
        params: z.object({ id: z.string() }),
      }),
    ),
    async (request): Promise<LeakLocation> => {
      const { id } = request.params;
      const alarm = alarms.alarm(id);
      if (!alarm || !districtScope(topology, principalOf(request))(alarm.verdict.subject))
        throw new HttpError(404, "unknown-alarm", `There is no alarm "${id}".`);
      if (!locate) return { kind: "not-located", because: "no-model" };
      const leak = leakOf(alarm, alarms.alarms("all"), clock());
      return leak ? locate(leak) : { kind: "not-located", because: "no-leak" };
    },
  );
}

/** Null for what is no leak with a size in one district. */
function leakOf({ verdict }: AlarmView, others: readonly AlarmView[], nowMs: number): LeakToLocate | null {
  const { kind, subject, size, startMs, endMs } = verdict;
  if (subject.kind !== "district" || !LOCATABLE.has(kind) || size === null) return null;
  return {
    district: subject.id,
    startMs,
    untilMs: Math.floor((endMs ?? nowMs) / HOUR_MS) * HOUR_MS,
    leakM3h: size.estimate,
    leakErrorM3h: Math.max(LEAST_SIZE_ERROR * size.estimate, (size.high - size.low) / INTERVAL_DEVIATIONS),
    distrusted: others.flatMap(({ verdict: other }) =>
      other.subject.kind === "sensor"
        ? [{ sensor: other.subject.id, fromMs: other.startMs, toMs: other.endMs ?? nowMs }]
        : [],
    ),
  };
}
