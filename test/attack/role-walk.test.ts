/** Every route and every action of the live stream, for nobody and for every role: let in by the policy, or refused with the reason. */
import { expect, test } from "vitest";
import { type Permission, ROLES, type Role } from "../../src/model/access.ts";
import type { Action } from "../../src/model/live.ts";
import { AUTHOR, COOKIE, granted, openTestAccess } from "../access/open-access.ts";
import { startCentre } from "../operator/centre.ts";
import { openPage } from "../operator/live-page.ts";

/** Who may what, written down a second time. */
const LEAST_ROLE: Readonly<Record<Exclude<Permission, "public">, Role>> = {
  own: "viewer",
  see: "viewer",
  operate: "operator",
  engineer: "engineer",
  administer: "admin",
};
const isAtLeast = (role: Role, least: Role) => ROLES.indexOf(role) >= ROLES.indexOf(least);

const OPEN_TO_ALL = [
  "/",
  "/*",
  "/api/v1/asyncapi.json",
  "/healthz",
  "/readyz",
  "/api/v1/whoami",
  "/api/v1/log-in",
  "/api/v1/link",
];

async function start() {
  const access = await openTestAccess();
  const { gate, accounts } = access;
  const centre = await startCentre({ gate, accounts, cookie: { name: COOKIE, secure: false } });
  const tokenOf = (role: Role) => {
    const added = accounts.addToken({ name: role, role, days: 1 }, AUTHOR);
    return { authorization: `Bearer ${(granted(added) as { secret: string }).secret}` };
  };
  return { ...access, centre, tokenOf };
}

test("every route asks for what it declares, and declares what it should", async () => {
  const { gate, centre, tokenOf } = await start();
  const { routes } = centre.service;
  expect(routes.length).toBeGreaterThan(20);
  const tokens = new Map(ROLES.map((role) => [role, tokenOf(role)] as const));
  let refusals = 0;
  for (const { method, path, permission } of routes) {
    const url = centre.address + path.replace("*", "nothing").replace(/:\w+/g, "nothing");
    const ask = async (headers: object) => {
      const body = method === "GET" || method === "HEAD" ? {} : { body: "{}" };
      const answer = await fetch(url, {
        method,
        headers: { ...("body" in body && { "content-type": "application/json" }), ...headers },
        ...body,
      });
      const text = await answer.text();
      return { status: answer.status, code: /"code":"([^"]+)"/.exec(text)?.[1] };
    };
    const what = `${method} ${path}`;
    if (permission === "public") {
      // The description of the interface says nothing of the utility.
      if (!path.startsWith("/api/docs")) expect(OPEN_TO_ALL, what).toContain(path);
      continue;
    }
    if (method === "HEAD") continue;
    refusals += 1;
    expect(await ask({}), `${what} for nobody`).toEqual({ status: 401, code: "not-logged-in" });
    for (const [role, token] of tokens) {
      const { status, code } = await ask(token);
      const allowed = isAtLeast(role, LEAST_ROLE[permission]);
      if (allowed) expect([401, 403], `${what} for ${role}: ${code}`).not.toContain(status);
      else expect({ status, code }, `${what} for ${role}`).toEqual({ status: 403, code: "not-permitted" });
      if (!allowed) refusals += 1;
    }
    if (method !== "GET" && permission !== "own")
      expect(["operate", "engineer", "administer"], what).toContain(permission);
    if (/^\/api\/v1\/(users|tokens|sessions$|sessions\/:|audit)/.test(path))
      expect(permission, what).toBe("administer");
  }
  const counted = Object.values(gate.refusals()).reduce((sum, count) => sum + count, 0);
  expect(counted).toBe(refusals);
});

const alarm = "no such alarm";
const finding = { where: "main" };
const ACTIONS: { readonly [T in Action["type"]]: readonly [Role, object] } = {
  acknowledge: ["operator", {}],
  confirm: ["operator", {}],
  comment: ["operator", { text: "t" }],
  assign: ["operator", { to: "crew" }],
  shelve: ["operator", { reason: "r", untilMs: 4e12 }],
  unshelve: ["operator", {}],
  "take-out-of-service": ["engineer", { reason: "r" }],
  "return-to-service": ["engineer", {}],
  "open-work": ["operator", { crew: "c", dueMs: 4e12 }],
  "report-location": ["operator", { finding }],
  "report-repair": ["operator", { finding }],
  "close-work": ["operator", { reason: "r" }],
};

test("every action of the live stream asks for its role", async () => {
  const { centre, tokenOf } = await start();
  for (const role of ROLES) {
    const page = await openPage(centre.liveAddress, { headers: tokenOf(role) });
    page.send({ type: "hello", version: 1 });
    for (const [type, [least, fields]] of Object.entries(ACTIONS)) {
      const action = { type, alarm, ...fields } as Action;
      page.send({ type: "act", request: type, action });
      const { code } = await page.heard("refused", (message) => message.request === type);
      if (isAtLeast(role, least)) expect(code, `${type} by ${role}`).not.toBe("not-permitted");
      else expect(code, `${type} by ${role}`).toBe("not-permitted");
    }
  }
});
