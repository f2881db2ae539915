/** Getting into a centre for the first time, and letting others and programs in, by the commands a person runs. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startCentreProcess, writeCentreConfig } from "../support/centre-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
/** Each command is a process of its own. */
const MANY_PROCESSES_MS = 60_000;
const PASSWORD = "water runs under the town";

async function configure(changes: object = {}): Promise<string> {
  const access = { logIn: "required" };
  const broker = { kind: "embedded", port: 0 };
  return writeCentreConfig(await temporaryFolder(), "", "inlet", { access, broker, ...changes });
}

function nightflow(config: string, ...args: string[]) {
  return spawnSync(process.execPath, [main, ...args, "--config", config], { encoding: "utf8" });
}

async function post(url: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

test(
  "the first start shows a link for the admin; users and tokens made beside the running centre work at once",
  async () => {
    const config = await configure();
    const centre = await startCentreProcess(config);
    await until("the link is shown", () => centre.said().includes("#link="));
    const [, link] = /#link=([\w-]+)/.exec(centre.said()) ?? [];
    const chosen = await post(`${centre.address}/api/v1/link`, { link, password: PASSWORD });
    expect(await chosen.json()).toMatchObject({ user: { name: "admin", role: "admin" } });
    expect(nightflow(config, "user", "list").stdout).toMatch(/^admin {2}admin {2}password {2}last seen 20/);

    const added = nightflow(config, "user", "add", "amina", "--role", "operator");
    expect(added.stdout).toMatch(/amina chooses a password.*\nhttp:\/\/127\.0\.0\.1:\d+\/#link=[\w-]+\n/);
    expect(nightflow(config, "user", "add", "amina", "--role", "operator")).toMatchObject({
      status: 1,
      stderr: 'There is a user "amina" already.\n',
    });
    expect(nightflow(config, "user", "add", "baraka", "--role", "chief").stderr).toContain(
      "--role must be one of",
    );

    const secret = nightflow(
      config,
      "token",
      "add",
      "scada",
      "--role",
      "viewer",
      "--days",
      "30",
    ).stdout.split("\n")[1];
    const ask = () =>
      fetch(`${centre.address}/api/v1/alarms`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await ask()).status).toBe(200);
    expect(nightflow(config, "token", "revoke", "scada").status).toBe(0);
    expect((await ask()).status).toBe(401);
    expect(await centre.end("SIGTERM")).toBe(0);

    const again = await startCentreProcess(config);
    const logIn = { name: "admin", password: PASSWORD };
    expect((await post(`${again.address}/api/v1/log-in`, logIn)).status).toBe(200);
    expect(again.said()).not.toContain("#link=");
    await again.end("SIGTERM");
  },
  MANY_PROCESSES_MS,
);

test("nothing but this machine is let in without TLS; the start names the setting", async () => {
  const config = await configure({ http: { host: "0.0.0.0", port: 0 } });
  const { status, stderr } = nightflow(config, "serve");
  expect(status).toBe(1);
  expect(stderr).toContain(
    "the centre will not listen on 0.0.0.0 (http.host in server.yaml) without http.tls",
  );
  expect(nightflow(join(config, ".."), "user", "list").stderr).toContain("utility.yaml");
});
