/** Who am I, logging in and out, and one's own password and sessions. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Gate, Principal } from "../model/access.ts";
import { type Accounts, type OpenedSession, passwordSchema, userNameSchema } from "../model/accounts.ts";
import { isRefusal } from "../model/alarm.ts";
import { checked, HttpError, refusing } from "./http-answers.ts";
import { callerOf, fromOf, needs, principalOf } from "./http-gate.ts";
import { addOpenIdLogIn } from "./http-open-id.ts";
import { type SessionCookie, sessionCookie } from "./session-cookie.ts";

const logInSchema = z.object({ name: userNameSchema, password: passwordSchema }).strict();
const linkSchema = z.object({ link: z.string().min(1).max(100), password: passwordSchema }).strict();
const passwordChangeSchema = z.object({ current: passwordSchema, next: passwordSchema }).strict();

export interface LogInOptions {
  readonly gate: Gate;
  /** Null when nobody logs in. */
  readonly accounts: Accounts | null;
  readonly cookie: SessionCookie;
}

export function addLogIn(app: FastifyInstance, { gate, accounts, cookie }: LogInOptions): void {
  app.get("/api/v1/whoami", needs("public"), async (request) => {
    const found = gate.identify(callerOf(request.raw));
    return {
      user: found === null || isRefusal(found) ? null : userOf(gate, found),
      logIn: accounts && { password: true, openId: accounts.openId && { label: accounts.openId.label } },
    };
  });
  if (accounts === null) return;

  const { keep, drop } = sessionCookie(cookie);
  if (accounts.openId) addOpenIdLogIn(app, { openId: accounts.openId, cookie });

  function welcome(reply: FastifyReply, { secret, principal, expiresMs }: OpenedSession) {
    keep(reply, secret);
    return reply.send({ user: userOf(gate, principal), expiresMs });
  }

  app.post("/api/v1/log-in", needs("public"), async (request, reply) => {
    const { name, password } = checked(logInSchema, request.body);
    return welcome(reply, refusing(await accounts.logIn(name, password, fromOf(request))));
  });

  app.post("/api/v1/link", needs("public"), async (request, reply) => {
    const { link, password } = checked(linkSchema, request.body);
    return welcome(reply, refusing(await accounts.followLink(link, password, fromOf(request))));
  });

  app.post("/api/v1/log-out", needs("own"), async (request, reply) => {
    const { name, by } = principalOf(request);
    if (by.kind === "session") accounts.logOut(by.id, { who: name, ...fromOf(request) });
    drop(reply);
    return reply.send({});
  });

  app.post("/api/v1/password", needs("own"), async (request) => {
    const { current, next } = checked(passwordChangeSchema, request.body);
    const principal = principalOf(request);
    const author = { who: principal.name, ...fromOf(request) };
    refusing(await accounts.changePassword(principal, current, next, author));
    return {};
  });

  app.get("/api/v1/sessions/own", needs("own"), async (request) => ({
    sessions: accounts.sessions(userName(request)),
  }));

  app.delete<{ Params: { id: string } }>("/api/v1/sessions/own/:id", needs("own"), async (request) => {
    const { id } = request.params;
    const isOwn = accounts.sessions(userName(request)).some((session) => session.id === id);
    if (!isOwn) throw new HttpError(404, "unknown-session", `You have no session "${id}".`);
    refusing(accounts.endSession(id, { who: userName(request), ...fromOf(request) }));
    return {};
  });
}

function userName(request: FastifyRequest): string {
  return principalOf(request).name;
}

function userOf(gate: Gate, principal: Principal) {
  const { name, role, districts, by } = principal;
  return { name, role, districts, by: by.kind, permissions: gate.permissions(principal) };
}
