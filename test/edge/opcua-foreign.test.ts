/** Servers that use the freedom the OPC UA specification gives them: what other makers' servers do, and this agent has to live with. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DataType, DataValue, StatusCodes, Variant } from "node-opcua-client";
import { expect, test, vi } from "vitest";
import { opcuaSchema } from "../../edge/opcua-config.ts";
import { readingOf } from "../../edge/opcua-reading.ts";
import { findProgram } from "../support/programs.ts";
import { startStallingProxy } from "../support/stalling-proxy.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startAgentProcess, writeAgentConfig } from "./agent-process.ts";
import { makeIssuedCertificate } from "./issued-certificate.ts";
import { figuresOf, lastOf, noticesOf, opcuaSources, START_MS, startCentre, until } from "./opcua-scene.ts";
import { startOpcuaServerProcess } from "./opcua-server-process.ts";

vi.setConfig({ testTimeout: 300_000 });

const main = fileURLToPath(new URL("../../edge/main.ts", import.meta.url));

async function trust(config: string, ...fingerprint: string[]): Promise<string> {
  const args = [main, "trust", ...fingerprint, "--config", config];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

test("a server that believes in another host name, wants a user where there is no security, and reads one variable a call", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const names = ['"DB_Flow"."Zone 1".Q', "a;b=c", "Débit/Zähler 1"];
  const server = await startOpcuaServerProcess({
    pkiFolder: join(folder, "server"),
    variables: names,
    announcedHost: "plc-7.invalid",
    user: { name: "agent", password: "right" },
    secure: true,
    openToo: true,
    unsaidLimit: 1,
  });
  await server.setAll(1, START_MS);
  const sources = opcuaSources(server.port, names, { username: "agent" });
  const [plc] = sources.opcua;
  const items = plc?.items.map((item, index) => ({ ...item, sensor: `s${index}` }));
  await writeFile(join(folder, "password.txt"), "right\n");
  const file = await writeAgentConfig(
    folder,
    url,
    { opcua: [{ ...plc, items, passwordFile: "password.txt" }] },
    { batchAgeMs: 50 },
  );
  startAgentProcess(file);
  await until("all are read", () => ["s0", "s1", "s2"].every((sensor) => lastOf(centre, sensor)?.v === 3.6));
  await server.setAll(2, START_MS + 1000);
  await until("all are followed", () =>
    ["s0", "s1", "s2"].every((sensor) => lastOf(centre, sensor)?.v === 7.2),
  );
  expect(noticesOf(centre).filter((code) => !code.startsWith("short-queue"))).toEqual([]);
});

test.skipIf(!findProgram("openssl"))(
  "a certificate that an authority signed is trusted by its fingerprint, whether the authority is known or not",
  async () => {
    const folder = await temporaryFolder();
    const { url, centre } = await startCentre();
    const issued = makeIssuedCertificate(folder, "urn:plant:server");
    const server = await startOpcuaServerProcess({
      pkiFolder: join(folder, "server"),
      variables: ["a"],
      secure: true,
      issued,
      announcedHost: "plc-7.invalid",
    });
    await server.set("a", 1, START_MS);
    const sources = opcuaSources(server.port, ["a"], { securityMode: "SignAndEncrypt" });
    const config = await writeAgentConfig(folder, url, sources, { batchAgeMs: 50 });
    startAgentProcess(config);
    await until("the rejection is told", () => figuresOf(centre, "source-lost") !== undefined);
    const listed = await trust(config);
    expect(listed).toMatch(/^rejected .*CN=Plant server/m);
    const fingerprint = /^rejected +([0-9A-F:]+).*CN=Plant server/m.exec(listed)?.[1] ?? "";
    await trust(config, fingerprint);
    await until("the value is stored", () => lastOf(centre, "a")?.v === 3.6);
  },
);

test("a server that takes the connection and says nothing is left alone for a while and tried again", async () => {
  const folder = await temporaryFolder();
  const { url, centre } = await startCentre();
  const server = await startOpcuaServerProcess({ pkiFolder: join(folder, "server"), variables: ["a"] });
  await server.set("a", 1, START_MS);
  const proxy = await startStallingProxy(server.port);
  proxy.stall(true);
  const config = await writeAgentConfig(folder, url, opcuaSources(proxy.port, ["a"]), { batchAgeMs: 50 });
  startAgentProcess(config);
  await until("the loss is told", () => figuresOf(centre, "source-lost") !== undefined, 90_000);
  proxy.stall(false);
  proxy.cut();
  await until("the value is stored", () => lastOf(centre, "a")?.v === 3.6, 90_000);
});

test("a node id that cannot be one is a fault of the file, not of the source", () => {
  const check = (node: string) =>
    opcuaSchema.safeParse({
      name: "plc",
      endpoint: "opc.tcp://h:1",
      items: [{ node, sensor: "a", quantity: "flow", unit: "L/s" }],
    }).success;
  const right = ["i=2258", "nsu=urn:a;i=4294967295", "nsu=urn:a;s=ns=1;i=5", 'nsu=urn:a;s="DB"."Q"'];
  const guid = "nsu=urn:a;g=72962b91-fa75-4ae6-8d28-b404dc7daf63";
  expect([...right, guid, "nsu=urn:a;b=M/RbKBsRVkePCePcx24oRA=="].filter((node) => !check(node))).toEqual([]);
  const wrong = [
    "nsu=urn:a;i=abc",
    "nsu=urn:a;i=4294967296",
    "nsu=urn:a;g=72962b91",
    "nsu=urn:a;b=?",
    "ns=2;s=a",
  ];
  expect(wrong.filter(check)).toEqual([]);
});

test("times that mean none are none: the beginning of OPC UA's, of Unix's, or nothing at all", () => {
  const value = new Variant({ dataType: DataType.Double, value: 5 });
  const at = (sourceTimestamp: Date | null, serverTimestamp: Date | null) => {
    const data = new DataValue({ value, statusCode: StatusCodes.Good, sourceTimestamp, serverTimestamp });
    const { timeMs, sourceMs } = readingOf(data, { factor: 1, offset: 0 }, START_MS);
    return [timeMs, sourceMs];
  };
  const served = new Date(START_MS - 5);
  expect(at(new Date("1601-01-01T00:00:00Z"), served)).toEqual([START_MS - 5, undefined]);
  expect(at(new Date(12_000), served)).toEqual([START_MS - 5, undefined]);
  expect(at(null, null)).toEqual([START_MS, undefined]);
  expect(at(null, new Date("1601-01-01T00:00:00Z"))).toEqual([START_MS, undefined]);
  expect(at(new Date(START_MS - 9), served)).toEqual([START_MS - 9, START_MS - 9]);
});
