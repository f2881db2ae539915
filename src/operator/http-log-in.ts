/** Who am I, logging in and out, and one's own password and sessions. */
import { stringifySetCookie } from "cookie";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Gate, Principal } from "../model/access.ts";
import { type Accounts, type OpenedSession, passwordSchema, userNameSchema } from "../model/accounts.ts";
import { isRefusal } from "../model/alarm.ts";
import { checked, HttpError, refusing } from "./http-answers.ts";
import { callerOf, needs, principalOf } from "./http-gate.ts";

const logInSchema = z.object({ name: userNameSchema, password: passwordSchema }).strict();
const linkSchema = z.object({ link: z.string().min(1).max(100), password: passwordSchema }).strict();
const passwordChangeSchema = z.object({ current: passwordSchema, next: passwordSchema }).strict();

/** How the browser keeps a session: not readable by scripts, never sent with a request another site starts. */
export interface SessionCookie {
  readonly name: string;
  /** Sent over TLS alone. */
  readonly secure: boolean;
}

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
      logIn: accounts === null ? null : { password: true },
    };
  });
  if (accounts === null) return;

  function welcome(reply: FastifyReply, { secret, principal, expiresMs }: OpenedSession) {
    keep(reply, secret);
    return reply.send({ user: userOf(gate, principal), expiresMs });
  }

  function keep(reply: FastifyReply, secret: string | null): void {
    const gone = secret === null ? { maxAge: 0 } : {};
    const { name, secure } = cookie;
    reply.header(
      "set-cookie",
      stringifySetCookie({
        name,
        value: secret ?? "",
        path: "/",
        httpOnly: true,
        sameSite: "strict",
        secure,
        ...gone,
      }),
    );
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
    keep(reply, null);
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

export function fromOf({ ip, headers }: FastifyRequest): {
  readonly address: string;
  readonly browser: string;
} {
  return { address: ip, browser: headers["user-agent"] ?? "" };
}

function userName(request: FastifyRequest): string {
  return principalOf(request).name;
}

function userOf(gate: Gate, principal: Principal) {
  const { name, role, districts, by } = principal;
  return { name, role, districts, by: by.kind, permissions: gate.permissions(principal) };
}
