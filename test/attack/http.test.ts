/** What a stranger, another site or a broken program tries over HTTP: each is refused, with its reason logged and counted. */
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { DAY_MS } from "../../src/model/clock.ts";
import { AUTHOR, COOKIE, granted, openTestAccess, userWith } from "../access/open-access.ts";
import { type CentreOptions, startCentre } from "../operator/centre.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

async function start(options: CentreOptions = {}) {
  const access = await openTestAccess();
  const { gate, accounts } = access;
  const centre = await startCentre({ gate, accounts, cookie: { name: COOKIE, secure: false }, ...options });
  const { secret } = await userWith(accounts, "amina", "admin");
  const { host, port } = new URL(centre.address);
  const cookie = `${COOKIE}=${secret}`;
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(centre.address + path, init);
    const text = await answer.text();
    return { status: answer.status, code: /"code":"([^"]+)"/.exec(text)?.[1] };
  };
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    ask(path, { method: "POST", body, headers: { "content-type": "application/json", cookie, ...headers } });
  /** As it is written, which no client library sends. */
  const raw = async (request: string) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.write(request.replaceAll("\n", "\r\n"));
    await once(socket, "close");
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text };
  };
  /** The answer to an upgrade to the live stream: 101, or the status it is refused with. */
  const upgrade = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve) => {
      const socket = new WebSocket(centre.liveAddress, { headers });
      socket.on("error", () => {});
      socket.on("unexpected-response", (_, response) => resolve(response.statusCode));
      socket.on("open", () => {
        socket.terminate();
        resolve(101);
      });
    });
  const reasons = () => access.logged.map((line) => (line as { reason: string }).reason);
  return { ...access, centre, host, cookie, ask, post, raw, upgrade, reasons };
}

describe("who asks", () => {
  test("a forged or altered cookie, an expired or invented token open nothing, over HTTP and WebSocket", async () => {
    const { accounts, time, cookie, ask, upgrade, gate, reasons } = await start();
    const asked = { name: "scada", role: "viewer", days: 1 } as const;
    const { secret } = granted(accounts.addToken(asked, AUTHOR)) as { secret: string };
    expect(await upgrade({ authorization: `Bearer ${secret}` })).toBe(101);
    time.nowMs += DAY_MS;
    const attempts = [
      [{ cookie: `${COOKIE}=${"A".repeat(43)}` }, "unknown-session"],
      [{ cookie: `${cookie}x` }, "unknown-session"],
      [{ cookie }, "expired-session"],
      [{ authorization: `Bearer ${secret}` }, "expired-token"],
      [{ authorization: "Bearer nightflow_guess" }, "unknown-token"],
      [{}, "not-logged-in"],
    ] as const;
    for (const [headers, code] of attempts) {
      expect(await ask("/api/v1/alarms", { headers }), code).toEqual({ status: 401, code });
      expect(await upgrade(headers), code).toBe(401);
    }
    expect(gate.refusals()).toEqual({
      "unknown-session": 4,
      "expired-session": 2,
      "expired-token": 2,
      "unknown-token": 2,
      "not-logged-in": 2,
    });
    expect(new Set(reasons())).toEqual(new Set(attempts.map(([, code]) => code)));
  });
});

describe("another site", () => {
  test("cannot act with an operator's cookie, nor open the live stream with it", async () => {
    const { gate, host, cookie, post, upgrade } = await start();
    const foreign = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `http://${host}.evil.example` },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", origin: `http://${host}` },
    ];
    for (const headers of foreign) {
      const given = headers as Record<string, string>;
      const what = JSON.stringify(headers);
      expect(await post("/api/v1/users", '{"name":"eve","role":"admin"}', given), what).toEqual({
        status: 403,
        code: "other-site",
      });
      expect(await upgrade({ cookie, ...given }), what).toBe(403);
    }
    expect(gate.refusals()).toEqual({ "other-site": 2 * foreign.length });
    expect(await upgrade({ cookie, origin: `http://${host}` })).toBe(101);
    const own = { origin: `http://${host}`, "sec-fetch-site": "same-origin" };
    expect(await post("/api/v1/users", '{"name":"baraka","role":"viewer"}', own)).toMatchObject({
      status: 201,
    });
  });

  test("can neither frame the page, nor have it load or run what is not ours", async () => {
    const { centre } = await start();
    const { headers } = await fetch(`${centre.address}/healthz`);
    const policy = headers.get("content-security-policy") ?? "";
    for (const rule of [
      "default-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
    ])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  test("cannot send a form", async () => {
    const { gate, post } = await start();
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
      expect(await post("/api/v1/users", "name=eve&role=admin", { "content-type": type })).toMatchObject({
        status: 415,
      });
    expect(gate.refusals()).toEqual({ "invalid-media-type": 3 });
  });
});

describe("what is sent", () => {
  test("too large, too deep, no JSON or with a poisoned prototype is refused before it is looked at", async () => {
    const { gate, post } = await start();
    const deep = "[".repeat(8_000) + "]".repeat(8_000);
    expect(await post("/api/v1/users", `{"name":"${"a".repeat(20_000)}"}`)).toEqual({
      status: 413,
      code: "body-too-large",
    });
    expect(await post("/api/v1/users", deep)).toEqual({ status: 400, code: "bad-request" });
    expect(await post("/api/v1/users", `{"name":${deep.slice(0, 5000)}`)).toMatchObject({ status: 400 });
    expect(await post("/api/v1/users", '{"__proto__":{"role":"admin"}}')).toMatchObject({ status: 400 });
    expect(await post("/api/v1/users", '{"constructor":{"prototype":{"role":"admin"}}}')).toMatchObject({
      status: 400,
    });
    const counted = Object.values(gate.refusals()).reduce((sum, count) => sum + count, 0);
    expect(counted).toBeGreaterThanOrEqual(4);
    expect(await post("/api/v1/users", '{"name":"baraka","role":"viewer"}')).toMatchObject({ status: 201 });
  });

  test("on the live stream too large or too deep ends that page alone", async () => {
    const { centre, cookie } = await start();
    const open = async () => {
      const socket = new WebSocket(centre.liveAddress, { headers: { cookie } });
      socket.on("error", () => {});
      await once(socket, "open");
      return socket;
    };
    const [large, deep] = [await open(), await open()];
    const closed = once(large, "close");
    large.send("x".repeat(20_000));
    expect((await closed)[0]).toBe(1009);
    deep.send("[".repeat(7_000) + "]".repeat(7_000));
    expect(JSON.parse(String((await once(deep, "message"))[0]))).toMatchObject({
      type: "refused",
      code: "bad-message",
    });
    deep.terminate();
  });

  test("a path that leaves the page's folder finds nothing", async () => {
    const folder = await temporaryFolder();
    const pageFolder = join(folder, "page");
    await mkdir(pageFolder);
    await writeFile(join(pageFolder, "index.html"), "the page");
    await writeFile(join(folder, "access.db"), "top secret");
    const { raw } = await start({ pageFolder });
    for (const path of [
      "/../access.db",
      "/%2e%2e/access.db",
      "/..%2faccess.db",
      "/%2e%2e%2faccess.db",
      "/..%5caccess.db",
      "/assets/../../access.db",
      "/%252e%252e/access.db",
      "//access.db",
      "/index.html%00/../../access.db",
      `/${folder}/access.db`,
      "/api/v1/alarms/..%2f..%2f..%2faccess.db",
    ]) {
      const { status, text } = await raw(`GET ${path} HTTP/1.1\nHost: localhost\nConnection: close\n\n`);
      expect(text, path).not.toContain("top secret");
      // An address the page itself may know gets the page.
      if (status === 200) expect(text, path).toContain("the page");
      else expect([400, 401, 403, 404], path).toContain(status);
    }
    expect((await raw("GET / HTTP/1.1\nHost: localhost\nConnection: close\n\n")).text).toContain("the page");
  });

  test("a byte now and then holds nothing up: the request is ended, the others go on", async () => {
    const { gate, raw, ask, reasons } = await start({ requestTimeoutMs: 200 });
    const slow = [
      raw("GET /healthz HTTP/1.1\nHost: local"),
      raw(
        "POST /api/v1/log-in HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 100\n\n{",
      ),
    ];
    expect(await ask("/healthz")).toMatchObject({ status: 200 });
    for (const { status } of await Promise.all(slow)) expect(status).toBe(408);
    await until("both are counted", () => gate.refusals()["slow-request"] === 2);
    expect(reasons()).toContain("slow-request");
  });

  test("what is no HTTP, or two requests in one, is refused", async () => {
    const { gate, raw } = await start();
    expect(await raw("\u0016\u0003\u0001 hello\n\n")).toMatchObject({ status: 400 });
    const smuggled =
      "POST /api/v1/log-in HTTP/1.1\nHost: localhost\nContent-Length: 4\nTransfer-Encoding: chunked\n\n0\n\n";
    expect(await raw(smuggled)).toMatchObject({ status: 400 });
    expect(gate.refusals()["not-http"]).toBe(2);
  });

  test("more often than anybody needs is told to wait", async () => {
    const { gate, ask } = await start({ requestsPerMinute: 20 });
    const answers = await Promise.all(Array.from({ length: 25 }, () => ask("/healthz")));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(answers.filter(({ code }) => code === "too-many-requests")).toHaveLength(5);
    expect(gate.refusals()).toEqual({ "too-many-requests": 5 });
  });
});

test("no secret reaches the log, whatever is refused or done", async () => {
  const { accounts, cookie, ask, post, logged } = await start();
  const { secret } = granted(accounts.addToken({ name: "scada", role: "viewer", days: 1 }, AUTHOR)) as {
    secret: string;
  };
  const password = "a password nobody may read";
  await post("/api/v1/log-in", JSON.stringify({ name: "amina", password }));
  await post("/api/v1/link", JSON.stringify({ link: "a-link-nobody-may-read", password }));
  await ask(`/api/v1/nothing?token=${secret}`, { headers: { authorization: `Bearer ${secret}` } });
  await ask("/api/v1/users", { headers: { authorization: `Bearer ${secret}` } });
  await ask("/api/v1/users", { headers: { authorization: `Bearer ${secret}x`, cookie } });
  const text = JSON.stringify(logged);
  expect(logged.length).toBeGreaterThanOrEqual(4);
  for (const told of [password, secret, "a-link-nobody-may-read", cookie.split("=")[1]])
    expect(text).not.toContain(told);
});
