/** server.yaml: where the centre listens, which broker it uses and where history is kept. Every key has a safe default. */
import { z } from "zod";
import type { ConfigFault } from "../model/checked-yaml.ts";
import { factorToInside, type Quantity, unitsOf } from "../model/units.ts";
import { openIdSchema } from "./openid-settings.ts";

const port = z.number().int().min(0).max(65_535).describe("0 takes any free port");

const certificate = {
  certFile: z
    .string()
    .min(1)
    .describe("certificate and its chain, PEM; relative to the folder the command is run in"),
  keyFile: z.string().min(1).describe("its key, PEM, readable by the centre alone"),
};

const embeddedBroker = z
  .object({
    kind: z.literal("embedded"),
    host: z.string().min(1).default("127.0.0.1"),
    port: port.default(1883),
    logIn: z
      .enum(["required", "none"])
      .optional()
      .describe(
        "whether agents show credentials (nightflow agent); none only on loopback, where it is the default",
      ),
    tls: z
      .object({
        ...certificate,
        clientCaFile: z
          .string()
          .optional()
          .describe("agents must show a certificate this authority signed, PEM"),
      })
      .strict()
      .optional(),
  })
  .strict();

const externalBroker = z
  .object({
    kind: z.literal("external"),
    url: z.string().regex(/^(mqtts?|wss?):\/\/.+/, "must be an address such as mqtts://broker.example:8883"),
    username: z.string().optional(),
    passwordFile: z.string().optional().describe("a file that holds nothing but the password"),
    caFile: z.string().optional().describe("certificate of the authority that signed the broker's, PEM"),
  })
  .strict();

/** A bare reading from a third-party device: no promise beyond what MQTT gives. */
const deviceTopic = z
  .object({
    topic: z.string().min(1).describe("with + and #; {sensor} stands for the level that names the sensor"),
    sensor: z.string().optional().describe("needed when the topic has no {sensor}"),
    valuePath: z
      .string()
      .optional()
      .describe('dotted path in JSON, such as "data.value"; a plain number when left out'),
    timePath: z
      .string()
      .optional()
      .describe("ISO text or ms since 1970 UTC; the time of arrival when left out"),
    senmlName: z.string().optional().describe("which record of a SenML pack, base name and name"),
    unit: z.string().optional().describe("the unit inside of the sensor's quantity when left out"),
  })
  .strict()
  .refine(({ topic, sensor }) => sensor !== undefined || topic.split("/").includes("{sensor}"), {
    path: ["sensor"],
    error: "is needed: the topic has no level {sensor}",
  });

const retention = z
  .object({
    samplesDays: z
      .number()
      .int()
      .min(60)
      .optional()
      .describe("older samples become hours; kept for ever when left out"),
    hoursDays: z
      .number()
      .int()
      .min(60)
      .optional()
      .describe("older hours are deleted; kept for ever when left out"),
    maxGb: z
      .number()
      .positive()
      .optional()
      .describe("of all files; above it the oldest go before their time"),
  })
  .strict()
  .prefault({});

const embeddedStore = z
  .object({
    kind: z.literal("duckdb").describe("files in the data folder"),
    memoryLimitMb: z.number().int().min(64).default(512),
    retention,
  })
  .strict();

const influxStore = z
  .object({
    kind: z.literal("influx"),
    url: z.string().regex(/^https?:\/\/.+/, "must be an address such as http://127.0.0.1:8086"),
    version: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    database: z
      .string()
      .min(1)
      .default("nightflow")
      .describe("a bucket in version 2; it must keep data for ever"),
    organisation: z.string().min(1).optional().describe("version 2 only"),
    tokenFile: z.string().optional().describe("versions 2 and 3: a file that holds nothing but the token"),
    username: z.string().optional().describe("version 1"),
    passwordFile: z.string().optional().describe("version 1: a file that holds nothing but the password"),
    caFile: z.string().optional().describe("certificate of the authority that signed the server's, PEM"),
  })
  .strict()
  .refine(({ version, organisation }) => version !== 2 || organisation !== undefined, {
    path: ["organisation"],
    error: "is needed with version 2",
  });

const memoryStore = z.object({ kind: z.literal("memory").describe("gone when the centre stops") }).strict();

const hours = (most: number, usual: number) => z.number().positive().max(most).default(usual);

const access = z
  .object({
    logIn: z
      .enum(["required", "none"])
      .default("required")
      .describe("none: whoever is at this machine is the operator; only with http.host on loopback"),
    idleH: hours(168, 12).describe("a session ends when it was not used for this long"),
    longestH: hours(8784, 168).describe("a session ends after this, used or not"),
    openId: openIdSchema.optional().describe("people log in at the utility's own identity provider as well"),
  })
  .strict()
  .refine(({ logIn, openId }) => openId === undefined || logIn === "required", {
    path: ["openId"],
    error: "needs logIn: required",
  })
  .prefault({});

const opcua = z
  .object({
    host: z.string().min(1).default("127.0.0.1"),
    port: port.default(4840),
    tls: z
      .object(certificate)
      .strict()
      .optional()
      .describe("RSA, with the application URI; the server makes a certificate of its own when left out"),
  })
  .strict()
  .describe("alarms and conditions for a control system; off when left out");

export const serverSchema = z
  .object({
    http: z
      .object({
        host: z.string().min(1).default("127.0.0.1"),
        port: port.default(8080),
        tls: z.object(certificate).strict().optional(),
        publicUrl: z
          .url({ protocol: /^https?$/ })
          .optional()
          .describe("where people reach the centre, for links; what it listens on when left out"),
      })
      .strict()
      .prefault({}),
    access,
    broker: z
      .discriminatedUnion("kind", [embeddedBroker, externalBroker])
      .default({ kind: "embedded", host: "127.0.0.1", port: 1883 }),
    devices: z.array(deviceTopic).default([]),
    opcua: opcua.optional(),
    store: z
      .discriminatedUnion("kind", [embeddedStore, influxStore, memoryStore])
      .prefault({ kind: "duckdb" }),
    dataFolder: z.string().min(1).default("data").describe("relative to the folder the command is run in"),
    ingest: z
      .object({
        batchSamples: z.number().int().positive().default(20_000),
        batchAgeMs: z.number().int().positive().default(50),
        queueSamples: z
          .number()
          .int()
          .positive()
          .default(200_000)
          .describe("above it agents are asked to wait"),
        futureToleranceS: z.number().positive().default(600),
      })
      .strict()
      .prefault({}),
    logLevel: z.enum(["trace", "debug", "info", "warn", "error"]).default("info"),
  })
  .strict();

export type ServerSettings = z.infer<typeof serverSchema>;

type Refer = (path: readonly PropertyKey[], message: string) => ConfigFault;

/** What a schema cannot see: devices that name a sensor that is not there, or a unit that is not of its quantity. */
export function deviceFaults(
  { devices }: ServerSettings,
  quantityOf: ReadonlyMap<string, Quantity>,
  fault: Refer,
): ConfigFault[] {
  return devices.flatMap(({ sensor, unit }, index) => {
    if (sensor === undefined) return [];
    const quantity = quantityOf.get(sensor);
    if (!quantity)
      return [fault(["devices", index, "sensor"], `there is no sensor "${sensor}" in utility.yaml`)];
    if (unit === undefined || factorToInside(quantity, unit) !== undefined) return [];
    const message = `"${unit}" is not one of ${quantity}: ${unitsOf(quantity).join(", ")}`;
    return [fault(["devices", index, "unit"], message)];
  });
}
