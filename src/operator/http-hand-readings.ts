/** Readings that people take by hand: a source like any other, with the name of whoever read. And what agents noticed. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Gate } from "../model/access.ts";
import type { Refusal } from "../model/alarm.ts";
import { type Clock, DAY_MS, HOUR_MS } from "../model/clock.ts";
import { handReadingSchema } from "../model/entry.ts";
import type { NewEvent } from "../model/event.ts";
import type { HistoryStore } from "../model/history-store.ts";
import { type Series, seriesOf } from "../model/sample.ts";
import type { Topology } from "../model/topology.ts";
import type { Sensor, Utility } from "../model/utility.ts";
import { districtScope, visibleUtility } from "./district-scope.ts";
import type { Entered } from "./entered.ts";
import { checkReading } from "./hand-reading.ts";
import { hourlyMeans } from "./hourly-means.ts";
import { checked, HttpError, refusing } from "./http-answers.ts";
import { needsByDistrict, principalOf } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";
import type { LatestReadings } from "./latest-readings.ts";

const USUAL_DAYS = 30;
/** A register that was read longer ago than this is compared with nothing. */
const LONGEST_SPAN_MS = 400 * DAY_MS;
const sensorQuery = z.object({ sensor: z.string() }).strict();
const noticesQuery = z.object({ site: z.string().optional() }).strict();

/** Stores a sample (null: none) and the event of it together, on the way that agents' samples take. */
export type TakeByHand = (sample: Series | null, event: NewEvent) => Promise<Refusal | null>;

export interface HandReadingsOptions {
  readonly utility: Utility;
  readonly topology: Topology;
  readonly entered: Entered;
  readonly readings: LatestReadings;
  readonly store: HistoryStore;
  readonly takeByHand: TakeByHand;
  readonly gate: Gate;
  readonly clock: Clock;
}

export function addHandReadings(app: FastifyInstance, options: HandReadingsOptions): void {
  const { utility, topology, entered, readings, store, gate, clock } = options;
  const sensorOf = (id: string, request: Parameters<typeof principalOf>[0]): Sensor => {
    const { sensors } = visibleUtility(utility, districtScope(topology, principalOf(request)));
    const sensor = sensors.find((one) => one.id === id);
    if (!sensor) throw new HttpError(404, "unknown-sensor", `There is no sensor "${id}".`);
    return sensor;
  };

  app.get(
    "/api/v1/hand-readings",
    needsByDistrict(
      "see",
      describes({
        tag: "entries",
        summary: "Readings by hand of one sensor, the newest first",
        query: sensorQuery,
      }),
    ),
    async (request) => {
      const { id } = sensorOf(checked(sensorQuery, request.query).sensor, request);
      return { readings: entered.handReadings(id) };
    },
  );

  app.post(
    "/api/v1/hand-readings",
    needsByDistrict(
      "operate",
      describes({
        tag: "entries",
        summary:
          "Enters a reading taken by hand; answers 409 unlikely-reading when it should be looked at again",
        body: handReadingSchema,
      }),
    ),
    async (request, reply) => {
      const asked = checked(handReadingSchema, request.body);
      const sensor = sensorOf(asked.sensor, request);
      const nowMs = clock();
      const before = entered.handReadings(sensor.id).find(({ kind }) => kind === "counter") ?? null;
      const { reading, sample } = checkReading(asked, {
        sensor,
        nowMs,
        before: asked.kind === "counter" ? before : null,
        latest: readings.all().latest.find((one) => one.sensor === sensor.id) ?? null,
        usual: await usualOf(store, sensor.id, nowMs),
        hourlySince: before
          ? await hourlySince(store, sensor.id, before.timeMs, asked.timeMs ?? nowMs)
          : NO_HOURS,
      });
      const { name } = principalOf(request);
      const event: NewEvent = {
        timeMs: nowMs,
        actor: name,
        body: { kind: "entry", entry: { type: "hand-reading", ...reading } },
      };
      const series = sample && seriesOf(sensor.id, [sample.timeMs], [sample.value]);
      refusing(await options.takeByHand(series, event));
      const { sensor: id, kind, value, timeMs } = reading;
      gate.performed(name, request.ip, "hand-reading", { sensor: id, kind, value, timeMs });
      return reply.code(201).send({ reading, storedAsSample: sample !== null });
    },
  );

  app.get(
    "/api/v1/notices",
    needsByDistrict(
      "see",
      describes({ tag: "operation", summary: "What agents noticed, the newest first", query: noticesQuery }),
    ),
    async (request) => {
      const { site } = checked(noticesQuery, request.query);
      const maySee = districtScope(topology, principalOf(request));
      const notices = entered
        .notices()
        .filter(
          (notice) => (site ?? notice.site) === notice.site && maySee({ kind: "site", id: notice.site }),
        );
      return { notices };
    },
  );
}

const NO_HOURS = new Float64Array();

async function usualOf(store: HistoryStore, sensor: string, nowMs: number) {
  const range = { fromMs: nowMs - USUAL_DAYS * DAY_MS, toMs: nowMs };
  const [buckets] = await store.downsample([sensor], range, DAY_MS);
  const known = (values: Float64Array | undefined) =>
    [...(values ?? [])].filter((value) => !Number.isNaN(value));
  const [minima, maxima] = [known(buckets?.minima), known(buckets?.maxima)];
  return minima.length > 0 ? { least: Math.min(...minima), most: Math.max(...maxima) } : null;
}

async function hourlySince(
  store: HistoryStore,
  sensor: string,
  fromMs: number,
  toMs: number,
): Promise<Float64Array> {
  if (toMs - fromMs > LONGEST_SPAN_MS || toMs - fromMs < HOUR_MS) return NO_HOURS;
  return (await hourlyMeans(store, [sensor], { fromMs: fromMs + 1, toMs })).get(sensor)?.means ?? NO_HOURS;
}
