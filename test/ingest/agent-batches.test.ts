/** What agents send over real brokers: stored once, in order, and acknowledged only then. */
import { gzipSync } from "node:zlib";
import { connectAsync } from "mqtt";
import { describe, expect, it, onTestFinished } from "vitest";
import type { IngestParts } from "../../src/ingest/ingest.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { until } from "../support/waiting.ts";
import { ALL, brokers, embedded, NOW, startCentre } from "./ingest-scene.ts";

describe.each(brokers)("batches from $name", ({ start, missing }) => {
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
});
