/** What a stranger, or an agent that was taken over, tries at the embedded broker: each is refused, with its reason logged and counted. */
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { pino } from "pino";
import { describe, expect, onTestFinished, test } from "vitest";
import { openTlsFiles } from "../../src/access/tls-files.ts";
import { type BrokerOptions, startAedesBroker } from "../../src/ingest/aedes-broker.ts";
import { AUTHOR, granted, openTestAccess } from "../access/open-access.ts";
import { makeCertificate } from "../support/certificates.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

const log = pino({ level: "silent" });
const topic = (site: string, channel: string) => `nightflow/v1/town/${site}/${channel}`;

async function start(changes: Partial<BrokerOptions> = {}) {
  const access = await openTestAccess();
  const guard = access.brokerGuard;
  const options = { host: "127.0.0.1", port: 0, portSetting: "broker.port", log, guard, ...changes };
  const broker = await startAedesBroker(options);
  onTestFinished(() => broker.close());
  const heard: string[] = [];
  broker.listen(["#"], (message) => heard.push(message.topic));
  const addAgent = (site: string, publish: string[] = [], subscribe: string[] = []) =>
    (granted(access.accounts.addAgent({ site, publish, subscribe }, AUTHOR)) as { secret: string }).secret;
  const connect = async (username: string, password: string, more: IClientOptions = {}) => {
    const scheme = changes.tls ? "mqtts" : "mqtt";
    const url = `${scheme}://127.0.0.1:${broker.port}`;
    const client = await connectAsync(url, { username, password, reconnectPeriod: 0, ...more }, false);
    client.on("error", () => {});
    onTestFinished(() => client.endAsync(true));
    return client;
  };
  return { ...access, broker, heard, addAgent, connect, counts: () => access.gate.refusals() };
}

async function cutOff(client: MqttClient): Promise<void> {
  await until("the client is cut off", () => !client.connected);
}

describe("an agent", () => {
  test("publishes and hears what is its own", async () => {
    const { broker, heard, addAgent, connect } = await start();
    const client = await connect("north", addAgent("north"));
    await client.subscribeAsync(topic("north", "ack"), { qos: 1 });
    const told = new Promise<string>((resolve) => client.once("message", resolve));
    await client.publishAsync(topic("north", "telemetry"), "{}", { qos: 1 });
    await client.publishAsync(topic("north", "status"), "{}", { qos: 1, retain: true });
    await broker.publish(topic("north", "ack"), "{}", { retain: true });
    expect(await told).toBe(topic("north", "ack"));
    expect(heard).toEqual(expect.arrayContaining([topic("north", "telemetry"), topic("north", "status")]));
  });

  test.each([
    ["another site's telemetry", topic("south", "telemetry")],
    ["another site's status", topic("south", "status")],
    ["its own acknowledgement", topic("north", "ack")],
    ["another utility's telemetry", "nightflow/v1/elsewhere/north/telemetry"],
    ["a topic of nobody", "meters/x"],
    ["the broker's own topics", "$SYS/x"],
  ])("that publishes %s is cut off, and nobody hears it", async (_, wrong) => {
    const { heard, addAgent, connect, counts, logged } = await start();
    const client = await connect("north", addAgent("north"));
    client.publish(wrong, "{}", { qos: 1 });
    await cutOff(client);
    expect(heard).not.toContain(wrong);
    expect(counts()).toEqual({ "foreign-topic": 1 });
    expect(logged).toContainEqual(
      expect.objectContaining({ reason: "foreign-topic", user: "north", topic: wrong }),
    );
  });

  test("cannot leave such a message as its will either", async () => {
    const { heard, addAgent, connect, counts } = await start();
    const will = {
      topic: topic("south", "status"),
      payload: Buffer.from("{}"),
      qos: 1,
      retain: true,
    } as const;
    const client = await connect("north", addAgent("north"), { will });
    client.stream.destroy();
    await until("the will is refused", () => counts()["foreign-topic"] === 1);
    expect(heard).not.toContain(will.topic);
  });

  test.each(["#", "+/v1/town/north/ack", topic("+", "ack"), topic("south", "telemetry"), "$SYS/#"])(
    "that subscribes to %s hears nothing",
    async (filter) => {
      const { broker, addAgent, connect, counts } = await start();
      const client = await connect("north", addAgent("north"));
      const heard: string[] = [];
      client.on("message", (one) => heard.push(one));
      await expect(client.subscribeAsync(filter, { qos: 1 })).rejects.toThrow();
      expect(counts()).toEqual({ "foreign-subscription": 1 });
      await client.subscribeAsync(topic("north", "ack"), { qos: 1 });
      await broker.publish(topic("south", "ack"), "{}", { retain: false });
      await broker.publish(topic("north", "ack"), "{}", { retain: false });
      await until("its own is heard", () => heard.length > 0);
      expect(heard).toEqual([topic("north", "ack")]);
    },
  );

  test("with topics beside its own uses those, and no more", async () => {
    const { heard, addAgent, connect } = await start();
    const client = await connect("meters", addAgent("meters", ["meters/+/flow"], ["alarms/#"]));
    await client.subscribeAsync("alarms/north", { qos: 1 });
    await client.publishAsync("meters/7/flow", "1", { qos: 1 });
    expect(heard).toContain("meters/7/flow");
    client.publish("meters/7/pressure", "1", { qos: 1 });
    await cutOff(client);
  });

  test("that is removed is cut off at its next message and does not come back", async () => {
    const { accounts, heard, addAgent, connect, counts } = await start();
    const secret = addAgent("north");
    const client = await connect("north", secret);
    accounts.removeAgent("north", AUTHOR);
    client.publish(topic("north", "telemetry"), "{}", { qos: 1 });
    await cutOff(client);
    expect(heard).not.toContain(topic("north", "telemetry"));
    await expect(connect("north", secret)).rejects.toThrow();
    expect(counts()).toMatchObject({ "agent-removed": 1, "wrong-credentials": 1 });
  });
});

describe("a stranger", () => {
  test("with a wrong secret, another's secret or none is not let in", async () => {
    const { addAgent, connect, counts, logged } = await start();
    const [north, south] = [addAgent("north"), addAgent("south")];
    for (const [user, secret] of [
      ["north", "guess"],
      ["north", south],
      ["nobody", north],
      ["", ""],
    ] as const)
      await expect(connect(user, secret)).rejects.toThrow();
    expect(counts()).toEqual({ "wrong-credentials": 4 });
    expect(JSON.stringify(logged)).not.toContain(south);
  });

  test("who speaks something else is cut off, and the others go on", async () => {
    const { broker, heard, addAgent, connect } = await start();
    const client = await connect("north", addAgent("north"));
    const socket = connectTcp(broker.port, "127.0.0.1");
    socket.on("error", () => {});
    const closed = once(socket, "close");
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await closed;
    await client.publishAsync(topic("north", "telemetry"), "{}", { qos: 1 });
    expect(heard).toContain(topic("north", "telemetry"));
  });
});

describe("whoever does not say who they are", () => {
  const knock = async (port: number, bytes: Buffer) => {
    const socket = connectTcp(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(bytes);
    return { socket, closed: once(socket, "close") };
  };

  test("is cut off after a while, a byte now and then notwithstanding, and the others go on", async () => {
    const { broker, heard, addAgent, connect, counts } = await start({ connectWithinMs: 200 });
    const client = await connect("north", addAgent("north"));
    const silent = await knock(broker.port, Buffer.alloc(0));
    const slow = await knock(broker.port, Buffer.from([0x10, 0x40, 0x00]));
    await Promise.all([silent.closed, slow.closed]);
    expect(counts()).toEqual({ "slow-connect": 2 });
    await client.publishAsync(topic("north", "telemetry"), "{}", { qos: 1 });
    expect(heard).toContain(topic("north", "telemetry"));
  });

  test("is cut off with a first packet that is far too large, long before it has come whole", async () => {
    const { broker, counts } = await start();
    // CONNECT, 256 MB long as it says.
    const { socket, closed } = await knock(broker.port, Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    const piece = Buffer.alloc(16_384);
    const pump = () => {
      while (!socket.destroyed && socket.write(piece)) if (socket.bytesWritten > 4_000_000) return;
    };
    socket.on("drain", pump);
    pump();
    await closed;
    expect(counts()).toEqual({ "connect-too-large": 1 });
  });
});

describe.skipIf(!findProgram("openssl"))("over TLS", () => {
  test("an agent whose certificate the authority did not sign is refused, one with none as well", async () => {
    const folder = await temporaryFolder();
    const [centre, agent, stranger] = ["centre", "agent", "stranger"].map((name) =>
      makeCertificate(folder, name),
    );
    if (!centre || !agent || !stranger) throw new Error("no certificates");
    const settings = { ...centre, clientCaFile: agent.certFile };
    const tls = openTlsFiles(settings, "broker.tls", { clock: Date.now, log });
    onTestFinished(() => tls.close());
    const { addAgent, connect, counts } = await start({ tls });
    const secret = addAgent("north");
    const ca = centre.cert;
    const client = await connect("north", secret, { ca, cert: agent.cert, key: agent.key });
    await client.publishAsync(topic("north", "telemetry"), "{}", { qos: 1 });
    await expect(connect("north", secret, { ca, cert: stranger.cert, key: stranger.key })).rejects.toThrow();
    await expect(connect("north", secret, { ca })).rejects.toThrow();
    await until("both are counted", () => counts()["tls-refused"] === 2);
    await expect(connect("north", secret, { ca: stranger.cert })).rejects.toThrow("self-signed");
  });
});
