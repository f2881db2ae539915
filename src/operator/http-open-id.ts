/**
 * The way to the identity provider and back. The browser carries both as plain addresses, so what is refused is told to the page behind
 * the #, by its code, and the page says it in the reader's language.
 */
import { parseCookie } from "cookie";
import type { FastifyInstance, FastifyReply } from "fastify";
import { OPEN_ID_RETURN_PATH, type OpenIdLogIn } from "../model/accounts.ts";
import { isRefusal, type Refusal } from "../model/alarm.ts";
import { fromOf, needs } from "./http-gate.ts";
import { passingCookie, type SessionCookie, sessionCookie } from "./session-cookie.ts";

const AT_PROVIDER_S = 600;

export interface OpenIdRoutes {
  readonly openId: OpenIdLogIn;
  readonly cookie: SessionCookie;
}

export function addOpenIdLogIn(app: FastifyInstance, { openId, cookie }: OpenIdRoutes): void {
  const begun = { ...cookie, name: `${cookie.name}-open-id` };
  const way = passingCookie(begun, AT_PROVIDER_S);
  const session = sessionCookie(cookie);
  const refuse = (reply: FastifyReply, { code }: Refusal) => reply.redirect(`/#refused=${code}`, 303);

  app.get("/api/v1/open-id", needs("public"), async (request, reply) => {
    const outcome = await openId.begin(fromOf(request));
    if (isRefusal(outcome)) return refuse(reply, outcome);
    way.keep(reply, outcome.secret);
    return reply.redirect(outcome.url, 303);
  });

  app.get(OPEN_ID_RETURN_PATH, needs("public"), async (request, reply) => {
    const secret = parseCookie(request.headers.cookie ?? "")[begun.name];
    const query = request.url.split("?").slice(1).join("?");
    way.drop(reply);
    const outcome = await openId.finish(secret, query, fromOf(request));
    if (isRefusal(outcome)) return refuse(reply, outcome);
    session.keep(reply, outcome.secret);
    return reply.redirect("/", 303);
  });
}
