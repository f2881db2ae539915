/** What docker compose is told: every file, target, secret and volume it names is there, and the parts fit each other. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectAsync } from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { serverSchema } from "../src/config/server-file.ts";
import { freePort } from "./support/mosquitto.ts";
import { findProgram } from "./support/programs.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFileSync(join(root, file), "utf8");

const serviceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.object({ context: z.literal("."), target: z.string() }).optional(),
  profiles: z.array(z.string()).optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.unknown()).default({}),
});
const compose = z
  .object({
    services: z.record(z.string(), serviceSchema),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(read("docker-compose.yml")));
const services = Object.entries(compose.services);

/** What the person who starts it puts there. */
const BROUGHT = ["./agent", "./town"];

describe("docker-compose.yml", () => {
  test.each(services)("%s names only what is there", (_, service) => {
    if (service.build)
      expect(read("Dockerfile")).toMatch(new RegExp(`^FROM \\S+ AS ${service.build.target}$`, "m"));
    else expect(service.image).toMatch(/^[\w./-]+:[\w.-]+$/);
    for (const volume of service.volumes) {
      const [from = "", to] = volume.split(":");
      expect(to).toMatch(/^\//);
      if (from.startsWith("./")) expect(BROUGHT.includes(from) || existsSync(join(root, from))).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(from);
    }
    for (const secret of service.secrets) expect(Object.keys(compose.secrets)).toContain(secret);
    for (const other of Object.keys(service.depends_on))
      expect(Object.keys(compose.services)).toContain(other);
  });

  test("nothing is published beyond this machine", () => {
    for (const [, { ports }] of services) for (const one of ports) expect(one).toMatch(/^127\.0\.0\.1:/);
  });

  test("the centre's server.yaml fits the broker and the database beside it", () => {
    const { broker, store, dataFolder } = serverSchema.parse(parse(read("config/compose/server.yaml")));
    const { influxdb, mosquitto, centre } = compose.services;
    if (broker.kind !== "external" || store.kind !== "influx") throw new Error("another broker or store");
    expect(mosquitto?.ports).toContain(`127.0.0.1:${new URL(broker.url).port}:1883`);
    expect(influxdb?.ports).toContain(`127.0.0.1:${new URL(store.url).port}:8086`);
    expect(influxdb?.environment).toMatchObject({
      DOCKER_INFLUXDB_INIT_ORG: store.organisation,
      DOCKER_INFLUXDB_INIT_BUCKET: store.database,
      DOCKER_INFLUXDB_INIT_RETENTION: "0",
      DOCKER_INFLUXDB_INIT_ADMIN_TOKEN_FILE: store.tokenFile,
    });
    expect(centre?.volumes.some((volume) => volume.endsWith(`:${dataFolder}`))).toBe(true);
  });

  test.skipIf(!findProgram("mosquitto"))("a real Mosquitto takes the broker's file", async () => {
    const [folder, port] = [await temporaryFolder(), await freePort()];
    const file = join(folder, "mosquitto.conf");
    const text = read("config/compose/mosquitto.conf")
      .replace(/^listener 1883$/m, `listener ${port} 127.0.0.1`)
      .replace("/mosquitto/data/", `${folder}/`);
    await writeFile(file, `${text}\nuser root\n`);
    const broker = spawn(findProgram("mosquitto")!, ["-c", file], { stdio: "ignore" });
    onTestFinished(async () => {
      const gone = once(broker, "exit");
      if (broker.kill("SIGKILL")) await gone;
    });
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 100 });
    await client.publishAsync("nightflow/v1/town/north/status", "{}", { qos: 1 });
    await client.endAsync();
    expect(broker.exitCode).toBeNull();
  });
});
