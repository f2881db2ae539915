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
export const PERMISSIONS = ["public", "own", "see", "operate", "engineer", "administer"] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** Somebody who was recognised. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
  /** The only districts to be seen; null for all of them. */
  readonly districts: readonly string[] | null;
  /** How they were recognised, and the id of the session or token. */
  readonly by: { readonly kind: "session" | "token"; readonly id: string } | { readonly kind: "machine" };
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
  /** Whether who was recognised once still is, with the same role. */
  stands(principal: Principal): boolean;
  /** Null when the principal may. */
  refusal(principal: Principal | null, permission: Permission): Refusal | null;
  refusalOfAction(principal: Principal, action: Pick<Action, "type">): Refusal | null;
  /** What a page may offer to the principal. */
  permissions(principal: Principal): readonly Permission[];
  /** Logs and counts something that was turned away. */
  refused(reason: string, facts: Readonly<Record<string, unknown>>): void;
  /** How often each reason was given since the start. */
  refusals(): Readonly<Record<string, number>>;
  /** Keeps for the audit that somebody did something. */
  performed(who: string, address: string, act: string, detail: Readonly<Record<string, unknown>>): void;
}

/** Whether a host to listen on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
