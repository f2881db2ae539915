/**
 * Lets nobody through who may not: every route declares the permission it needs, and a route that declares none is refused when the
 * service starts. WebSocket upgrades pass the same gate.
 */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Caller, Gate, Permission, Principal } from "../model/access.ts";
import { isRefusal, type Refusal } from "../model/alarm.ts";
import { Failure } from "../model/failure.ts";
import { HttpError } from "./http-answers.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a caller needs; see src/access/policy.ts. */
    permission?: Permission;
  }
  interface FastifyInstance {
    /** What a caller needs on routes of a plugin, which cannot say it themselves. */
    permissionOfAll?: Permission;
  }
  interface FastifyRequest {
    /** Who asks; null only on public routes. */
    principal: Principal | null;
  }
}

/** The options of a route, such as app.get(path, needs("see"), handler), with others that it has. */
export function needs<T extends object = object>(
  permission: Permission,
  others?: T,
): T & { readonly config: { readonly permission: Permission } } {
  return { ...(others as T), config: { permission } };
}

/** For routes that a plugin adds to this instance: what all of them need. */
export function permitAll(app: FastifyInstance, permission: Permission): void {
  app.decorate("permissionOfAll", permission);
}

/** Must come before any route. Adding a route without a permission throws Failure "undeclared-permission". */
export function guard(app: FastifyInstance, gate: Gate): void {
  app.decorateRequest("principal", null);

  app.addHook("onRoute", function (route) {
    const { method, url, config } = route;
    if (config?.permission !== undefined) return;
    if (this.permissionOfAll !== undefined) {
      route.config = { ...config, permission: this.permissionOfAll };
      return;
    }
    const message = `the route ${[method].flat().join("/")} ${url} declares no permission`;
    throw new Failure("undeclared-permission", message);
  });

  app.addHook("onRequest", async (request) => {
    const { permission } = request.routeOptions.config;
    // Only the answer that there is no such route belongs to no route.
    if (permission === undefined || permission === "public") return;
    const admitted = admit(gate, request.raw, permission);
    if (isRefusal(admitted)) throw new HttpError(statusOf(admitted), admitted.code, admitted.message);
    request.principal = admitted;
  });
}

/** The principal, or why it is turned away, logged and counted. */
export function admit(gate: Gate, request: IncomingMessage, permission: Permission): Principal | Refusal {
  const found = gate.identify(callerOf(request));
  const refusal = found !== null && isRefusal(found) ? found : gate.refusal(found, permission);
  if (refusal === null && found !== null && !isRefusal(found)) return found;
  const { code, message } = refusal ?? { code: "not-logged-in", message: "Log in first." };
  gate.refused(code, {
    method: request.method,
    path: pathOf(request),
    address: request.socket.remoteAddress,
    ...(found !== null && !isRefusal(found) && { user: found.name }),
  });
  return { code, message };
}

/** 401 asks for a log-in; 403 says that it would not help. */
export function statusOf({ code }: Refusal): 401 | 403 {
  return code === "not-permitted" || code === "not-this-machine" ? 403 : 401;
}

/** Who asks, on a route that is not public. */
export function principalOf({ principal }: Pick<FastifyRequest, "principal">): Principal {
  if (principal === null) throw new HttpError(401, "not-logged-in", "Log in first.");
  return principal;
}

export function callerOf({ headers, socket }: IncomingMessage): Caller {
  return { address: socket.remoteAddress ?? "", headers };
}

/** Without the query, which may hold what nobody should read in a log. */
function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?")[0] ?? "";
}
