/** The JSON Schema of the agent's file, for editors; not part of what runs at a station. */
import { z } from "zod";
import { agentSchema } from "./agent-config.ts";

export function agentJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(agentSchema, { io: "input" }), null, 2)}\n`;
}
