/**
 * What an agent is told: one YAML file, checked whole before anything starts, so that a wrong key is named by file and
 * line at the desk and not found out at the station. Paths in it are relative to the file.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { type ConfigFault, checkYaml, formatPath } from "../src/model/checked-yaml.ts";
import { messageOf } from "../src/model/failure.ts";
import { recordingSchema } from "../src/model/recording.ts";
import { idSchema } from "../src/model/wire.ts";
import { opcuaSchema } from "./opcua-config.ts";
import { nameSchema, pathSchema, reading, unitFault, unitFits, urlSchema } from "./reading-config.ts";
import { sparkplugKeys } from "./sparkplug-config.ts";

const brokerSchema = urlSchema("mqtt", "mqtts", "ws", "wss");

/** MQTT user and trust, the same for the uplink and for a source. */
const mqttAccess = {
  username: z.string().min(1).optional().describe("of the broker"),
  passwordFile: pathSchema.optional().describe("read at each connection"),
  caFile: pathSchema.optional().describe("PEM of the authority to trust, where it is not a public one"),
  certFile: pathSchema
    .optional()
    .describe("PEM of the agent's own certificate, for a broker that asks for one"),
  keyFile: pathSchema.optional().describe("its key"),
  protocol: z
    .union([z.literal(4), z.literal(5)])
    .default(4)
    .describe("4 is MQTT 3.1.1, 5 is MQTT 5"),
  keepAliveMs: z.number().int().min(1000).max(3_600_000).default(30_000).describe("MQTT keepalive"),
};

const WHOLE_CERTIFICATE = { error: "certFile and keyFile belong together", path: ["certFile"] };

function hasWholeCertificate({
  certFile,
  keyFile,
}: {
  certFile?: string | undefined;
  keyFile?: string | undefined;
}) {
  return (certFile === undefined) === (keyFile === undefined);
}

/** A meter that people read; one meter may feed several sensors. */
const handItemSchema = z
  .object({
    meter: nameSchema.describe(
      "what it is called at the station; one meter may stand here for several sensors",
    ),
    ...reading,
    least: z.number().optional().describe("the least it can show, in unit"),
    most: z.number().optional().describe("the most it can show, in unit"),
  })
  .strict()
  .refine(unitFits, { error: unitFault });

const spoolSchema = z
  .object({
    path: pathSchema.describe("the SQLite file, made when it is not there"),
    batchSamples: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(500)
      .describe("a batch is closed at so many samples"),
    batchAgeMs: z
      .number()
      .int()
      .min(10)
      .max(3_600_000)
      .default(1000)
      .describe("or at this age: the delay on a quiet link"),
    maxBytes: z.number().int().min(1_000_000).default(1_000_000_000).describe("size of all batches held"),
    maxAgeMs: z
      .number()
      .int()
      .min(60_000)
      .optional()
      .describe("batches older than this go; no limit when left out"),
    whenFull: z
      .enum(["drop-oldest", "drop-newest"])
      .default("drop-oldest")
      .describe("which samples go at maxBytes; what goes is told"),
  })
  .strict();

const uplinkSchema = z
  .object({
    brokers: z.array(brokerSchema).min(1).describe("tried in order; after a loss from the first again"),
    ...mqttAccess,
    windowBatches: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(16)
      .describe("batches sent and not yet acknowledged by the centre"),
    ackTimeoutMs: z
      .number()
      .int()
      .min(100)
      .max(600_000)
      .default(15_000)
      .describe(
        "without progress for so long everything not acknowledged is sent again; doubles up to two minutes",
      ),
    sendFirst: z
      .enum(["backlog", "live"])
      .default("backlog")
      .describe("after an outage: in the order of time, or what is new at once and what was held beside it"),
    maxBytesPerS: z.number().int().min(100).optional().describe("cap on what is sent, as a mean"),
    returnToFirstMs: z
      .number()
      .int()
      .min(100)
      .default(600_000)
      .describe("how often, while another broker serves, the first is asked whether it is back"),
    statusMs: z.number().int().min(1000).default(30_000).describe("how often the agent says how it does"),
  })
  .strict()
  .refine(hasWholeCertificate, WHOLE_CERTIFICATE);

/** A sensor whose name takes levels of the topic: {1} stands for what matched the first "+". */
const topicSensorSchema = z
  .string()
  .refine((text) => idSchema.safeParse(text.replace(/\{[1-9]\}/g, "x")).success, {
    error: "must be letters, digits, '.', '_' or '-', and {1} to {9} for what matched a '+' of the topic",
  });

const mqttTopicSchema = z
  .object({
    topic: z
      .string()
      .regex(
        /^[^+#]*((?<=^|\/)\+(?=$|\/)[^+#]*)*((?<=^|\/)#)?$/,
        "'+' must be a whole level, '#' the last one",
      )
      .min(1),
    ...reading,
    sensor: topicSensorSchema.describe("its id; {1} stands for what matched the first '+' of the topic"),
    valuePath: z
      .string()
      .min(1)
      .optional()
      .describe("where the value stands in a JSON payload: data[0].flow"),
    timePath: z
      .string()
      .min(1)
      .optional()
      .describe("where its time stands; when the message came, when left out"),
    senmlName: z
      .string()
      .min(1)
      .optional()
      .describe("for a payload that is a SenML pack: base name and name of the record"),
  })
  .strict()
  .refine(unitFits, { error: unitFault });

const mqttSchema = z
  .object({
    name: nameSchema,
    broker: brokerSchema,
    ...mqttAccess,
    topics: z.array(mqttTopicSchema).min(1),
  })
  .strict()
  .refine(hasWholeCertificate, WHOLE_CERTIFICATE);

const sparkplugSchema = z
  .object({ broker: brokerSchema, ...mqttAccess, ...sparkplugKeys })
  .strict()
  .refine(hasWholeCertificate, WHOLE_CERTIFICATE);

const csvColumnSchema = z.object(reading).strict().refine(unitFits, { error: unitFault });

const csvSchema = z
  .object({
    name: nameSchema,
    file: pathSchema.describe("a wide CSV, gzip if it ends in .gz"),
    recording: recordingSchema.extend({ columns: z.record(z.string(), csvColumnSchema) }),
    pauseAboveBatches: z
      .number()
      .int()
      .min(1)
      .default(200)
      .describe("reading waits while the spool holds more"),
  })
  .strict();

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Where the agent's figures and health can be asked for. */
const httpSchema = z
  .object({
    host: z.string().min(1).default("127.0.0.1").describe("where figures and health can be asked for"),
    port: z.number().int().min(0).max(65_535).default(9464).describe("0 takes any free port"),
    tokenFile: pathSchema
      .optional()
      .describe("what a caller must send as Bearer token; needed beyond this machine"),
  })
  .strict()
  .refine(({ host, tokenFile }) => LOOPBACK.test(host) || tokenFile !== undefined, {
    error:
      "listens beyond this machine: it needs a tokenFile, whose content a caller must send as Bearer token",
    path: ["host"],
  });

const healthSchema = z
  .object({
    unacknowledgedMs: z
      .number()
      .int()
      .min(1000)
      .default(3_600_000)
      .describe("not well when the centre has acknowledged nothing for so long"),
    sourceLostMs: z
      .number()
      .int()
      .min(0)
      .default(300_000)
      .describe("not well when a source is away, or lacks items, for so long"),
    spoolShare: z
      .number()
      .positive()
      .max(1)
      .default(0.8)
      .describe("not well when this part of maxBytes is held"),
    clockToleranceMs: z
      .number()
      .int()
      .min(100)
      .default(10_000)
      .describe("not well when its clock and another one are further apart"),
  })
  .strict();

export const agentSchema = z
  .object({
    utility: idSchema.describe("as in the centre's configuration"),
    site: idSchema.describe("one agent a site; with the utility it names the topics"),
    spool: spoolSchema,
    uplink: uplinkSchema,
    http: httpSchema.optional().describe("the agent listens nowhere when left out"),
    health: healthSchema.prefault({}),
    sources: z
      .object({
        opcua: z.array(opcuaSchema).default([]),
        mqtt: z.array(mqttSchema).default([]),
        sparkplug: z.array(sparkplugSchema).default([]),
        csv: z.array(csvSchema).default([]),
        hand: z.array(handItemSchema).default([]),
      })
      .strict(),
  })
  .strict();

export type AgentConfig = z.infer<typeof agentSchema>;
export type SpoolConfig = AgentConfig["spool"];
export type UplinkConfig = AgentConfig["uplink"];
export type HttpConfig = NonNullable<AgentConfig["http"]>;
export type HealthConfig = AgentConfig["health"];
export type MqttSourceConfig = AgentConfig["sources"]["mqtt"][number];
export type SparkplugSourceConfig = AgentConfig["sources"]["sparkplug"][number];
export type HandItemConfig = AgentConfig["sources"]["hand"][number];
export type CsvSourceConfig = AgentConfig["sources"]["csv"][number];

export type LoadedAgentConfig =
  | { readonly ok: true; readonly config: AgentConfig }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** Reads and checks the file; every fault says where it stands. */
export function loadAgentConfig(file: string): LoadedAgentConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return { ok: false, faults: [{ file, line: 1, key: "", message: messageOf(error) }] };
  }
  const checked = checkYaml(file, text, agentSchema);
  if (!checked.ok) return checked;
  const faults = repeatedNames(checked.value).map(({ path, message }) => ({
    file,
    line: checked.lineOf(path),
    key: formatPath(path),
    message,
  }));
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, config: withAbsolutePaths(checked.value, dirname(resolve(file))) };
}

interface Repetition {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Two sources of one name could not be told apart in a log, two readings of one sensor not in history. */
function repeatedNames({ sources }: AgentConfig): Repetition[] {
  const seen = new Map<string, string>();
  const found: Repetition[] = [];
  const note = (what: string, name: string, path: readonly PropertyKey[]) => {
    const before = seen.get(`${what} ${name}`);
    if (before) found.push({ path, message: `${what} "${name}" stands at ${before} already` });
    else seen.set(`${what} ${name}`, formatPath(path));
  };
  for (const kind of ["opcua", "mqtt", "sparkplug", "csv"] as const) {
    sources[kind].forEach(({ name }, index) => {
      note("source", name, ["sources", kind, index, "name"]);
    });
  }
  sources.opcua.forEach(({ items }, index) => {
    items.forEach(({ sensor }, item) => {
      note("sensor", sensor, ["sources", "opcua", index, "items", item, "sensor"]);
    });
  });
  sources.mqtt.forEach(({ topics }, index) => {
    topics.forEach(({ sensor }, topic) => {
      note("sensor", sensor, ["sources", "mqtt", index, "topics", topic, "sensor"]);
    });
  });
  sources.sparkplug.forEach(({ metrics }, index) => {
    metrics.forEach(({ sensor }, metric) => {
      note("sensor", sensor, ["sources", "sparkplug", index, "metrics", metric, "sensor"]);
    });
  });
  sources.hand.forEach(({ sensor }, index) => {
    note("sensor", sensor, ["sources", "hand", index, "sensor"]);
  });
  return found;
}

const ACCESS_FILES = ["passwordFile", "caFile", "certFile", "keyFile"] as const;
type AccessFiles = { readonly [K in (typeof ACCESS_FILES)[number]]?: string | undefined };

function withAbsolutePaths(config: AgentConfig, folder: string): AgentConfig {
  const absolute = (path: string) => resolve(folder, path);
  const access = <T extends AccessFiles>(part: T): T => {
    const files = ACCESS_FILES.flatMap((key) => (part[key] ? [[key, absolute(part[key])]] : []));
    return { ...part, ...Object.fromEntries(files) };
  };
  return {
    ...config,
    spool: { ...config.spool, path: absolute(config.spool.path) },
    uplink: access(config.uplink),
    ...(config.http && {
      http: { ...config.http, ...(config.http.tokenFile && { tokenFile: absolute(config.http.tokenFile) }) },
    }),
    sources: {
      opcua: config.sources.opcua.map((one) => ({
        ...access(one),
        pkiFolder: absolute(one.pkiFolder),
        ...(one.userCertificateFile && { userCertificateFile: absolute(one.userCertificateFile) }),
        ...(one.userKeyFile && { userKeyFile: absolute(one.userKeyFile) }),
      })),
      mqtt: config.sources.mqtt.map(access),
      sparkplug: config.sources.sparkplug.map(access),
      csv: config.sources.csv.map((one) => ({ ...one, file: absolute(one.file) })),
      hand: config.sources.hand,
    },
  };
}
