import { describe, expect, test } from "vitest";
import { may, permissionOf, refusalOf } from "../../src/access/policy.ts";
import { PERMISSIONS, ROLES } from "../../src/model/access.ts";
import { actionSchema } from "../../src/model/live.ts";

describe("the policy", () => {
  test("each role may all that those before it may, and something more", () => {
    const counts = ROLES.map((role) => PERMISSIONS.filter((permission) => may(role, permission)).length);
    expect(counts).toEqual([3, 4, 5, 6]);
    for (const [index, role] of ROLES.entries())
      for (const before of ROLES.slice(0, index))
        for (const permission of PERMISSIONS.filter((one) => may(before, one)))
          expect(may(role, permission), `${role}: ${permission}`).toBe(true);
  });

  test("nobody sees anything without logging in", () => {
    for (const permission of PERMISSIONS.filter((one) => one !== "public"))
      expect(refusalOf(null, permission)).toMatchObject({ code: "not-logged-in" });
    expect(refusalOf(null, "public")).toBeNull();
  });

  test("a viewer acts on no alarm; only an engineer takes one out of service", () => {
    const actions = actionSchema.options.map(({ shape }) => shape.type.value);
    const allowed = (role: (typeof ROLES)[number]) =>
      actions.filter((type) => refusalOf({ name: "amina", role }, permissionOf({ type })) === null);
    expect(allowed("viewer")).toEqual([]);
    expect(actions.filter((type) => !allowed("operator").includes(type))).toEqual([
      "take-out-of-service",
      "return-to-service",
    ]);
    expect(allowed("engineer")).toEqual(actions);
  });

  test("a refusal says who, and what it takes", () => {
    expect(refusalOf({ name: "amina", role: "viewer" }, "operate")).toEqual({
      code: "not-permitted",
      message: "amina is viewer; this needs the permission to operate.",
    });
  });
});
