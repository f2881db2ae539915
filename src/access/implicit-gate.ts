/**
 * The gate of a centre that nobody logs in to, such as the demo: whoever sits at this machine is let in under one name. Only
 * requests made to the machine by its own name count: a page of another site that gave its own name this address (DNS rebinding), and
 * a proxy that lets others in, are refused.
 */
import type { Caller, Gate, Principal } from "../model/access.ts";
import type { Refusal } from "../model/alarm.ts";
import { permissionOf, permissionsOf, refusalOf } from "./policy.ts";
import type { RefusalCount } from "./refusal-count.ts";

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
const PROXY_HEADERS = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

export function createImplicitGate(
  { name, role }: Pick<Principal, "name" | "role">,
  refusals: RefusalCount,
): Gate {
  const principal: Principal = { name, role, districts: null, by: { kind: "machine" } };
  return {
    identify: (caller) => (isOnThisMachine(caller) ? principal : NOT_HERE),
    stands: () => true,
    refusal: refusalOf,
    refusalOfAction: (who, action) => refusalOf(who, permissionOf(action)),
    permissions: ({ role }) => permissionsOf(role),
    refused: refusals.refused,
    refusals: refusals.counts,
    // There is one actor, and every event says so.
    performed: () => {},
  };
}

const NOT_HERE: Refusal = {
  code: "not-this-machine",
  message:
    "Nobody logs in to this centre, so it answers on its own machine alone, as localhost or 127.0.0.1.",
};

function isOnThisMachine({ headers }: Caller): boolean {
  const { host } = headers;
  if (typeof host !== "string" || !LOOPBACK_HOST.test(host)) return false;
  return PROXY_HEADERS.every((name) => headers[name] === undefined);
}
