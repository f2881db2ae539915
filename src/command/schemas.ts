/** nightflow schemas: the JSON Schemas that editors check YAML with and third parties read the wire format from. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { alarmsSchema } from "../config/alarms-file.ts";
import { notificationsSchema } from "../config/notifications-file.ts";
import { serverSchema } from "../config/server-file.ts";
import { utilitySchema } from "../config/utility-file.ts";
import { worksSchema } from "../config/works-file.ts";
import { detectionParametersSchema } from "../model/detection-parameters.ts";
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
  "notifications.yaml": notificationsSchema,
  "server.yaml": serverSchema,
  "detection.yaml": detectionParametersSchema,
  "recording.yaml": recordingSchema,
  "wire-telemetry": telemetrySchema,
  "wire-ack": ackSchema,
  "wire-status": statusSchema,
  "live-client-message": clientMessageSchema,
  "alarm-action": actionSchema,
};

/** File name -> text, for every schema. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(SCHEMAS).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`,
    ]),
  );
}

export const schemas: Command = {
  summary: "writes the JSON Schemas of configuration and wire format",
  flags: { out: { value: "DIR" } },
  async run(values) {
    const folder = values.text("out") ?? "docs/schema";
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of jsonSchemas()) writeFileSync(join(folder, name), text);
    console.log(`${jsonSchemas().size} schemas written to ${folder}`);
    return 0;
  },
};
