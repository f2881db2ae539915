/** Who asks and what asking needs: the nouns of access, and the port the services ask. The policy itself is src/access/policy.ts. */
import type { Refusal } from "./alarm.ts";
import type { Action } from "./live.ts";

/** The least powerful first; each may do all that those before it may. */
export const ROLES = ["viewer", "operator", "engineer", "admin"] as const;

export type Role = (typeof ROLES)[number];

/**
 * What a route or an action needs. "public" needs nobody to be logged in and shows nothing of the utility; "own" is for whoever is
 * logged in, about themselves.
 */
export type Permission = "public" | "own" | "see" | "operate" | "engineer" | "administer";

/** Somebody who was recognised. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
}

/** What is known of a request before it is answered, over HTTP and WebSocket alike. */
export interface Caller {
  /** The network address the request comes from. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** How the services ask who somebody is and what they may do; asked again for every request and every action. */
export interface Gate {
  /** Null when the request names nobody; a refusal when what it shows does not hold. */
  identify(caller: Caller): Principal | Refusal | null;
  /** Null when the principal may. */
  refusal(principal: Principal | null, permission: Permission): Refusal | null;
  refusalOfAction(principal: Principal, action: Action): Refusal | null;
  /** Logs and counts something that was turned away. */
  refused(reason: string, facts: Readonly<Record<string, unknown>>): void;
}

/** Whether a host to listen on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
