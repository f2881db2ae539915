/** The MQTT part of the AsyncAPI document: what agents, centres and listeners say on topics. */
import { alarmViewSchema } from "./alarm-schema.ts";
import type { AsyncApiPart } from "./asyncapi.ts";
import {
  ackSchema,
  statusSchema,
  storedSchema,
  storedTopicOf,
  telemetrySchema,
  topicOf,
  WIRE_VERSION,
  wireSeriesSchema,
} from "./wire.ts";

const UTILITY = "id of the utility in utility.yaml";
const ofSite = { utility: UTILITY, site: "the station's site in utility.yaml" };
const kept = { mqtt: { qos: 1, retain: true } };

export const WIRE_PART: AsyncApiPart = {
  server: {
    name: "broker",
    host: "127.0.0.1:1883",
    protocol: "mqtt",
    description: "The broker of server.yaml; mqtts over TLS",
  },
  channels: [
    {
      name: "telemetry",
      address: topicOf("{utility}", "{site}", "telemetry"),
      description:
        "Numbered batches of samples from a station's spool. JSON, or the same compressed with gzip.",
      parameters: ofSite,
      operationBindings: { mqtt: { qos: 1, retain: false } },
      hears: [{ name: "telemetry", summary: "Samples and notices of a station", schema: telemetrySchema }],
      says: [],
    },
    {
      name: "status",
      address: topicOf("{utility}", "{site}", "status"),
      description: "Whether an agent is connected, and how it does. Also its last will.",
      parameters: ofSite,
      operationBindings: kept,
      hears: [{ name: "status", summary: "How an agent does", schema: statusSchema }],
      says: [],
    },
    {
      name: "ack",
      address: topicOf("{utility}", "{site}", "ack"),
      description:
        "What of a spool is durably stored: the agent forgets it. The same answer again asks for everything after it once more.",
      parameters: ofSite,
      operationBindings: kept,
      hears: [],
      says: [{ name: "ack", summary: "How far a spool is stored", schema: ackSchema }],
    },
    {
      name: "stored",
      address: storedTopicOf("{utility}", "{sensor}"),
      description:
        "Between centres that divide the districts of a utility: samples that one has stored and others watch.",
      parameters: { utility: UTILITY, sensor: "id of a sensor in utility.yaml" },
      operationBindings: { mqtt: { qos: 0, retain: false } },
      hears: [],
      says: [{ name: "stored", summary: "Samples that were stored", schema: storedSchema }],
    },
    {
      name: "standing-alarms",
      address: `nightflow/${WIRE_VERSION}/{utility}/alarms/{alarm}`,
      description:
        "Every standing alarm, where notifications.yaml says alarmTopics: true. An empty message takes one off the list.",
      parameters: { utility: UTILITY, alarm: "the alarm's id" },
      operationBindings: kept,
      hears: [],
      says: [
        {
          name: "standing-alarm",
          summary: "An alarm that stands",
          schema: alarmViewSchema.describe("as GET /api/v1/alarms/{alarm} answers"),
        },
      ],
    },
  ],
  shared: { Series: wireSeriesSchema },
};
