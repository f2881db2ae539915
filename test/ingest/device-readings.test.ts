/** Single readings of third-party devices, by their own topics. */
import { describe, expect, it } from "vitest";
import { seriesOf } from "../../src/model/sample.ts";
import { until } from "../support/waiting.ts";
import { ALL, embedded, NOW, startCentre } from "./ingest-scene.ts";

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

  it("and agents' batches stand in a commit as they came: of equal times the later value wins", async () => {
    const { ingest, client, send, store } = await startCentre(await embedded(), {
      devices: [{ topic: "plain/{sensor}", valuePath: "v", timePath: "t" }],
      settings: { commitAgeMs: 60_000, commitSamples: 11 },
    });
    const sendReading = (t: number, v: number) =>
      client.publishAsync("plain/inlet", JSON.stringify({ t, v }), { qos: 1 });
    await sendReading(NOW - 2, 1);
    await sendReading(NOW - 1, 1);
    await send({
      epoch: "e1",
      seq: 1,
      first: 1,
      series: [{ sensor: "inlet", t: [NOW - 2, NOW - 1], v: [2, 2] }],
    });
    await sendReading(NOW - 1, 3);
    await sendReading(NOW, 3);
    await until("one commit holds all", () => ingest.stats().storedSamples === 6);
    expect(ingest.stats().commits).toBe(1);
    expect(await store.read("inlet", ALL)).toEqual(seriesOf("inlet", [NOW - 2, NOW - 1, NOW], [2, 3, 3]));
  });
});
