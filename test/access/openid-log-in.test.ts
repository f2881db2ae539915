import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenIdClientSettings } from "../../src/access/openid-log-in.ts";
import { OPEN_ID_RETURN_PATH } from "../../src/model/accounts.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { startCentre } from "../operator/centre.ts";
import {
  CLIENT,
  createBrowser,
  freePort,
  OPEN_ID,
  type ProviderOrder,
  startIdentityProvider,
} from "./identity-provider.ts";
import { AUTHOR, COOKIE, granted, openTestAccess, userWith } from "./open-access.ts";

const AMINA: ProviderOrder = {
  subject: "7",
  claims: { preferred_username: "amina", groups: ["staff", "control-room"] },
};

/** One provider for all, which sends browsers back to the one address that each test's centre has. */
let address: string;
let provider: Awaited<ReturnType<typeof startIdentityProvider>>;
beforeAll(async () => {
  address = `http://127.0.0.1:${await freePort()}`;
  provider = await startIdentityProvider(address + OPEN_ID_RETURN_PATH);
});
afterAll(() => void provider.end());

async function start(changes: Partial<OpenIdClientSettings> = {}) {
  await provider.told(AMINA);
  const openId = { ...OPEN_ID, issuer: provider.issuer, ...changes };
  // The provider judges times by this machine's clock.
  const access = await openTestAccess({ publicUrl: () => address, openId, clock: () => Date.now() });
  const { gate, accounts } = access;
  await startCentre({
    gate,
    accounts,
    cookie: { name: COOKIE, secure: false },
    port: Number(new URL(address).port),
  });
  const browser = createBrowser();
  const isPage = (url: URL) => url.host === new URL(address).host && url.pathname === "/";
  const isReturn = (url: URL) => url.pathname === OPEN_ID_RETURN_PATH;
  return {
    ...access,
    browser,
    /** Where the browser ends up: "" for the page itself, or "#refused=..." */
    logsIn: async () => (await browser.follow(`${address}/api/v1/open-id`, isPage)).hash,
    /** The address by which the browser would come back. */
    comesBack: () => browser.follow(`${address}/api/v1/open-id`, isReturn),
    arrives: async (url: URL) => (await browser.follow(url.href, isPage)).hash,
    whoami: async () => (await browser.get(`${address}/api/v1/whoami`)).json(),
  };
}

const MANY_STEPS_MS = 30_000;

describe("somebody whom the utility's identity provider knows", { timeout: MANY_STEPS_MS }, () => {
  test("logs in with the role it gives, and the audit says so", async () => {
    const { logsIn, whoami, accounts } = await start();
    expect(await whoami()).toMatchObject({ user: null, logIn: { openId: { label: "Water Board" } } });
    expect(await logsIn()).toBe("");
    expect(await whoami()).toMatchObject({ user: { name: "amina", role: "operator", by: "session" } });
    expect(accounts.users()).toMatchObject([{ name: "amina", role: "operator", logsInBy: "open-id" }]);
    expect(accounts.audit({ after: 0, limit: 9 })).toMatchObject([
      { who: "amina", act: "user-added", detail: { role: "operator", by: "open-id" } },
      { who: "amina", act: "log-in", address: "127.0.0.1", detail: { by: "open-id" } },
    ]);
  });

  test("gets another role at the next log-in when the provider says so, and none when it takes it away", async () => {
    const { logsIn, whoami, accounts, gate } = await start();
    await logsIn();
    await provider.told({
      ...AMINA,
      claims: { preferred_username: "amina", groups: ["control-room", "it"] },
    });
    expect(await logsIn()).toBe("");
    expect(await whoami()).toMatchObject({ user: { name: "amina", role: "admin" } });
    await provider.told({ ...AMINA, claims: { preferred_username: "amina", groups: ["staff"] } });
    expect(await logsIn()).toBe("#refused=no-role");
    expect(await whoami()).toMatchObject({ user: null });
    expect(accounts.sessions("amina")).toEqual([]);
    expect(gate.refusals()).toMatchObject({ "no-role": 1 });
  });

  test("has password and role there: neither is changed here, and no password lets in", async () => {
    const { logsIn, accounts } = await start();
    await logsIn();
    expect(accounts.renewLink("amina", AUTHOR)).toMatchObject({ code: "open-id-user" });
    expect(accounts.changeRole("amina", "admin", AUTHOR)).toMatchObject({ code: "open-id-user" });
    expect(await accounts.logIn("amina", "a guess of some length", AUTHOR)).toMatchObject({
      code: "wrong-password",
    });
  });

  test("is not taken for another of the same name", async () => {
    const { logsIn, whoami, accounts, gate } = await start();
    await userWith(accounts, "Amina", "admin");
    expect(await logsIn()).toBe("#refused=name-taken");
    expect(await whoami()).toMatchObject({ user: null });
    expect(gate.refusals()).toMatchObject({ "name-taken": 1 });
  });

  test("is known by a nested claim, in the identity token itself", async () => {
    const { logsIn, whoami } = await start({ roleClaim: "realm.roles", nameClaim: "short" });
    await provider.told({ ...AMINA, forges: { short: "baraka", realm: { roles: ["engineers"] } } });
    expect(await logsIn()).toBe("");
    expect(await whoami()).toMatchObject({ user: { name: "baraka", role: "engineer" } });
  });
});

describe("refused, with the reason logged, counted and told", { timeout: MANY_STEPS_MS }, () => {
  const nowS = Math.floor(Date.now() / 1000);
  test.each<[string, Partial<ProviderOrder>]>([
    ["wrong-issuer", { forges: { iss: "https://elsewhere.example" } }],
    ["wrong-audience", { forges: { aud: "another-program" } }],
    ["wrong-nonce", { forges: { nonce: "of another log-in" } }],
    ["expired-identity", { forges: { exp: nowS - 3600, iat: nowS - 7200 } }],
    ["wrong-signature", { forges: { groups: ["it"] }, keepsSignature: true }],
    ["denied-by-provider", { denies: true }],
    ["no-role", { claims: { preferred_username: "amina" } }],
    ["no-user-name", { claims: { preferred_username: "a b", groups: ["it"] } }],
  ])("%s", async (reason, changes) => {
    const { logsIn, whoami, accounts, gate, logged } = await start();
    await provider.told({ ...AMINA, ...changes });
    expect(await logsIn()).toBe(`#refused=${reason}`);
    expect(await whoami()).toMatchObject({ user: null });
    expect(gate.refusals()).toEqual({ [reason]: 1 });
    expect(logged).toContainEqual(
      expect.objectContaining({ msg: "refused", reason, by: "open-id", address: "127.0.0.1" }),
    );
    expect(accounts.audit({ limit: 1 })).toMatchObject([{ act: "log-in-failed", detail: { reason } }]);
    expect(JSON.stringify(logged)).not.toContain(CLIENT.clientSecret);
  });

  test("wrong-state: an answer that belongs to another log-in", async () => {
    const { comesBack, arrives, gate } = await start();
    const url = await comesBack();
    url.searchParams.set("state", "of another log-in");
    expect(await arrives(url)).toBe("#refused=wrong-state");
    expect(gate.refusals()).toEqual({ "wrong-state": 1 });
  });

  test("unknown-log-in: one that another browser began, that was used, or that took too long", async () => {
    const { comesBack, arrives, whoami, gate } = await start();
    const url = await comesBack();
    const other = await createBrowser().get(url.href);
    expect(other.headers.get("location")).toBe("/#refused=unknown-log-in");
    expect(other.headers.getSetCookie().join()).not.toContain(`${COOKIE}=`);
    expect(await arrives(url)).toBe("");
    expect(await whoami()).toMatchObject({ user: { name: "amina" } });
    expect(await arrives(url)).toBe("#refused=unknown-log-in");
    expect(gate.refusals()).toEqual({ "unknown-log-in": 2 });
  });

  test("wrong-issuer: the answer, or the provider itself, says that it is another", async () => {
    const { comesBack, arrives } = await start();
    const url = await comesBack();
    url.searchParams.set("iss", "https://elsewhere.example");
    expect(await arrives(url)).toBe("#refused=wrong-issuer");
    const alias = provider.issuer.replace("127.0.0.1", "localhost");
    const mistaken = await openTestAccess({ openId: { ...OPEN_ID, issuer: alias } });
    expect(await mistaken.accounts.openId?.begin(AUTHOR)).toMatchObject({ code: "wrong-issuer" });
  });

  test("provider-unreachable, while passwords go on letting in", async () => {
    const silent = `http://127.0.0.1:${await freePort()}`;
    const { logsIn, accounts, gate } = await start({ issuer: silent });
    expect(await logsIn()).toBe("#refused=provider-unreachable");
    expect(gate.refusals()).toEqual({ "provider-unreachable": 1 });
    await userWith(accounts, "baraka", "operator", "water runs under the town");
    granted(await accounts.logIn("baraka", "water runs under the town", AUTHOR));
  });
});

test("a log-in that was begun holds for ten minutes, and a provider is asked anew after an hour", async () => {
  const passing = await startIdentityProvider("http://127.0.0.1:1/return");
  const time = { nowMs: Date.now() };
  const openId = { ...OPEN_ID, issuer: passing.issuer };
  const { accounts } = await openTestAccess({ openId, clock: () => time.nowMs });
  const begun = granted((await accounts.openId?.begin(AUTHOR)) ?? { code: "none" }) as {
    url: string;
    secret: string;
  };
  const asked = new URL(begun.url).searchParams;
  expect(asked.get("code_challenge_method")).toBe("S256");
  expect(asked.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  time.nowMs += 10 * MINUTE_MS;
  const late = `code=x&state=${asked.get("state")}`;
  expect(await accounts.openId?.finish(begun.secret, late, AUTHOR)).toMatchObject({ code: "unknown-log-in" });
  passing.end();
  expect(await accounts.openId?.begin(AUTHOR)).toMatchObject({ url: expect.any(String) });
  time.nowMs += HOUR_MS;
  expect(await accounts.openId?.begin(AUTHOR)).toMatchObject({ code: "provider-unreachable" });
});
