/** The uplink over links that are as bad as real ones: slow, stalled, secured, moved to another broker. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Spool } from "../../edge/sqlite-spool.ts";
import { type MosquittoOptions, startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { startFakeCentre, startTestBroker, timesOf } from "./fake-centre.ts";
import { counting } from "./spool-reading.ts";
import { startUplinkParts } from "./uplink-parts.ts";

const BATCH = 10;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const append = (spool: Spool, from: number, count: number) => spool.append(counting(from, count));
const sorted = (times: readonly number[]) => times.toSorted((a, b) => a - b);
const isEmpty = (spool: Spool) => () => spool.heldBatches() === 0;

async function mosquitto(options: MosquittoOptions = {}) {
  const broker = await startMosquitto(options);
  onTestFinished(broker.stop);
  return broker;
}

test("live first: what comes after an outage does not wait for what was held", async () => {
  const { url } = await startTestBroker();
  const centre = await startFakeCentre({ url });
  centre.answer(false);
  const { spool } = await startUplinkParts(
    { brokers: [url], sendFirst: "live", windowBatches: 4, ackTimeoutMs: 300 },
    BATCH,
  );
  await append(spool, 0, 60 * BATCH);
  await until("the backlog has a lane of its own", () => spool.lanes().length === 2);
  centre.answer(true);
  await append(spool, 60 * BATCH, 2 * BATCH);
  await until("the spool is empty", isEmpty(spool));
  const order = timesOf(centre.stored, "meter");
  expect(sorted(order)).toEqual(upTo(62 * BATCH));
  expect(order.indexOf(61 * BATCH)).toBeLessThan(order.indexOf(30 * BATCH));
  expect(spool.lanes()).toHaveLength(1);
});

test("a bandwidth cap is kept, and everything arrives", async () => {
  const { url } = await startTestBroker();
  const centre = await startFakeCentre({ url });
  const { spool, uplink } = await startUplinkParts({ brokers: [url], maxBytesPerS: 2000 }, BATCH);
  await until("connected", uplink.connected);
  const startMs = performance.now();
  await append(spool, 0, 40 * BATCH);
  await until("the spool is empty", isEmpty(spool));
  const elapsedS = (performance.now() - startMs) / 1000;
  const sentBytes = centre.stored.reduce((sum, message) => sum + JSON.stringify(message).length, 0);
  // Batches of ten are below what is compressed; a second's worth may be saved up, and the last one is paid afterwards.
  expect(sentBytes).toBeGreaterThan(5000);
  expect(elapsedS).toBeGreaterThan((sentBytes - 2000 - 400) / 2000);
});

test("a broker that is not there is passed over, and the first is returned to once it is back", async () => {
  const first = await startTestBroker();
  const second = await startTestBroker();
  first.pause();
  const centre = await startFakeCentre({ url: second.url });
  const { spool } = await startUplinkParts({ brokers: [first.url, second.url], returnToFirstMs: 100 }, BATCH);
  await append(spool, 0, 3 * BATCH);
  await until("the second has it", isEmpty(spool));
  expect(timesOf(centre.stored, "meter")).toEqual(upTo(3 * BATCH));
  await first.resume();
  const firstCentre = await startFakeCentre({ url: first.url });
  await until("the agent is online at the first", () => firstCentre.statuses.at(-1)?.online === true);
  await append(spool, 3 * BATCH, 3 * BATCH);
  await until("the first has it", isEmpty(spool));
  expect(timesOf(firstCentre.stored, "meter")).toEqual(upTo(6 * BATCH).slice(3 * BATCH));
});

describe.skipIf(!findProgram("mosquitto"))("over Mosquitto", () => {
  test("a broker that stalls for longer than the keepalive: left, found again, nothing lost, nothing looped", async () => {
    const broker = await mosquitto();
    const centre = await startFakeCentre({ url: broker.url });
    const { spool, uplink } = await startUplinkParts({ brokers: [broker.url], keepAliveMs: 1000 }, BATCH);
    await append(spool, 0, 5 * BATCH);
    await until("the spool is empty", isEmpty(spool));
    broker.signal("SIGSTOP");
    await append(spool, 5 * BATCH, 20 * BATCH);
    await until("the agent gave the connection up", () => !uplink.connected());
    broker.signal("SIGCONT");
    await until("the spool is empty", isEmpty(spool), 20_000);
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(25 * BATCH));
    expect(centre.arrived.length).toBeLessThan(3 * 25);
  });

  test("a broker that forgets everything when it is killed", async () => {
    const broker = await mosquitto({ persistence: false });
    const centre = await startFakeCentre({ url: broker.url });
    const { spool } = await startUplinkParts({ brokers: [broker.url], ackTimeoutMs: 500 }, BATCH);
    for (let from = 0; from < 50 * BATCH; from += BATCH) {
      await append(spool, from, BATCH);
      if (from === 10 * BATCH) await until("some are stored", () => centre.stored.length > 2);
      if (from === 20 * BATCH) await broker.kill();
      if (from === 30 * BATCH) await broker.startAgain();
    }
    await until("the spool is empty", isEmpty(spool), 20_000);
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(50 * BATCH));
  });

  test("acknowledgements that get lost make batches come twice, which are stored once", async () => {
    const broker = await mosquitto();
    const centre = await startFakeCentre({ url: broker.url });
    const { spool } = await startUplinkParts({ brokers: [broker.url], ackTimeoutMs: 200 }, BATCH);
    centre.answer(false);
    await append(spool, 0, 5 * BATCH);
    await until("they came twice", () => centre.arrived.length >= 10);
    centre.answer(true);
    await until("the spool is empty", isEmpty(spool));
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(5 * BATCH));
  });
});

describe.skipIf(!findProgram("mosquitto") || !findProgram("openssl"))("over Mosquitto with TLS", () => {
  async function secured(lines: readonly string[]) {
    const folder = await temporaryFolder();
    const file = (name: string) => join(folder, name);
    const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-subj",
      "/CN=Test CA",
      "-days",
      "2",
    );
    writeFileSync(file("names.cnf"), "subjectAltName=IP:127.0.0.1");
    for (const name of ["broker", "agent"]) {
      openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
      const sign = [
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "names.cnf",
      ];
      openssl("x509", "-req", "-in", `${name}.csr`, ...sign, "-out", `${name}.pem`);
    }
    const broker = await mosquitto({
      lines: [
        ...lines,
        `cafile ${file("ca.pem")}`,
        `certfile ${file("broker.pem")}`,
        `keyfile ${file("broker.key")}`,
      ],
    });
    return { url: broker.url.replace("mqtt:", "mqtts:"), file };
  }

  test("an agent with the authority and its own certificate is let in, one without it is not", async () => {
    const { url, file } = await secured(["allow_anonymous true", "require_certificate true"]);
    const access = { caFile: file("ca.pem"), certFile: file("agent.pem"), keyFile: file("agent.key") };
    const centre = await startFakeCentre({ url, access });
    const without = await startUplinkParts({ brokers: [url], caFile: access.caFile }, BATCH);
    const { spool } = await startUplinkParts({ brokers: [url], ...access }, BATCH);
    await append(spool, 0, 3 * BATCH);
    await append(without.spool, 100, BATCH);
    await until("the spool is empty", isEmpty(spool));
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(3 * BATCH));
    expect([without.uplink.connected(), without.spool.heldBatches()]).toEqual([false, 1]);
  });

  test("a broker of an authority the agent does not know gets nothing, and a password from a file opens", async () => {
    const folder = await temporaryFolder();
    const passwords = join(folder, "passwords");
    execFileSync("mosquitto_passwd", ["-b", "-c", passwords, "north", "well-kept"], { stdio: "ignore" });
    const passwordFile = join(folder, "password.txt");
    writeFileSync(passwordFile, "well-kept\n");
    const { url, file } = await secured(["allow_anonymous false", `password_file ${passwords}`]);
    const access = { caFile: file("ca.pem"), username: "north", passwordFile };
    const centre = await startFakeCentre({ url, access });
    const distrusting = await startUplinkParts({ brokers: [url], username: "north", passwordFile }, BATCH);
    await append(distrusting.spool, 100, BATCH);
    const { spool } = await startUplinkParts({ brokers: [url], ...access }, BATCH);
    await append(spool, 0, 3 * BATCH);
    await until("the spool is empty", isEmpty(spool));
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(3 * BATCH));
    expect([distrusting.uplink.connected(), distrusting.spool.heldBatches()]).toEqual([false, 1]);
  });
});
