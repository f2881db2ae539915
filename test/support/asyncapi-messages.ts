/** Checks messages by the published AsyncAPI document, as a client would that was generated from it. */
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

const DOCUMENT = new URL("../../docs/schema/asyncapi.json", import.meta.url);

const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
ajv.addSchema(JSON.parse(readFileSync(DOCUMENT, "utf8")), "asyncapi");
const checks = new Map<string, ValidateFunction>();

/** Throws when the document has no message of that name, or describes it otherwise. */
export function checkMessage(name: string, message: unknown): void {
  const check = checks.get(name) ?? ajv.compile({ $ref: `asyncapi#/components/schemas/${name}` });
  checks.set(name, check);
  if (check(message)) return;
  throw new Error(`"${name}" is not as asyncapi.json says: ${ajv.errorsText(check.errors)}`);
}
