/** The whole policy in one place: what each role may do, and what each action on an alarm needs. What stands nowhere is refused. Pure. */
import { PERMISSIONS, type Permission, type Principal, type Role } from "../model/access.ts";
import type { Refusal } from "../model/alarm.ts";
import type { Action } from "../model/live.ts";

const MAY: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(["public", "own", "see"]),
  operator: new Set(["public", "own", "see", "operate"]),
  engineer: new Set(["public", "own", "see", "operate", "engineer"]),
  admin: new Set(["public", "own", "see", "operate", "engineer", "administer"]),
};

/** An alarm out of service is silent until somebody remembers it: that is an engineer's to decide. */
const NEEDED: Readonly<Record<Action["type"], Permission>> = {
  acknowledge: "operate",
  confirm: "operate",
  comment: "operate",
  assign: "operate",
  shelve: "operate",
  unshelve: "operate",
  "take-out-of-service": "engineer",
  "return-to-service": "engineer",
  "open-work": "operate",
  "report-location": "operate",
  "report-repair": "operate",
  "close-work": "operate",
};

export function may(role: Role, permission: Permission): boolean {
  return MAY[role].has(permission);
}

export function permissionsOf(role: Role): readonly Permission[] {
  return PERMISSIONS.filter((permission) => may(role, permission));
}

export function permissionOf(action: Pick<Action, "type">): Permission {
  return NEEDED[action.type];
}

/** Why the principal (null: nobody is logged in) may not, or null. */
export function refusalOf(
  principal: Pick<Principal, "name" | "role"> | null,
  permission: Permission,
): Refusal | null {
  if (permission === "public") return null;
  if (principal === null) return { code: "not-logged-in", message: "Log in first." };
  if (may(principal.role, permission)) return null;
  const message = `${principal.name} is ${principal.role}; this needs the permission to ${permission}.`;
  return { code: "not-permitted", message };
}
