/** Writes docs/schema/agent.yaml.schema.json: a part of `npm run schemas`. */
import { writeFileSync } from "node:fs";
import { agentJsonSchema } from "../agent-schema.ts";

writeFileSync(new URL("../../docs/schema/agent.yaml.schema.json", import.meta.url), agentJsonSchema());
