/**
 * Lets nobody through who may not: every route declares the permission it needs, and a route that declares none is refused when the
 * service starts. WebSocket upgrades pass the same gate.
 */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Caller, Gate, Permission, Principal } from "../model/access.ts";
import { isRefusal, type Refusal } from "../model/alarm.ts";
import { Failure } from "../model/failure.ts";
import { HttpError, refusing } from "./http-answers.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a caller needs; see src/access/policy.ts. */
    permission?: Permission;
    /** The handler shows and changes only what is in the caller's districts. */
    byDistrict?: boolean;
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

/** As `needs`, for a route that keeps to the districts of its caller: any other refuses whoever is limited to some of them. */
export function needsByDistrict<T extends object = object>(
  permission: Permission,
  others?: T,
): T & { readonly config: { readonly permission: Permission; readonly byDistrict: true } } {
  return { ...(others as T), config: { permission, byDistrict: true } };
}

/** For routes that a plugin adds to this instance: what all of them need. */
export function permitAll(app: FastifyInstance, permission: Permission): void {
  app.decorate("permissionOfAll", permission);
}

/** A route as it was declared. */
export interface DeclaredRoute {
  readonly method: string;
  readonly path: string;
  readonly permission: Permission;
}

/** Must come before any route; hands back those that come. Adding a route without a permission throws Failure "undeclared-permission". */
export function guard(app: FastifyInstance, gate: Gate): readonly DeclaredRoute[] {
  const routes: DeclaredRoute[] = [];
  app.decorateRequest("principal", null);

  app.addHook("onRoute", function (route) {
    const { method, url, config } = route;
    const permission = config?.permission ?? this.permissionOfAll;
    if (permission !== undefined) {
      route.config = { ...config, permission };
      routes.push(...[method].flat().map((one) => ({ method: one, path: url, permission })));
      return;
    }
    const message = `the route ${[method].flat().join("/")} ${url} declares no permission`;
    throw new Failure("undeclared-permission", message);
  });

  app.addHook("onRequest", async (request) => {
    const { permission, byDistrict } = request.routeOptions.config;
    // Only the answer that there is no such route belongs to no route.
    if (permission === undefined || permission === "public") return;
    request.principal = refusing(admit(gate, request.raw, permission, byDistrict));
  });
  return routes;
}

/** The principal, or why it is turned away, logged and counted. */
export function admit(
  gate: Gate,
  request: IncomingMessage,
  permission: Permission,
  byDistrict = false,
): Principal | Refusal {
  const caller = callerOf(request);
  const found = gate.identify(caller);
  const principal = found === null || isRefusal(found) ? null : found;
  const refusal =
    found !== null && isRefusal(found)
      ? found
      : (gate.refusal(principal, permission) ?? outsideDistricts(principal, permission, byDistrict));
  if (refusal === null && principal !== null) return principal;
  const { code, message } = refusal ?? NOT_LOGGED_IN;
  gate.refused(code, {
    method: request.method,
    path: pathOf(request),
    address: caller.address,
    ...(principal && { user: principal.name }),
  });
  if (principal)
    gate.performed(principal.name, caller.address, "refused", { reason: code, path: pathOf(request) });
  return { code, message };
}

const NOT_LOGGED_IN: Refusal = { code: "not-logged-in", message: "Log in first." };

/** What is about oneself belongs to no district. */
function outsideDistricts(
  principal: Principal | null,
  permission: Permission,
  byDistrict: boolean,
): Refusal | null {
  if (!principal?.districts || byDistrict || permission === "own") return null;
  const message = `${principal.name} is limited to some districts; this is about all of them.`;
  return { code: "districts-only", message };
}

/** Who asks, on a route that is not public. */
export function principalOf({ principal }: Pick<FastifyRequest, "principal">): Principal {
  if (principal === null) throw new HttpError(401, NOT_LOGGED_IN.code, NOT_LOGGED_IN.message);
  return principal;
}

export function callerOf({ headers, socket }: IncomingMessage): Caller {
  return { address: socket.remoteAddress ?? "", headers };
}

/** Where a request comes from, as the audit and lists of sessions say it. */
export function fromOf({ ip, headers }: FastifyRequest): {
  readonly address: string;
  readonly browser: string;
} {
  return { address: ip, browser: headers["user-agent"] ?? "" };
}

/** Without the query, which may hold what nobody should read in a log. */
function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?")[0] ?? "";
}
