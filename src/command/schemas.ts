/** nightflow schemas: the JSON Schemas that editors check YAML with and third parties read the wire format from. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { alarmsSchema } from "../config/alarms-file.ts";
import { networkSchema } from "../config/network-file.ts";
import { notificationsSchema } from "../config/notifications-file.ts";
import { serverSchema } from "../config/server-file.ts";
import { utilitySchema } from "../config/utility-file.ts";
import { worksSchema } from "../config/works-file.ts";
import { asyncApiDocument } from "../model/asyncapi-document.ts";
import { detectionParametersSchema } from "../model/detection-parameters.ts";
import { exchangeFileSchema } from "../model/exchange-file.ts";
import { actionSchema, clientMessageSchema } from "../model/live.ts";
import { recordingSchema } from "../model/recording.ts";
import { ackSchema, statusSchema, telemetrySchema } from "../model/wire.ts";
import { scenarioSchema } from "../simulate/scenario.ts";
import type { Command } from "./arguments.ts";

const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  "utility.yaml": utilitySchema,
  "alarms.yaml": alarmsSchema,
  "works.yaml": worksSchema,
  "scenario.yaml": scenarioSchema,
  "network.yaml": networkSchema,
  "notifications.yaml": notificationsSchema,
  "server.yaml": serverSchema,
  "detection.yaml": detectionParametersSchema,
  "recording.yaml": recordingSchema,
  "exchange-file": exchangeFileSchema,
  "wire-telemetry": telemetrySchema,
  "wire-ack": ackSchema,
  "wire-status": statusSchema,
  "live-client-message": clientMessageSchema,
  "alarm-action": actionSchema,
};

/** File name -> text, for every schema, and the description of what is spoken over WebSocket and MQTT. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  const schemas = Object.entries(SCHEMAS).map(
    ([name, schema]) => [`${name}.schema.json`, z.toJSONSchema(schema, { io: "input" })] as const,
  );
  const files = [...schemas, ["asyncapi.json", asyncApiDocument()] as const];
  return new Map(files.map(([name, json]) => [name, `${JSON.stringify(json, null, 2)}\n`]));
}

export const schemas: Command = {
  summary: "writes the JSON Schemas of configuration and wire format, and the AsyncAPI document",
  flags: { out: { value: "DIR" } },
  async run(values) {
    const folder = values.text("out") ?? "docs/schema";
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of jsonSchemas()) writeFileSync(join(folder, name), text);
    console.log(`${jsonSchemas().size} schemas written to ${folder}`);
    return 0;
  },
};
