/** Whatever may be wrong with a message is named, counted and kept; the rest goes on. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { seriesOf } from "../../src/model/sample.ts";
import { BAD } from "../../src/model/status.ts";
import { until } from "../support/waiting.ts";
import { ALL, brokers, NOW, startCentre } from "./ingest-scene.ts";

describe.each(brokers)("what is wrong in messages from $name", ({ start, missing }) => {
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
        { sensor: "inlet", t: [NOW], v: [1], d: [1, 2] },
        { sensor: "inlet", t: [NOW], v: [1], d: [0.5] },
        {
          sensor: "outlet",
          t: [NOW - 3, NOW - 2, NOW - 1, NOW, NOW + 600_001, 5, 0.5],
          v: [1, null, 3, 4, 5, 6, 7],
          d: [8, null, -9, 0, 1, 2, 3],
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
      seriesOf(
        "outlet",
        [NOW - 3, NOW - 2, NOW - 1, NOW],
        [1, Number.NaN, 3, 4],
        [0, BAD, 0, 0],
        [8, Number.NaN, -9, 0],
      ),
    );
    expect(ingest.stats().rejections).toEqual({
      "not-json": 1,
      "broken-gzip": 1,
      "too-large": 1,
      "wrong-shape": 3,
      "wrong-sequence": 1,
      "unknown-sensor": 1,
      "length-mismatch": 2,
      "not-numbers": 2,
      "future-time": 1,
      "time-too-early": 1,
      "time-not-whole-ms": 2,
      "non-finite-value": 1,
    });
    expect(ingest.stats()).toMatchObject({ storedSamples: 5, rejectedSamples: 11 });
    const entries = await kept();
    const stranger = entries.find((entry) => entry.reason === "unknown-sensor");
    expect(stranger.series).toEqual({ sensor: "stranger", t: [NOW], v: [1] });
    const text = entries.find((entry) => entry.reason === "not-json");
    expect(Buffer.from(text.payload, "base64").toString()).toBe("{ not json");
  });
});
