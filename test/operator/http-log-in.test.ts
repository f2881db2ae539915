import { describe, expect, test } from "vitest";
import { AUTHOR, COOKIE, granted, openTestAccess, secretIn, userWith } from "../access/open-access.ts";
import { verdict } from "../alarm/sample-verdicts.ts";
import { startCentre } from "./centre.ts";
import { openPage } from "./live-page.ts";

const ALARM = "district:north:leak:2026-03-01T02:00:00.000Z";
const PASSWORD = "water runs under the town";

async function start(secure = false) {
  const access = await openTestAccess();
  const { gate, accounts } = access;
  const centre = await startCentre({ gate, accounts, cookie: { name: COOKIE, secure } });
  const ask = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(centre.address + path, {
      method,
      headers: { ...(body && { "content-type": "application/json" }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) };
  };
  return { ...access, centre, ask };
}

function cookieOf(answer: { readonly headers: Headers }): string {
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

describe("a person", () => {
  test("sees nothing, logs in, sees everything, logs out, sees nothing", async () => {
    const { accounts, ask } = await start();
    await userWith(accounts, "amina", "operator", PASSWORD);
    expect(await ask("GET", "/api/v1/whoami")).toMatchObject({
      body: { user: null, logIn: { password: true } },
    });
    expect(await ask("GET", "/api/v1/alarms")).toMatchObject({
      status: 401,
      body: { code: "not-logged-in" },
    });

    const wrong = await ask("POST", "/api/v1/log-in", { name: "amina", password: "wrong" });
    expect(wrong).toMatchObject({ status: 401, body: { code: "wrong-password" } });
    const entered = await ask("POST", "/api/v1/log-in", { name: "amina", password: PASSWORD });
    expect(entered).toMatchObject({ status: 200, body: { user: { name: "amina", role: "operator" } } });
    const cookie = cookieOf(entered);
    expect(entered.headers.get("set-cookie")).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(await ask("GET", "/api/v1/alarms", undefined, { cookie })).toMatchObject({ status: 200 });
    const me = await ask("GET", "/api/v1/whoami", undefined, { cookie });
    expect(me.body.user).toEqual({
      name: "amina",
      role: "operator",
      districts: null,
      by: "session",
      permissions: ["public", "own", "see", "operate"],
    });

    expect((await ask("POST", "/api/v1/log-out", {}, { cookie })).headers.get("set-cookie")).toContain(
      "Max-Age=0",
    );
    expect(await ask("GET", "/api/v1/alarms", undefined, { cookie })).toMatchObject({
      status: 401,
      body: { code: "unknown-session" },
    });
  });

  test("over TLS the cookie never travels without it", async () => {
    const { accounts, ask } = await start(true);
    await userWith(accounts, "amina", "operator", PASSWORD);
    const entered = await ask("POST", "/api/v1/log-in", { name: "amina", password: PASSWORD });
    expect(entered.headers.get("set-cookie")).toContain("; Secure");
  });

  test("who guesses is told how long to wait", async () => {
    const { ask } = await start();
    for (let attempt = 0; attempt < 5; attempt += 1)
      await ask("POST", "/api/v1/log-in", { name: "amina", password: "wrong" });
    const refused = await ask("POST", "/api/v1/log-in", { name: "amina", password: "wrong" });
    expect(refused).toMatchObject({ status: 429, body: { code: "too-many-attempts" } });
    expect(refused.headers.get("retry-after")).toBe("1");
  });

  test("acts under their own name, and the audit says from where", async () => {
    const { accounts, centre, ask } = await start();
    const { secret } = await userWith(accounts, "amina", "operator");
    await centre.finds(verdict("leak"));
    const cookie = `${COOKIE}=${secret}`;
    const path = `/api/v1/alarms/${encodeURIComponent(ALARM)}/actions`;
    const done = await ask("POST", path, { type: "acknowledge", alarm: ALARM }, { cookie });
    expect(done).toMatchObject({ status: 200, body: { events: [{ actor: "amina" }] } });
    expect(accounts.audit({ limit: 1 })).toMatchObject([
      { who: "amina", address: "127.0.0.1", act: "alarm-acknowledge", detail: { alarm: ALARM } },
    ]);
  });
});

describe("an open page", () => {
  test("whose session ends is let go before it acts again", async () => {
    const { accounts, centre } = await start();
    const { secret, principal } = await userWith(accounts, "amina", "operator");
    await centre.finds(verdict("leak"));
    const page = await openPage(centre.liveAddress, { headers: { cookie: `${COOKIE}=${secret}` } });
    page.send({ type: "hello", version: 1 });
    await page.heard("snapshot");
    if (principal.by.kind === "session") accounts.endSession(principal.by.id, AUTHOR);
    page.send({ type: "act", request: "a", action: { type: "acknowledge", alarm: ALARM } });
    expect(await page.closed).toBe(4401);
    expect(centre.service.alarms.alarm(ALARM)).toMatchObject({ state: "unacknowledged" });
  });
});

describe("an admin", () => {
  test("adds a user, hands on the link, changes the role, ends the session, removes the user", async () => {
    const { accounts, ask } = await start();
    const cookie = `${COOKIE}=${(await userWith(accounts, "admin", "admin")).secret}`;
    const added = await ask("POST", "/api/v1/users", { name: "baraka", role: "viewer" }, { cookie });
    expect(added).toMatchObject({ status: 201, body: { link: { user: "baraka" } } });
    const link = secretIn(added.body.link.url);
    const entered = await ask("POST", "/api/v1/link", { link, password: PASSWORD });
    expect(entered).toMatchObject({ status: 200, body: { user: { name: "baraka" } } });
    const theirs = { cookie: cookieOf(entered) };
    expect(await ask("GET", "/api/v1/users", undefined, theirs)).toMatchObject({ status: 403 });
    await ask("PATCH", "/api/v1/users/baraka", { role: "operator" }, { cookie });
    expect((await ask("GET", "/api/v1/users", undefined, { cookie })).body.users).toMatchObject([
      { name: "admin", role: "admin" },
      { name: "baraka", role: "operator", logsInBy: "password" },
    ]);
    const { sessions } = (await ask("GET", "/api/v1/sessions/own", undefined, theirs)).body;
    expect(sessions).toMatchObject([{ user: "baraka", address: "127.0.0.1" }]);
    await ask("DELETE", `/api/v1/sessions/${sessions[0].id}`, undefined, { cookie });
    expect(await ask("GET", "/api/v1/alarms", undefined, theirs)).toMatchObject({ status: 401 });
    expect(await ask("DELETE", "/api/v1/users/baraka", undefined, { cookie })).toMatchObject({ status: 200 });
    expect(await ask("DELETE", "/api/v1/users/baraka", undefined, { cookie })).toMatchObject({ status: 404 });
    const { entries, refusals } = (await ask("GET", "/api/v1/audit", undefined, { cookie })).body;
    expect(entries).toContainEqual(expect.objectContaining({ who: "baraka", act: "refused" }));
    expect(refusals).toMatchObject({ "not-permitted": 1, "unknown-session": 1 });
  });
});

describe("a token for one district", () => {
  test("sees that district and nothing of the others, and nothing that is of all", async () => {
    const { accounts, centre, ask } = await start();
    await centre.finds(verdict("leak"));
    const headersFor = (name: string, districts: string[]) => {
      const asked = { name, role: "operator", districts, days: 1 } as const;
      return {
        authorization: `Bearer ${(granted(accounts.addToken(asked, AUTHOR)) as { secret: string }).secret}`,
      };
    };
    const own = headersFor("own", ["north"]);
    const other = headersFor("other", ["elsewhere"]);
    const get = (path: string, headers: Record<string, string>) => ask("GET", path, undefined, headers);
    expect((await get("/api/v1/alarms", own)).body.total).toBe(1);
    expect((await get("/api/v1/alarms", other)).body.total).toBe(0);
    const alarm = `/api/v1/alarms/${encodeURIComponent(ALARM)}`;
    expect(await get(alarm, own)).toMatchObject({ status: 200 });
    expect(await get(alarm, other)).toMatchObject({ status: 404 });
    const act = { type: "acknowledge", alarm: ALARM };
    expect(await ask("POST", `${alarm}/actions`, act, other)).toMatchObject({ status: 404 });
    expect((await get("/api/v1/districts", own)).body.districts).toHaveLength(1);
    expect((await get("/api/v1/districts", other)).body.districts).toEqual([]);
    expect(await get("/api/v1/districts/north/nights", other)).toMatchObject({ status: 404 });
    const readings = "/api/v1/readings?sensor=inlet&from=0&to=1000";
    expect(await get(readings, own)).toMatchObject({ status: 200 });
    expect((await get(readings, other)).status).toBeGreaterThanOrEqual(400);
    expect(await get("/api/v1/events", own)).toMatchObject({ status: 403, body: { code: "districts-only" } });
    await expect(openPage(centre.liveAddress, { headers: own })).rejects.toThrow("403");
    expect(await ask("POST", `${alarm}/actions`, act, own)).toMatchObject({
      body: { events: [{ actor: "token:own" }] },
    });
  });
});
