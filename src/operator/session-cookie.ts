/** How a browser keeps what it proves itself with: not readable by scripts, over TLS never sent without it. */
import { stringifySetCookie } from "cookie";
import type { FastifyReply } from "fastify";

export interface SessionCookie {
  readonly name: string;
  /** Sent over TLS alone. */
  readonly secure: boolean;
}

/** A session's cookie never comes with a request another site starts, and goes when the browser ends. */
export function sessionCookie(cookie: SessionCookie) {
  return cookieOf(cookie, "strict", undefined);
}

/** A cookie that the browser brings along when it comes back from another site's page. */
export function passingCookie(cookie: SessionCookie, maxAgeS: number) {
  return cookieOf(cookie, "lax", maxAgeS);
}

function cookieOf({ name, secure }: SessionCookie, sameSite: "strict" | "lax", maxAgeS: number | undefined) {
  const set = (reply: FastifyReply, value: string, maxAge: number | undefined) => {
    const attributes = { path: "/", httpOnly: true, sameSite, secure } as const;
    const text = stringifySetCookie({ name, value, ...attributes, ...(maxAge !== undefined && { maxAge }) });
    reply.header("set-cookie", text);
  };
  return {
    keep: (reply: FastifyReply, secret: string) => set(reply, secret, maxAgeS),
    drop: (reply: FastifyReply) => set(reply, "", 0),
  };
}
