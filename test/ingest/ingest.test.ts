/** The way in over real brokers: what agents and strangers send, what is stored, and what is answered. */
import { gzipSync } from "node:zlib";
import { connectAsync } from "mqtt";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import type { IngestParts } from "../../src/ingest/ingest.ts";
import { createExternalInbox } from "../../src/ingest/mqtt-external-inbox.ts";
import { Failure } from "../../src/model/failure.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { BAD } from "../../src/model/status.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { until } from "../support/waiting.ts";
import { ALL, embedded, external, log, NOW, startCentre, troubledStore } from "./ingest-scene.ts";

const brokers = [
  { name: "the embedded broker", start: embedded, missing: false },
  { name: "Mosquitto", start: external, missing: !findProgram("mosquitto") },
];

describe.each(brokers)("ingest from $name", ({ start, missing }) => {
  it.skipIf(missing)("stores a batch, plain or gzip, and then acknowledges it", async () => {
    const committed: string[] = [];
    const onCommitted: IngestParts["onCommitted"] = (series) => {
      committed.push(...series.map((one) => one.sensor));
    };
    const { acks, send, batch, store } = await startCentre(await start(), { onCommitted });
    await send(batch(1));
    await send(gzipSync(JSON.stringify(batch(2))));
    await until("both are acknowledged", () => acks.at(-1)?.stored === 2);
    expect(await store.read("inlet", ALL)).toEqual(seriesOf("inlet", [NOW - 999, NOW - 998], [1, 2]));
    expect(committed).toEqual(["inlet", "inlet"]);
  });

  it.skipIf(missing)("keeps the acknowledgement for an agent that comes later", async () => {
    const broker = await start();
    const { acks, send, batch } = await startCentre(broker);
    await send(batch(1));
    await until("it is acknowledged", () => acks.length > 0);
    const late = await connectAsync(broker.url);
    onTestFinished(() => late.endAsync(true));
    const seen: string[] = [];
    late.on("message", (_topic, payload) => seen.push(payload.toString()));
    await late.subscribeAsync("nightflow/v1/town/north/ack");
    await until("the late agent has it", () => seen.length > 0);
    expect(JSON.parse(seen[0]!)).toMatchObject({ epoch: "e1", stored: 1 });
  });

  it.skipIf(missing)("goes on through everything that may be wrong with a message", async () => {
    const { ingest, acks, client, send, batch, store, kept } = await startCentre(await start());
    await send("{ not json");
    await send(Buffer.from([0x1f, 0x8b, 1, 2, 3]));
    await send(gzipSync(Buffer.alloc(9_000_000, 32)));
    await send({ seq: 1 });
    await send({ epoch: "e1", seq: 1, first: 2, series: [] });
    await client.publishAsync("nightflow/v1/town/north/status", "[]", { qos: 1 });
    await send({ ...batch(1), series: "none" });
    await send({
      epoch: "e1",
      seq: 2,
      first: 1,
      series: [
        { sensor: "stranger", t: [NOW], v: [1] },
        { sensor: "inlet", t: [NOW, NOW + 1], v: [1] },
        { sensor: "inlet", t: [NOW], v: ["1"] },
        {
          sensor: "outlet",
          t: [NOW - 3, NOW - 2, NOW - 1, NOW, NOW + 600_001, 5, 0.5],
          v: [1, null, 3, 4, 5, 6, 7],
        },
      ],
    });
    await send(
      `{"epoch":"e1","seq":3,"first":1,"series":[{"sensor":"inlet","t":[1e999,${NOW}],"v":[1,-1e999]}]}`,
    );
    await send(batch(4));
    await until("the last is acknowledged", () => acks.at(-1)?.stored === 4);
    expect(await store.read("inlet", ALL)).toEqual(seriesOf("inlet", [NOW - 996], [4]));
    expect(await store.read("outlet", ALL)).toEqual(
      seriesOf("outlet", [NOW - 3, NOW - 2, NOW - 1, NOW], [1, Number.NaN, 3, 4], [0, BAD, 0, 0]),
    );
    expect(ingest.stats().rejections).toEqual({
      "not-json": 1,
      "broken-gzip": 1,
      "too-large": 1,
      "wrong-shape": 3,
      "wrong-sequence": 1,
      "unknown-sensor": 1,
      "length-mismatch": 1,
      "not-numbers": 1,
      "future-time": 1,
      "time-too-early": 1,
      "time-not-whole-ms": 2,
      "non-finite-value": 1,
    });
    expect(ingest.stats()).toMatchObject({ storedSamples: 5, rejectedSamples: 9 });
    const entries = await kept();
    const stranger = entries.find((entry) => entry.reason === "unknown-sensor");
    expect(stranger.series).toEqual({ sensor: "stranger", t: [NOW], v: [1] });
    const text = entries.find((entry) => entry.reason === "not-json");
    expect(Buffer.from(text.payload, "base64").toString()).toBe("{ not json");
  });

  it.skipIf(missing)("stores a batch seen twice once, and answers it again", async () => {
    const { ingest, acks, send, batch, store } = await startCentre(await start());
    await send(batch(1));
    await until("it is acknowledged", () => acks.length === 1);
    await send(batch(1));
    await until("it is acknowledged again", () => acks.length === 2);
    expect(acks[1]).toMatchObject({ epoch: "e1", stored: 1 });
    expect(ingest.stats().batches).toMatchObject({ accepted: 1, duplicate: 1 });
    expect((await store.read("inlet", ALL)).timesMs).toHaveLength(1);
  });

  it.skipIf(missing)("stores nothing after a gap, and asks for what is missing", async () => {
    const { ingest, acks, send, batch, store } = await startCentre(await start());
    await send(batch(1));
    await until("it is acknowledged", () => acks.length === 1);
    await send(batch(3));
    await until("the same is answered again", () => acks.length === 2);
    expect(acks[1]).toMatchObject({ epoch: "e1", stored: 1 });
    expect((await store.read("inlet", ALL)).timesMs).toHaveLength(1);
    await send(batch(2));
    await send(batch(3));
    await until("all is acknowledged", () => acks.at(-1)?.stored === 3);
    expect(ingest.stats().batches).toMatchObject({ ahead: 1, accepted: 3, skipped: 0 });
  });

  it.skipIf(missing)("follows an agent past what its spool had to drop, and into a new spool", async () => {
    const { ingest, acks, send, batch } = await startCentre(await start());
    await send(batch(1));
    await send(batch(7, 7));
    await until("the jump is acknowledged", () => acks.at(-1)?.stored === 7);
    await send({ ...batch(40, 40), epoch: "e2" });
    await until("the new spool is acknowledged", () => acks.at(-1)?.epoch === "e2");
    expect(acks.at(-1)).toEqual({ epoch: "e2", stored: 40, timeMs: NOW });
    expect(ingest.stats().batches).toMatchObject({ accepted: 3, skipped: 5 + 39 });
  });

  it.skipIf(missing)("keeps notices as events, once", async () => {
    const { acks, send, batch, store } = await startCentre(await start());
    const notices = [{ t: NOW - 5, code: "samples-dropped", sensor: "inlet", figures: { samples: 12 } }];
    await send({ ...batch(1), series: [], notices });
    await send({ ...batch(1), series: [], notices });
    await send(batch(2));
    await until("it is acknowledged", () => acks.some((ack) => ack.stored === 2));
    const notice = { timeMs: NOW - 5, code: "samples-dropped", sensor: "inlet", figures: { samples: 12 } };
    expect(await store.events(0, 10)).toEqual([
      { cursor: 1, timeMs: NOW, actor: "north", body: { kind: "notice", site: "north", notice } },
    ]);
  });

  it.skipIf(missing)("acknowledges nothing while the store fails, and everything once it works", async () => {
    const failures = [1, 2].map(() => new Failure("store-write", "disk full", { retryable: true }));
    const { store, trouble } = troubledStore(createMemoryStore());
    trouble.failures = failures;
    const { ingest, acks, unfounded, send, batch } = await startCentre(await start(), { store });
    await send(batch(1));
    await send(batch(2));
    await until("both are acknowledged", () => acks.at(-1)?.stored === 2);
    expect(unfounded).toEqual([]);
    expect(ingest.stats().failedCommits).toBe(2);
    expect((await store.read("inlet", ALL)).timesMs).toHaveLength(2);
  });

  it.skipIf(missing)(
    "turns batches away while a slow store has no room, and takes them when they come again",
    async () => {
      const { store, trouble } = troubledStore(createMemoryStore());
      let release = () => {};
      trouble.gate = new Promise((resolve) => {
        release = resolve;
      });
      const settings = { commitSamples: 1, maxPendingSamples: 4 };
      const { ingest, acks, send, batch } = await startCentre(await start(), { store, settings });
      for (const seq of [1, 2, 3, 4]) await send(batch(seq));
      await until("all four were seen", () => ingest.stats().messages === 4);
      expect(ingest.stats().batches).toMatchObject({ accepted: 2, refused: 1, ahead: 1 });
      expect(acks).toEqual([]);
      release();
      await until("what was taken is acknowledged, and more is asked for", () => acks.length >= 3);
      expect(acks.at(-1)).toMatchObject({ epoch: "e1", stored: 2 });
      await send(batch(3));
      await send(batch(4));
      await until("the rest is acknowledged", () => acks.at(-1)?.stored === 4);
      expect((await store.read("inlet", ALL)).timesMs).toHaveLength(4);
    },
  );

  it.skipIf(missing)("says who is there and who is not", async () => {
    const { ingest, client, send, batch } = await startCentre(await start());
    const status = (message: object) =>
      client.publishAsync("nightflow/v1/town/north/status", JSON.stringify(message), {
        qos: 1,
        retain: true,
      });
    const agent = {
      startedMs: NOW - 99,
      spool: { heldBatches: 1, heldBytes: 500, maxBytes: 1000, diskFull: false, droppedSamples: 0 },
      sources: [],
      certificates: [],
      clocks: [],
      configuration: { loadedMs: NOW - 99, refused: null },
    };
    await status({ online: true, timeMs: NOW, version: "1.2.3", oldestUnacknowledgedMs: NOW - 9, agent });
    await until("north is online", () => ingest.sites()[0]?.online === true);
    const said = { site: "north", lastHeardMs: NOW, version: "1.2.3", agent, agentSaidMs: NOW };
    expect(ingest.sites()).toEqual([{ ...said, online: true, oldestUnacknowledgedMs: NOW - 9 }]);
    await status({ online: false, timeMs: NOW });
    await until("north is gone", () => ingest.sites()[0]?.online === false);
    expect(ingest.sites(), "the last will does not know how the agent does").toEqual([
      { ...said, online: false, oldestUnacknowledgedMs: null },
    ]);
    await send(batch(1), "south");
    await until("south was heard", () => ingest.sites().length === 2);
  });

  it.skipIf(missing)("stores and acknowledges what has come before it closes", async () => {
    const { ingest, acks, send, batch, store } = await startCentre(await start(), {
      settings: { commitAgeMs: 60_000 },
    });
    await send(batch(1));
    await until("it came", () => ingest.stats().pendingSamples > 0);
    await ingest.close();
    expect((await store.read("inlet", ALL)).timesMs).toHaveLength(1);
    await until("it is acknowledged", () => acks.at(-1)?.stored === 1);
  });
});

describe("readings of third-party devices", () => {
  it("are taken by topic and path, converted, and turned away with a reason", async () => {
    const devices = [
      { topic: "plain/{sensor}", unit: "L/s" },
      { topic: "meters/+/up", sensor: "outlet", valuePath: "data.flow", timePath: "data.at" },
      { topic: "senml/#", sensor: "outlet", senmlName: "m1:flow" },
    ];
    const { ingest, client, store } = await startCentre(await embedded(), { devices });
    const send = (topic: string, payload: unknown) =>
      client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
    await send("plain/inlet", 2);
    await send("plain/stranger", 2);
    await send("plain/inlet", "two");
    await send("meters/7/up", { data: { flow: 5, at: "2026-05-31T22:00:00+00:00" } });
    await send("meters/7/up", { data: { flow: 6, at: NOW - 1 } });
    await send("meters/7/up", { data: { flow: 5, at: "2026-05-31T22:00:00" } });
    await send("meters/7/up", { data: { flow: 5, at: NOW + 1e9 } });
    const bt = NOW / 1000 - 10;
    await send("senml/a/b", [
      { bn: "m1:", bt, n: "flow", u: "l/s", v: 1 },
      { n: "flow", t: 1.5, u: "l/s", v: 2 },
      { n: "t", u: "Cel", v: 9 },
    ]);
    await send("senml/a/b", [{ n: "m1:flow", u: "Cel", v: 1 }]);
    await until("all came", () => ingest.stats().messages === 9);
    await until("all is stored", () => ingest.stats().storedSamples === 5);
    expect(await store.read("inlet", ALL)).toEqual(seriesOf("inlet", [NOW], [7.2]));
    expect(await store.read("outlet", ALL)).toEqual(
      seriesOf("outlet", [NOW - 7_200_000, NOW - 10_000, NOW - 8_500, NOW - 1], [5, 3.6, 7.2, 6]),
    );
    expect(ingest.stats().deviceMessages).toEqual({ accepted: 4, refused: 0, lost: 0 });
    expect(ingest.stats().rejections).toEqual({
      "unknown-sensor": 1,
      "no-value": 1,
      "no-time": 1,
      "future-time": 1,
      "unknown-unit": 1,
    });
  });
});

describe("a commit that is given up", () => {
  it("is counted where nobody sends again what was in it", async () => {
    const { store, trouble } = troubledStore(createMemoryStore());
    trouble.failures = [new Failure("store-broken", "gone")];
    const { ingest, client } = await startCentre(await embedded(), {
      store,
      devices: [{ topic: "plain/{sensor}" }],
      settings: { commitSamples: 4, commitAgeMs: 60_000 },
    });
    const sendReading = () => client.publishAsync("plain/inlet", "1", { qos: 1 });
    await sendReading();
    await sendReading();
    await until("both are lost", () => ingest.stats().deviceMessages.lost === 2);
    await sendReading();
    await sendReading();
    await until("the next ones are stored", () => ingest.stats().storedSamples === 2);
    expect(ingest.stats().deviceMessages).toEqual({ accepted: 4, refused: 0, lost: 2 });
  });
});

describe("a centre that starts again", () => {
  it("knows every watermark: what was stored before is a duplicate", async () => {
    const store = createMemoryStore();
    await store.append({ series: [], events: [], watermarks: [{ site: "north", epoch: "e1", stored: 5 }] });
    const { ingest, acks, send, batch } = await startCentre(await embedded(), { store });
    await send(batch(5));
    await until("it is answered", () => acks.length === 1);
    expect(acks[0]).toMatchObject({ epoch: "e1", stored: 5 });
    await send(batch(6));
    await until("the next is stored", () => acks.at(-1)?.stored === 6);
    expect(ingest.stats().batches).toMatchObject({ duplicate: 1, accepted: 1 });
  });

  it("gives a commit up that can never be stored, and the batches after it, and then takes them anew", async () => {
    const { store, trouble } = troubledStore(createMemoryStore());
    trouble.failures = [new Failure("store-broken", "gone")];
    const { ingest, acks, send, batch } = await startCentre(await embedded(), { store });
    await send(batch(1));
    await until("it failed", () => ingest.stats().failedCommits === 1);
    await send(batch(2));
    await until("the gap is noticed", () => ingest.stats().batches.ahead === 1);
    for (const seq of [1, 2]) await send(batch(seq));
    await until("both are stored", () => acks.at(-1)?.stored === 2);
    expect((await store.read("inlet", ALL)).timesMs).toHaveLength(2);
  });
});

describe.skipIf(!findProgram("mosquitto"))("a centre behind Mosquitto", () => {
  it("with a store that stalls for longer than the keepalive is not cut off, and memory stays bounded", async () => {
    const mosquitto = await startMosquitto();
    onTestFinished(() => mosquitto.stop());
    const warnings: string[] = [];
    const loud = pino({ level: "warn" }, { write: (line: string) => void warnings.push(line) });
    const inbox = createExternalInbox({ url: mosquitto.url, utility: "town", keepaliveS: 1, log: loud });
    onTestFinished(() => inbox.close());
    const { store, trouble } = troubledStore(createMemoryStore());
    const { promise, resolve } = Promise.withResolvers<void>();
    trouble.gate = promise;
    const settings = { commitSamples: 1, maxPendingSamples: 20 };
    const broker = { url: mosquitto.url, inbox: () => inbox };
    const { ingest, acks, send, batch } = await startCentre(broker, { store, settings });
    const stalledSinceMs = performance.now();
    let mostPending = 0;
    for (let seq = 1; performance.now() - stalledSinceMs < 4_000; seq += 1) {
      await send(batch(seq));
      mostPending = Math.max(mostPending, ingest.stats().pendingSamples);
    }
    const { batches, messages } = ingest.stats();
    expect(messages).toBeGreaterThan(50);
    expect([warnings, acks]).toEqual([[], []]);
    expect(mostPending).toBeLessThanOrEqual(20);
    expect(batches.refused + batches.ahead).toBeGreaterThan(0);
    resolve();
    await until("what was taken is acknowledged", () => acks.at(-1)?.stored === batches.accepted);
    await send(batch(batches.accepted + 1));
    await until("the next goes through", () => acks.at(-1)?.stored === batches.accepted + 1);
  });

  it("takes what came while it was away, and outlives a broker that was killed", async () => {
    const mosquitto = await startMosquitto();
    onTestFinished(() => mosquitto.stop());
    const open = () => createExternalInbox({ url: mosquitto.url, utility: "town", log });
    const seen: string[] = [];
    const first = open();
    first.listen(["meters/#"], (message) => seen.push(message.topic));
    await until("it is connected", () => first.connected());
    const client = await connectAsync(mosquitto.url);
    onTestFinished(() => client.endAsync(true));
    await client.publishAsync("meters/1", "x", { qos: 1 });
    await until("the first came", () => seen.length === 1);
    await first.close();
    await client.publishAsync("meters/2", "x", { qos: 1 });
    const second = open();
    onTestFinished(() => second.close());
    second.listen(["meters/#"], (message) => seen.push(message.topic));
    await until("what came meanwhile is there", () => seen.includes("meters/2"));
    await mosquitto.kill();
    await until("the connection is gone", () => !second.connected());
    await mosquitto.startAgain();
    await until("both are back", () => second.connected() && client.connected);
    await client.publishAsync("meters/3", "x", { qos: 1 });
    await until("messages flow again", () => seen.includes("meters/3"));
  });
});
