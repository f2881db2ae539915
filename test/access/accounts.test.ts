import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import {
  AUTHOR,
  FROM,
  granted,
  openTestAccess,
  secretIn,
  userWith,
  withCookie,
  withToken,
} from "./open-access.ts";

const PASSWORD = "water runs under the town";

describe("a user", () => {
  test("chooses a password over a link that works once and within a day", async () => {
    const { accounts, time } = await openTestAccess();
    const { url } = granted(accounts.addUser("amina", "operator", AUTHOR));
    expect(url).toMatch(/^https:\/\/nightflow\.example\/#link=[\w-]{43}$/);
    expect(accounts.users()).toMatchObject([{ name: "amina", role: "operator", logsInBy: "nothing-yet" }]);
    expect(await accounts.followLink(secretIn(url), "short", FROM)).toMatchObject({ code: "weak-password" });
    const { principal } = granted(await accounts.followLink(secretIn(url), PASSWORD, FROM));
    expect(principal).toMatchObject({ name: "amina", role: "operator", districts: null });
    expect(await accounts.followLink(secretIn(url), PASSWORD, FROM)).toMatchObject({ code: "unknown-link" });

    const late = granted(accounts.renewLink("amina", AUTHOR));
    time.nowMs += DAY_MS;
    expect(await accounts.followLink(secretIn(late.url), PASSWORD, FROM)).toMatchObject({
      code: "unknown-link",
    });
  });

  test("logs in with name and password, whatever the case of the name", async () => {
    const { accounts, gate } = await openTestAccess();
    await userWith(accounts, "amina", "operator", PASSWORD);
    const { secret } = granted(await accounts.logIn("Amina", PASSWORD, FROM)) as { secret: string };
    expect(gate.identify(withCookie(secret))).toMatchObject({ name: "amina", role: "operator" });
    expect(await accounts.logIn("amina", `${PASSWORD}!`, FROM)).toMatchObject({ code: "wrong-password" });
    expect(await accounts.logIn("nobody", PASSWORD, FROM)).toMatchObject({ code: "wrong-password" });
  });

  test("who changes the password ends the other sessions", async () => {
    const { accounts, gate } = await openTestAccess();
    const first = await userWith(accounts, "amina", "operator", PASSWORD);
    const second = granted(await accounts.logIn("amina", PASSWORD, FROM)) as typeof first;
    const change = (current: string, next: string) =>
      accounts.changePassword(second.principal, current, next, { who: "amina", ...FROM });
    expect(await change("wrong", "another one entirely")).toMatchObject({ code: "wrong-password" });
    expect(await change(PASSWORD, "amina is my name")).toMatchObject({ code: "weak-password" });
    expect(await change(PASSWORD, "another one entirely")).toBeNull();
    expect(gate.identify(withCookie(first.secret))).toMatchObject({ code: "unknown-session" });
    expect(gate.identify(withCookie(second.secret))).toMatchObject({ name: "amina" });
  });

  test("who is removed or gets another role is so from the next request on", async () => {
    const { accounts, gate } = await openTestAccess();
    const { secret, principal } = await userWith(accounts, "amina", "operator");
    expect(gate.stands(principal)).toBe(true);
    expect(accounts.changeRole("amina", "viewer", AUTHOR)).toBeNull();
    expect(gate.stands(principal)).toBe(false);
    expect(gate.identify(withCookie(secret))).toMatchObject({ role: "viewer" });
    expect(accounts.removeUser("amina", AUTHOR)).toBeNull();
    expect(gate.identify(withCookie(secret))).toMatchObject({ code: "unknown-session" });
  });

  test("the only admin stays one", async () => {
    const { accounts } = await openTestAccess();
    await userWith(accounts, "amina", "admin");
    expect(accounts.removeUser("Amina", AUTHOR)).toMatchObject({ code: "last-admin" });
    expect(accounts.changeRole("AMINA", "viewer", AUTHOR)).toMatchObject({ code: "last-admin" });
    await userWith(accounts, "baraka", "admin");
    expect(accounts.removeUser("amina", AUTHOR)).toBeNull();
  });
});

describe("a session", () => {
  test("ends when it is not used for twelve hours, and after a week whatever its use", async () => {
    const { accounts, gate, time } = await openTestAccess();
    const { secret } = await userWith(accounts, "amina", "operator");
    const holds = () => gate.identify(withCookie(secret));
    time.nowMs += 12 * HOUR_MS - 1;
    expect(holds()).toMatchObject({ name: "amina" });
    for (let hours = 12; hours < 168; hours += 8) {
      expect(holds(), `${hours} h`).toMatchObject({ name: "amina" });
      time.nowMs += 8 * HOUR_MS;
    }
    expect(holds()).toMatchObject({ code: "expired-session" });
    const again = granted(await accounts.logIn("amina", "a long walk along the river", FROM)) as {
      secret: string;
    };
    time.nowMs += 12 * HOUR_MS;
    expect(gate.identify(withCookie(again.secret))).toMatchObject({ code: "expired-session" });
    expect(accounts.sessions()).toEqual([]);
  });

  test("a forged or altered cookie is nobody's", async () => {
    const { accounts, gate } = await openTestAccess();
    const { secret } = await userWith(accounts, "amina", "operator");
    const altered = (secret[0] === "A" ? "B" : "A") + secret.slice(1);
    for (const forged of [altered, "x", `${secret}=`, "' or 1=1 --"])
      expect(gate.identify(withCookie(forged)), forged).toMatchObject({ code: "unknown-session" });
    expect(gate.identify({ address: "", headers: {} })).toBeNull();
  });
});

describe("a token", () => {
  test("holds until it expires or is revoked, for its role and districts", async () => {
    const { accounts, gate, time } = await openTestAccess();
    const asked = { name: "scada", role: "viewer", districts: ["north"], days: 2 } as const;
    const { secret, token } = granted(accounts.addToken({ ...asked, districts: ["north"] }, AUTHOR)) as {
      secret: string;
      token: { id: string };
    };
    expect(gate.identify(withToken(secret))).toMatchObject({
      name: "token:scada",
      role: "viewer",
      districts: ["north"],
    });
    expect(accounts.tokens()).toMatchObject([{ name: "scada", createdBy: "admin", usedMs: time.nowMs }]);
    time.nowMs += 2 * DAY_MS;
    expect(gate.identify(withToken(secret))).toMatchObject({ code: "expired-token" });
    expect(accounts.revokeToken(token.id, AUTHOR)).toBeNull();
    expect(gate.identify(withToken(secret))).toMatchObject({ code: "unknown-token" });
    const basic = { address: "", headers: { authorization: "Basic YWRtaW46YWRtaW4=" } };
    expect(gate.identify(basic)).toMatchObject({ code: "unknown-token" });
  });
});

describe("guessing", () => {
  test("of one account from one address waits longer and longer, and a right password waits too", async () => {
    const { accounts, logged, time } = await openTestAccess();
    await userWith(accounts, "amina", "operator", PASSWORD);
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(await accounts.logIn("amina", "a wrong password", FROM)).toMatchObject({
        code: "wrong-password",
      });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const refused = (await accounts.logIn("amina", PASSWORD, FROM)) as { retryAfterMs: number };
      expect(refused).toMatchObject({ code: "too-many-attempts" });
      waits.push(refused.retryAfterMs);
      time.nowMs += refused.retryAfterMs;
      expect(await accounts.logIn("amina", "a wrong password", FROM)).toMatchObject({
        code: "wrong-password",
      });
    }
    expect(waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(Math.max(...waits)).toBe(15 * MINUTE_MS);
    expect(logged).toContainEqual(
      expect.objectContaining({ reason: "too-many-attempts", user: "amina", address: FROM.address }),
    );
    const elsewhere = await accounts.logIn("amina", PASSWORD, { address: "192.0.2.8" });
    expect(elsewhere).toMatchObject({ principal: { name: "amina" } });
  });

  test("of many accounts from one network waits as well", async () => {
    const { accounts } = await openTestAccess();
    const codes: string[] = [];
    for (let attempt = 0; attempt < 21; attempt += 1) {
      const address = `2001:db8:1:2::${attempt}`;
      codes.push(((await accounts.logIn(`user${attempt}`, PASSWORD, { address })) as { code: string }).code);
    }
    expect(codes.slice(0, 20)).toEqual(Array(20).fill("wrong-password"));
    expect(codes[20]).toBe("too-many-attempts");
  });

  test("many at once are no way around", async () => {
    const { accounts } = await openTestAccess();
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, () => accounts.logIn("amina", PASSWORD, FROM)),
    );
    expect(outcomes.filter((one) => "code" in one && one.code === "wrong-password")).toHaveLength(5);
  });
});

describe("what is kept", () => {
  test("holds no password and no secret, and is its owner's alone", async () => {
    const { accounts, dataFolder } = await openTestAccess();
    const { secret } = await userWith(accounts, "amina", "admin", PASSWORD);
    const added = granted(accounts.addToken({ name: "scada", role: "viewer", days: 1 }, AUTHOR)) as {
      secret: string;
    };
    const { url } = granted(accounts.renewLink("amina", AUTHOR));
    for (const name of ["access.db", "access.db-wal"]) {
      const file = join(dataFolder, name);
      expect((await stat(file)).mode & 0o777, name).toBe(0o600);
      const bytes = await readFile(file, "latin1");
      for (const told of [PASSWORD, secret, added.secret, secretIn(url)])
        expect(bytes.includes(told)).toBe(false);
    }
  });

  test("every act is in the audit, with who, when and from where; none can be changed or taken out", async () => {
    const { accounts, dataFolder, time } = await openTestAccess();
    await userWith(accounts, "amina", "operator", PASSWORD);
    await accounts.logIn("amina", "wrong", FROM);
    accounts.addToken({ name: "scada", role: "viewer", days: 1 }, AUTHOR);
    const entries = accounts.audit({ limit: 10 });
    expect(entries.map(({ act }) => act)).toEqual([
      "token-added",
      "log-in-failed",
      "password-chosen",
      "user-added",
    ]);
    expect(entries[1]).toEqual({
      id: 3,
      timeMs: time.nowMs,
      who: "amina",
      address: FROM.address,
      act: "log-in-failed",
      detail: {},
    });
    expect(accounts.audit({ after: 3, limit: 10 })).toMatchObject([{ id: 4, detail: { name: "scada" } }]);
    const file = new DatabaseSync(join(dataFolder, "access.db"));
    for (const statement of ["delete from audit", "update audit set who = 'nobody'"])
      expect(() => file.exec(statement)).toThrow("append-only");
    file.close();
  });
});
