import { execFile } from "node:child_process";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { timesOf } from "./fake-centre.ts";
import { figuresOf, lastOf, noticesOf, opcuaSources, START_MS, startCentre, until } from "./opcua-scene.ts";
import { startOpcuaServerProcess } from "./opcua-server-process.ts";

vi.setConfig({ testTimeout: 300_000 });

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

async function trust(config: string, ...fingerprint: string[]): Promise<string> {
  const args = [main, "edge", "trust", ...fingerprint, "--config", config];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

/** The fingerprint of the one certificate to be decided on. */
async function rejectedFingerprint(config: string): Promise<string> {
  const listed = await trust(config);
  return /^rejected +([0-9A-F:]+)/m.exec(listed)?.[1] ?? "";
}

const SECURE = { securityMode: "SignAndEncrypt", toleratedOutageMs: 1000 };

test("a server certificate is rejected until it is trusted, told when it nears its end, refused when it has expired, and asked about again when it is another", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const options = { variables: ["a"], secure: true, user: { name: "agent", password: "right" } };
  const server = await startOpcuaServerProcess({
    ...options,
    pkiFolder: join(folder, "first"),
    certificate: { daysAgo: 1, days: 11 },
  });
  await server.set("a", 1, START_MS);
  await writeFile(join(folder, "password.txt"), "right\n");
  const access = { ...SECURE, username: "agent", passwordFile: "password.txt" };
  const config = await writeAgentConfig(folder, url, opcuaSources(server.port, ["a"], access), {
    batchAgeMs: 50,
  });
  startAgentProcess(config);

  await until("the rejection is told", () => figuresOf(centre, "source-lost") !== undefined);
  expect(figuresOf(centre, "source-lost")?.reason).toContain("nightflow edge trust");
  expect(timesOf(centre.stored, "a")).toEqual([]);
  await expect(trust(config, "0123456789")).rejects.toThrow("no rejected certificate has");
  expect(await trust(config, await rejectedFingerprint(config))).toBe("trusted: CN=Test server\n");
  await until("the value is stored", () => lastOf(centre, "a")?.v === 3.6);
  await until("the end is told", () => noticesOf(centre).includes("certificate-expiring"));
  expect(figuresOf(centre, "certificate-expiring")).toMatchObject({ owner: "server", daysLeft: 9 });

  await server.kill();
  const lostBefore = noticesOf(centre).filter((code) => code === "source-lost").length;
  const lostAgain = () => noticesOf(centre).filter((code) => code === "source-lost").length > lostBefore;
  await until("the loss is told", lostAgain);
  const rotated = await startOpcuaServerProcess({
    ...options,
    pkiFolder: join(folder, "second"),
    port: server.port,
    certificate: { daysAgo: 0, days: 400 },
  });
  await rotated.set("a", 2, START_MS + 1000);
  await until("the other is kept", async () => (await rejectedFingerprint(config)) !== "");
  await trust(config, await rejectedFingerprint(config));
  await until("the next value is stored", () => lastOf(centre, "a")?.v === 7.2);
});

test("an expired certificate is refused even when it is trusted, and the reason says so", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const server = await startOpcuaServerProcess({
    variables: ["a"],
    secure: true,
    pkiFolder: join(folder, "server"),
    certificate: { daysAgo: 20, days: 10 },
  });
  const pki = new OPCUACertificateManager({ rootFolder: join(folder, "pki") });
  await pki.initialize();
  const own = join(folder, "server", "own", "certs", "test.pem");
  await copyFile(own, join(folder, "pki", "trusted", "certs", "test.pem"));
  await pki.dispose();
  const config = await writeAgentConfig(folder, url, opcuaSources(server.port, ["a"], SECURE), {
    batchAgeMs: 50,
  });
  startAgentProcess(config);
  await until("the refusal is told", () => figuresOf(centre, "source-lost") !== undefined);
  expect(figuresOf(centre, "source-lost")?.reason).toContain("has expired");
  expect(await trust(config)).toMatch(/^trusted .* EXPIRED/m);
});

test("a user is known by a certificate too", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const server = await startOpcuaServerProcess({
    variables: ["a"],
    secure: true,
    pkiFolder: join(folder, "server"),
    user: { name: "nobody", password: "else" },
  });
  await server.set("a", 1, START_MS);
  const users = new OPCUACertificateManager({ rootFolder: join(folder, "user") });
  await users.initialize();
  await users.createSelfSignedCertificate({
    applicationUri: "urn:test:user",
    dns: [],
    outputFile: join(folder, "user.pem"),
    subject: "/CN=agent",
    startDate: new Date(),
    validity: 10,
  });
  await users.dispose();
  const identity = { ...SECURE, userCertificateFile: "user.pem", userKeyFile: users.privateKey };
  const config = await writeAgentConfig(folder, url, opcuaSources(server.port, ["a"], identity), {
    batchAgeMs: 50,
  });
  startAgentProcess(config);
  await until("the server is met", async () => (await rejectedFingerprint(config)) !== "");
  await trust(config, await rejectedFingerprint(config));
  await until("the value is stored", () => lastOf(centre, "a")?.v === 3.6);
});
