/** Connection options every MQTT connection of the agent shares. mqtt.js never reconnects or keeps data by itself: the agent does. */
import { readFileSync } from "node:fs";
import type { IClientOptions } from "mqtt";
import { writeToStream } from "mqtt-packet";

interface MqttAccess {
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly protocol: 4 | 5;
  readonly keepAliveMs: number;
}

/** Reads password and certificates at each connection, so that a rotated one needs no restart. Throws when a file cannot be read. */
export function mqttOptions(access: MqttAccess): IClientOptions {
  // Else it keeps each number up to 65,535 as a buffer of its own, 7 MB.
  writeToStream.cacheNumbers = false;
  return {
    protocolVersion: access.protocol,
    keepalive: Math.round(access.keepAliveMs / 1000),
    connectTimeout: 10_000,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(access.username !== undefined && { username: access.username }),
    ...(access.passwordFile !== undefined && { password: readFileSync(access.passwordFile, "utf8").trim() }),
    ...(access.caFile !== undefined && { ca: readFileSync(access.caFile) }),
    ...(access.certFile !== undefined && { cert: readFileSync(access.certFile) }),
    ...(access.keyFile !== undefined && { key: readFileSync(access.keyFile) }),
  };
}
