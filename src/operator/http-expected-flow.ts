/** GET /api/v1/districts/:id/expected-flow: a district's inflow by the hour, and what was to be expected of it from its own past. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import {
  BAND_SIGMAS,
  EXPECTED_FROM_DAYS,
  expectedHours,
  type HourlyFlows,
} from "../leakage/expected-flow.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { Buckets, HistoryStore } from "../model/history-store.ts";
import { offsetMs } from "../model/local-time.ts";
import type { Topology } from "../model/topology.ts";
import type { District, Utility } from "../model/utility.ts";
import { districtScope } from "./district-scope.ts";
import { checked, HttpError } from "./http-answers.ts";
import { needsByDistrict, principalOf } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";
import { instant } from "./readings-query.ts";

const LONGEST_DAYS = 100;
/** Share of the samples expected of an hour that must have come for it to count. */
const LEAST_SHARE = 0.5;

const query = z
  .object({
    from: instant,
    to: instant,
    learnBefore: instant.optional().describe("what flowed later is not taken for usual: give a leak's start"),
  })
  .strict();

const gappy = z.array(z.number().nullable());

const answer = z.object({
  district: z.string(),
  timeZone: z.string(),
  fromDays: z.number().describe("how far back each hour was compared"),
  bandSigmas: z.number(),
  startsMs: z.array(z.number()).describe("of hours"),
  flowsM3h: gappy.describe("through the district's meters: in less out; storage in tanks is not taken off"),
  lowM3h: gappy,
  medianM3h: gappy,
  highM3h: gappy,
  pastHours: z.array(z.number()).describe("hours of the past that the expectation is made of"),
});

export interface ExpectedFlowOptions {
  readonly utility: Utility;
  readonly topology: Topology;
  readonly store: Pick<HistoryStore, "downsample">;
}

export function addExpectedFlow(
  app: FastifyInstance,
  { utility, topology, store }: ExpectedFlowOptions,
): void {
  const route = describes({
    tag: "nights",
    summary: "Inflow by the hour with what was to be expected of it",
    description:
      "Expected is the median of the same wall-clock hour on days of the same kind before (Mondays to Fridays, Saturdays, Sundays; all days while there are too few); the band is as many standard deviations wide as bandSigmas says. No hour looks at its own day or a later one.",
    params: z.object({ id: z.string() }),
    query,
    answer,
  });
  app.get<{ Params: { id: string } }>(
    "/api/v1/districts/:id/expected-flow",
    needsByDistrict("see", route),
    async (request) => {
      const { id } = request.params;
      const district = utility.districts.find((one) => one.id === id);
      if (!district || !districtScope(topology, principalOf(request))({ kind: "district", id }))
        throw new HttpError(404, "unknown-district", `There is no district "${id}".`);
      const { from, to, learnBefore = to } = checked(query, request.query);
      if (from >= to || to - from > LONGEST_DAYS * DAY_MS)
        throw new HttpError(400, "bad-request", `to: must be after from, by at most ${LONGEST_DAYS} days`);
      if (learnBefore <= 0) throw new HttpError(400, "bad-request", "learnBefore: must be a time after 1970");
      return expectedFlow(district, { from, to, learnBefore }, utility, store);
    },
  );
}

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly learnBefore: number;
}

async function expectedFlow(
  district: District,
  { from, to, learnBefore }: Asked,
  utility: Utility,
  store: ExpectedFlowOptions["store"],
): Promise<z.infer<typeof answer>> {
  const { id, timeZone, meters } = district;
  // From a whole hour of the wall clock on.
  const offset = offsetMs(from, timeZone);
  const firstMs = Math.floor((from + offset) / HOUR_MS) * HOUR_MS - offset;
  const learntFromMs = Math.min(firstMs, learnBefore) - EXPECTED_FROM_DAYS * DAY_MS;
  const range = { fromMs: firstMs - Math.ceil((firstMs - learntFromMs) / HOUR_MS) * HOUR_MS, toMs: to };
  const sensors = meters.map(({ sensor }) => sensor);
  const buckets = await store.downsample(sensors, range, HOUR_MS);
  const hours = expectedHours(inflowsOf(district, buckets, utility), timeZone, {
    fromMs: firstMs,
    learnBeforeMs: learnBefore,
  });
  return {
    district: id,
    timeZone,
    fromDays: EXPECTED_FROM_DAYS,
    bandSigmas: BAND_SIGMAS,
    startsMs: hours.map(({ startMs }) => startMs),
    flowsM3h: hours.map(({ flowM3h }) => rounded(flowM3h)),
    lowM3h: hours.map(({ expected }) => rounded(expected?.lowM3h)),
    medianM3h: hours.map(({ expected }) => rounded(expected?.medianM3h)),
    highM3h: hours.map(({ expected }) => rounded(expected?.highM3h)),
    pastHours: hours.map(({ pastHours }) => pastHours),
  };
}

function inflowsOf({ meters }: District, buckets: readonly Buckets[], { sensors }: Utility): HourlyFlows {
  const startsMs = [...(buckets[0]?.startsMs ?? [])];
  const parts = meters.map(({ sensor, sign }, index) => {
    const intervalMs = sensors.find(({ id }) => id === sensor)?.intervalMs ?? HOUR_MS;
    return { sign, least: Math.max(1, (LEAST_SHARE * HOUR_MS) / intervalMs), own: buckets[index] };
  });
  return {
    startsMs,
    flowsM3h: startsMs.map((_, hour) =>
      parts.reduce((sum, { sign, least, own }) => {
        const isKnown = (own?.counts[hour] ?? 0) >= least;
        return isKnown ? sum + sign * (own?.means[hour] ?? Number.NaN) : Number.NaN;
      }, 0),
    ),
  };
}

/** To the litre; null where there is none. */
function rounded(flowM3h: number | undefined): number | null {
  return flowM3h === undefined || Number.isNaN(flowM3h) ? null : Math.round(flowM3h * 1000) / 1000;
}
