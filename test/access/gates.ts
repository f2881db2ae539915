/** Gates for tests that are about something else: everybody is one person, who may do everything unless told otherwise. */
import { pino } from "pino";
import { createImplicitGate } from "../../src/access/implicit-gate.ts";
import { createRefusalCount } from "../../src/access/refusal-count.ts";
import type { Gate, Role } from "../../src/model/access.ts";

export function gateOf(name: string, role: Role = "admin"): Gate {
  return createImplicitGate({ name, role }, createRefusalCount(pino({ level: "silent" }), Date.now));
}
