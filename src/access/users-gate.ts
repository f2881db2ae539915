/** The gate of a centre that people log in to: a session by its cookie, a program by its token. */
import { parseCookie } from "cookie";
import type { Caller, Gate, Principal } from "../model/access.ts";
import type { Refusal } from "../model/alarm.ts";
import type { Clock } from "../model/clock.ts";
import { permissionOf, permissionsOf, refusalOf } from "./policy.ts";
import type { RefusalCount } from "./refusal-count.ts";
import { type SessionLimits, sessionEndMs } from "./session-life.ts";
import type { AuditLog } from "./sqlite-audit.ts";
import type { Session, SessionTable } from "./sqlite-sessions.ts";
import type { TokenTable } from "./sqlite-tokens.ts";

export interface UsersGateParts {
  readonly sessions: SessionTable;
  readonly tokens: TokenTable;
  readonly audit: AuditLog;
  readonly limits: SessionLimits;
  readonly cookieName: string;
  readonly refusals: RefusalCount;
  readonly clock: Clock;
}

const refuse = (code: string, message: string): Refusal => ({ code, message });

export function createUsersGate(parts: UsersGateParts): Gate {
  const { sessions, tokens, audit, limits, cookieName, refusals, clock } = parts;

  function ofToken(secret: string): Principal | Refusal {
    const token = tokens.find(secret);
    if (!token) return refuse("unknown-token", "There is no such token; it may have been revoked.");
    if (token.expiresMs <= clock()) return refuse("expired-token", `The token "${token.name}" has expired.`);
    tokens.use(token, clock());
    const { id, name, role, districts } = token;
    return { name: `token:${name}`, role, districts, by: { kind: "token", id } };
  }

  function ofSession(secret: string): Principal | Refusal {
    const session = sessions.find(secret);
    if (!session) return refuse("unknown-session", "There is no such session: log in.");
    if (isOver(session)) return refuse("expired-session", "The session is over: log in again.");
    sessions.use(session, clock());
    return principalOf(session);
  }

  const isOver = (session: Session) => sessionEndMs(session, limits) <= clock();

  function now({ by }: Principal): Principal | null {
    if (by.kind === "session") {
      const session = sessions.withId(by.id);
      return session && !isOver(session) ? principalOf(session) : null;
    }
    const token = by.kind === "token" ? tokens.withId(by.id) : null;
    if (!token || token.expiresMs <= clock()) return null;
    return { name: `token:${token.name}`, role: token.role, districts: token.districts, by };
  }

  return {
    identify(caller) {
      const token = tokenOf(caller);
      if (token !== null) return typeof token === "string" ? ofToken(token) : token;
      const { cookie } = caller.headers;
      const secret = typeof cookie === "string" ? parseCookie(cookie)[cookieName] : undefined;
      return secret ? ofSession(secret) : null;
    },
    stands(principal) {
      const found = now(principal);
      return found !== null && found.role === principal.role;
    },
    refusal: refusalOf,
    refusalOfAction: (who, action) => refusalOf(who, permissionOf(action)),
    permissions: ({ role }) => permissionsOf(role),
    refused: refusals.refused,
    refusals: refusals.counts,
    performed: (who, address, act, detail) => audit.add({ timeMs: clock(), who, address, act, detail }),
  };
}

function principalOf({ id, user, role }: Session): Principal {
  return { name: user, role, districts: null, by: { kind: "session", id } };
}

/** What follows Authorization: Bearer; null without that header. */
function tokenOf({ headers: { authorization } }: Caller): string | Refusal | null {
  if (authorization === undefined) return null;
  const [, token] = /^Bearer ([\w-]{1,200})$/.exec(String(authorization)) ?? [];
  return token ?? refuse("unknown-token", 'Send the token as "Authorization: Bearer TOKEN".');
}
