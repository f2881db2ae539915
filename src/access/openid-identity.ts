/** Who somebody is and what they may do, by what the identity provider says of them. Pure. */
import { ROLES, type Role } from "../model/access.ts";
import { userNameSchema } from "../model/accounts.ts";
import type { Refusal } from "../model/alarm.ts";

export interface ClaimSettings {
  /** Which claim names the user, such as "preferred_username". */
  readonly nameClaim: string;
  /** Dotted path of the claim that says what they may do, such as "realm_access.roles". */
  readonly roleClaim: string;
  /** Which values of it give which role. */
  readonly roles: Readonly<Partial<Record<Role, readonly string[]>>>;
}

type Claims = Readonly<Record<string, unknown>>;

/** Somebody the provider vouches for. */
export interface Identity {
  /** Issuer and subject: stays the same when people or their names change. */
  readonly openId: string;
  readonly name: string;
  readonly role: Role;
}

/** Somebody the provider vouches for, who has no role here, or not any more. */
export interface WithoutRole extends Refusal {
  readonly openId: string;
}

/** Of several roles the most powerful counts. No role that is known here lets nobody in. */
export function identityOf(claims: Claims, settings: ClaimSettings): Identity | WithoutRole | Refusal {
  const { nameClaim, roleClaim, roles } = settings;
  const { iss, sub } = claims;
  if (typeof iss !== "string" || typeof sub !== "string")
    return { code: "wrong-identity", message: "The identity provider names no issuer or no subject." };
  const name = userNameSchema.safeParse(claims[nameClaim]);
  if (!name.success) {
    const message = `The identity provider's claim "${nameClaim}" is no name: ${name.error.issues[0]?.message}.`;
    return { code: "no-user-name", message };
  }
  const values = new Set(textsAt(claims, roleClaim));
  const role = ROLES.findLast((one) => roles[one]?.some((value) => values.has(value)));
  const openId = `${iss} ${sub}`;
  if (role) return { openId, name: name.data, role };
  const message = `${name.data} has no role here: the identity provider's claim "${roleClaim}" holds none that server.yaml maps.`;
  return { code: "no-role", message, openId };
}

/** Whether the claims hold all that is asked for, right or not; what is missing may stand in the provider's user information. */
export function isComplete(claims: Claims, { nameClaim, roleClaim }: ClaimSettings): boolean {
  return claims[nameClaim] !== undefined && valueAt(claims, roleClaim) !== undefined;
}

/** A claim is one text, texts with spaces between them, or a list of texts. */
function textsAt(claims: Claims, path: string): readonly string[] {
  const value = valueAt(claims, path);
  if (typeof value === "string") return [value, ...value.split(" ")];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** A claim whose own name has dots, such as https://example.org/roles, is found as well. */
function valueAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Claims)[key];
  }
  return value;
}
