/**
 * Samples that other centres store and this one watches, and the other way round. Whoever stored a sample tells it once, at QoS 0; the
 * messages of each teller are numbered, and whoever misses one reads history again, where the sample stands already. So nothing depends on
 * a message arriving.
 *
 *   committed -> tell -> nightflow/v1/{utility}/{sensor}/stored -> follow -> onStored, or onMissed
 */
import { randomUUID } from "node:crypto";
import { connect, type IClientOptions } from "mqtt";
import type { Logger } from "pino";
import type { Series } from "../model/sample.ts";
import { receivedStatus, type StoredMessage, storedSchema, storedTopicOf, wireValue } from "../model/wire.ts";

export interface FollowingOptions {
  readonly url: string;
  readonly access: Pick<IClientOptions, "username" | "password" | "ca">;
  readonly utility: string;
  /** Sensors watched here. */
  readonly sensors: readonly string[];
  /** Whether somebody else may watch a sensor whose samples are stored here. */
  readonly isTold: (sensor: string) => boolean;
  /** Those of them that belong here: whoever watches them is told that this centre has begun. */
  readonly own: readonly string[];
  readonly log: Logger;
  /** What others have stored. */
  readonly onStored: (series: readonly Series[]) => void;
  /** Something may have been stored that was not told. */
  readonly onMissed: () => void;
}

export interface Following {
  /** What was stored here. */
  tell(series: readonly Series[]): void;
  close(): Promise<void>;
}

export function startFollowing(options: FollowingOptions): Following {
  const { url, access, utility, log, onStored, onMissed } = options;
  const centre = randomUUID();
  const sensorOf = new Map(options.sensors.map((sensor) => [storedTopicOf(utility, sensor), sensor]));
  const numbers = new Map<string, number>();
  const heard = new Map<string, number>();
  const client = connect(url, {
    ...access,
    protocolVersion: 5,
    clientId: `nightflow-${utility}-following-${centre}`,
    clean: true,
    resubscribe: false,
    reconnectPeriod: 1_000,
  });
  client.on("error", (error) => log.warn({ url, error: error.message }, "mqtt broker"));
  client.on("connect", () => {
    client.subscribe([...sensorOf.keys()], { qos: 0 }, (error) => {
      if (error) log.error({ url, error: error.message }, "mqtt broker refused the subscription");
      onMissed();
    });
    for (const sensor of options.own) if (!numbers.has(sensor)) tellOne(sensor, null);
  });
  client.on("message", (topic, payload) => {
    const sensor = sensorOf.get(topic);
    const message = sensor === undefined ? undefined : decode(payload);
    if (sensor === undefined || message === undefined) log.warn({ topic }, "what was stored cannot be read");
    else if (message.centre !== centre) take(sensor, message);
  });

  function take(sensor: string, { centre: teller, number, series }: StoredMessage): void {
    const key = `${teller} ${sensor}`;
    const inOrder = heard.get(key) === number - 1;
    heard.set(key, number);
    if (!inOrder) onMissed();
    else if (series) onStored([columnsOf(sensor, series)]);
  }

  function tellOne(sensor: string, series: StoredMessage["series"]): void {
    const number = (numbers.get(sensor) ?? 0) + 1;
    numbers.set(sensor, number);
    const message: StoredMessage = { centre, number, series };
    // Without a connection it is a gap in the numbers.
    if (client.connected) client.publish(storedTopicOf(utility, sensor), JSON.stringify(message), { qos: 0 });
  }

  return {
    tell(series) {
      for (const { sensor, timesMs, values, statuses } of series) {
        if (!options.isTold(sensor)) continue;
        const v = Array.from(values, wireValue);
        tellOne(sensor, { sensor, t: [...timesMs], v, q: [...statuses] });
      }
    },
    async close() {
      await client.endAsync(true);
    },
  };
}

function decode(payload: Uint8Array): StoredMessage | undefined {
  try {
    const message = storedSchema.safeParse(JSON.parse(Buffer.from(payload).toString())).data;
    const { t, v } = message?.series ?? { t: [], v: [] };
    return t.length === v.length ? message : undefined;
  } catch {
    return undefined;
  }
}

function columnsOf(sensor: string, { t, v, q }: NonNullable<StoredMessage["series"]>): Series {
  return {
    sensor,
    timesMs: Float64Array.from(t),
    values: Float64Array.from(v, (value) => value ?? Number.NaN),
    statuses: Uint32Array.from(v, (value, row) => receivedStatus(value, q?.[row])),
  };
}
