/** A centre that logs all it can, through a day in which every secret is shown, right and wrong: none is in what it logged or kept. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectAsync } from "mqtt";
import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { stringify } from "yaml";
import { freePort } from "../access/identity-provider.ts";
import { startHttpReceiver } from "../notify/http-receiver.ts";
import { startCentreProcess, writeCentreConfig } from "../support/centre-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const MANY_PROCESSES_MS = 120_000;

const PASSWORD = "water runs under the town";
const WRONG_PASSWORD = "water ran under the towns";
/** Typed into the wrong field, as happens to everybody. */
const AS_NAME = "Water.runs.under.the.town";
/** Files that hold nothing else, as notifications.yaml and server.yaml ask for them. */
const IN_FILES = {
  hook: "hook-0f2d61c49a",
  sms: "sms-77ab02e4d1",
  mail: "mail-5c90be1f3e",
} as const;
const CLIENT_SECRET = "open-id-91d3c0aa57";

test(
  "no secret is in the log, nor in what is kept",
  async () => {
    vi.stubEnv("OPEN_ID_SECRET", CLIENT_SECRET);
    const folder = await temporaryFolder();
    const receiver = await startHttpReceiver();
    receiver.answerWith(500);
    const silent = await freePort();
    const config = await writeCentreConfig(folder, "", "inlet", {
      access: {
        logIn: "required",
        openId: {
          issuer: `http://127.0.0.1:${silent}`,
          clientId: "nightflow",
          clientSecretVariable: "OPEN_ID_SECRET",
          roles: { viewer: ["staff"] },
        },
      },
      broker: { kind: "embedded", port: 0, logIn: "required" },
      logLevel: "trace",
    });
    const secretFile = async (name: keyof typeof IN_FILES) => {
      await writeFile(join(folder, name), IN_FILES[name]);
      return join(folder, name);
    };
    const everybody = ["hook", "sms", "mail"];
    const notifications = {
      channels: [
        {
          id: "hook",
          kind: "alertmanager",
          url: `${receiver.url}/hook`,
          bearerTokenFile: await secretFile("hook"),
        },
        {
          id: "sms",
          kind: "sms",
          url: `${receiver.url}/sms`,
          headerFiles: { "x-api-key": await secretFile("sms") },
          body: '{"to": "{to}", "message": "{text}"}',
          headers: { "content-type": "application/json" },
          to: ["+254700000001"],
        },
        {
          id: "mail",
          kind: "mail",
          host: "127.0.0.1",
          port: silent,
          security: "none",
          user: "nightflow",
          passwordFile: await secretFile("mail"),
          from: "nightflow@example.org",
          to: ["engineer@example.org"],
        },
      ],
      watchdog: { everyHours: 24, channels: everybody },
    };
    await writeFile(join(config, "notifications.yaml"), stringify(notifications));
    const centre = await startCentreProcess(config);
    const { address } = centre;
    const ask = (path: string, headers: Record<string, string> = {}, body?: object) =>
      fetch(address + path, {
        redirect: "manual",
        headers: { ...(body && { "content-type": "application/json" }), ...headers },
        ...(body && { method: "POST", body: JSON.stringify(body) }),
      });

    await until("the link is shown", () => centre.said().includes("#link="));
    const [, link = ""] = /#link=([\w-]+)/.exec(centre.said()) ?? [];
    const entered = await ask("/api/v1/link", {}, { link, password: PASSWORD });
    const [, session = ""] = /=([^;]+)/.exec(entered.headers.get("set-cookie") ?? "") ?? [];
    const cookie = `nightflow=${session}`;
    await ask("/api/v1/log-in", {}, { name: "admin", password: WRONG_PASSWORD });
    await ask("/api/v1/log-in", {}, { name: AS_NAME, password: PASSWORD });
    const added = await ask("/api/v1/tokens", { cookie }, { name: "scada", role: "viewer", days: 1 });
    const { secret: token } = JSON.parse(await added.text());
    for (const shown of [token, `${token}x`]) {
      await ask(`/api/v1/alarms?token=${shown}`, { authorization: `Bearer ${shown}` });
      await ask("/api/v1/users", { authorization: `Bearer ${shown}` });
      await ask(`/nothing/${shown}`, { authorization: `Basic ${shown}` });
    }
    await ask("/api/v1/alarms", { cookie: `${cookie}x` });
    const invited = await ask("/api/v1/users", { cookie }, { name: "amina", role: "viewer" });
    const [, invitation = ""] = /#link=([\w-]+)/.exec(await invited.text()) ?? [];
    const begun = await ask("/api/v1/open-id");
    expect(begun.headers.get("location")).toBe("/#refused=provider-unreachable");
    const socket = new WebSocket(`${address.replace("http", "ws")}/api/v1/live?token=${token}`, {
      headers: { cookie: `${cookie}x` },
    });
    await new Promise((resolve) => socket.on("error", resolve));

    const agent = spawnSync(
      process.execPath,
      [main, "agent", "add", "north", "--out", join(folder, "agent"), "--config", config],
      { encoding: "utf8" },
    );
    expect(agent.stderr).toBe("");
    const password = readFileSync(join(folder, "agent"), "utf8").trim();
    const [, brokerUrl = ""] = /\(agents connect to (\S+)\)/.exec(centre.said()) ?? [];
    const client = await connectAsync(brokerUrl, { username: "north", password, reconnectPeriod: 0 }, false);
    await client.endAsync(true);
    await expect(
      connectAsync(brokerUrl, { username: "north", password: `${password}x`, reconnectPeriod: 0 }, false),
    ).rejects.toThrow();
    await until("both hooks were tried", () => receiver.received.length >= 2);
    await until("the mail was tried", () => centre.logged().includes("mail"));
    expect(await centre.end("SIGTERM")).toBe(0);

    const secrets = {
      PASSWORD,
      WRONG_PASSWORD,
      CLIENT_SECRET,
      ...IN_FILES,
      session,
      token,
      invitation,
      password,
      link,
    };
    expect(Object.values(secrets).filter((secret) => secret.length < 10)).toEqual([]);
    const logged = centre.logged();
    expect(logged).toContain("wrong-password");
    expect(logged).toContain("unknown-token");
    expect(logged).toContain("wrong-credentials");
    const kept = filesBelow(join(folder, "data")).map((file) => readFileSync(file, "latin1"));
    expect(kept.length).toBeGreaterThanOrEqual(3);
    for (const [name, secret] of Object.entries(secrets)) {
      expect(logged.includes(secret), `${name} in the log`).toBe(false);
      expect(
        kept.some((text) => text.includes(secret)),
        `${name} in the data folder`,
      ).toBe(false);
      // The first link is shown to whoever starts the centre, and nothing else is.
      if (name !== "link") expect(centre.said().includes(secret), `${name} on standard output`).toBe(false);
    }
  },
  MANY_PROCESSES_MS,
);

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}
