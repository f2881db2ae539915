/** A store that fails, is slow or stands still: nothing is acknowledged that is not stored, and memory stays bounded. */
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { createExternalInbox } from "../../src/ingest/mqtt-external-inbox.ts";
import { Failure } from "../../src/model/failure.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { until } from "../support/waiting.ts";
import { ALL, brokers, embedded, startCentre, troubledStore } from "./ingest-scene.ts";

describe.each(brokers)("a troubled store behind what comes from $name", ({ start, missing }) => {
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
});

describe("a commit that is given up", () => {
  it("and the batches after it are taken anew when they come again", async () => {
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

describe.skipIf(!findProgram("mosquitto"))("a store that stalls behind Mosquitto", () => {
  it("for longer than the keepalive does not cut the centre off, and memory stays bounded", async () => {
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
});
