import { DataType, DataValue, StatusCodes, Variant } from "node-opcua-client";
import { expect, test } from "vitest";
import { opcuaSchema } from "../../edge/opcua-config.ts";
import { createOpcuaSamples } from "../../edge/opcua-samples.ts";
import type { SampleGathering } from "../../edge/sample-gathering.ts";
import { opcuaSources } from "./opcua-scene.ts";

const NOW_MS = Date.UTC(2026, 0, 1);

test("a value that was looked up is kept, and hides no gap before it: what was never reported is still to be read back", () => {
  const config = opcuaSchema.parse(opcuaSources(4840, ["a"]).opcua[0]);
  const [item] = config.items;
  if (!item) throw new Error("no item");
  const added: number[] = [];
  const gathering = { add: (_: string, timeMs: number) => void added.push(timeMs), settled: async () => {} };
  const samples = createOpcuaSamples(config, gathering, () => NOW_MS, {
    readBefore: new Map(),
    tell() {},
    onGap() {},
  });
  const data = (timeMs: number) =>
    new DataValue({
      value: new Variant({ dataType: DataType.Double, value: timeMs }),
      statusCode: StatusCodes.Good,
      sourceTimestamp: new Date(timeMs),
    });
  samples.take(item, data(NOW_MS - 60_000), "reported");
  samples.take(item, data(NOW_MS), "watched");
  expect(added).toEqual([NOW_MS - 60_000, NOW_MS]);
  expect(samples.upToMs().get("a")).toBe(NOW_MS - 60_000);
});

test("the server's time goes along as its distance from the source's, where the server gave it", async () => {
  const config = opcuaSchema.parse(opcuaSources(4840, ["a"]).opcua[0]);
  const [item] = config.items;
  if (!item) throw new Error("no item");
  const delays: (number | undefined)[] = [];
  const gathering = {
    add: (...sample: Parameters<SampleGathering["add"]>) => void delays.push(sample[4]),
    settled: async () => {},
  };
  const samples = createOpcuaSamples(config, gathering, () => NOW_MS, {
    readBefore: new Map(),
    tell() {},
    onGap() {},
  });
  const data = (value: number, sourceMs: number | undefined, serverMs: number | undefined) =>
    new DataValue({
      value: new Variant({ dataType: DataType.Double, value }),
      statusCode: StatusCodes.Good,
      sourceTimestamp: sourceMs === undefined ? null : new Date(sourceMs),
      serverTimestamp: serverMs === undefined ? null : new Date(serverMs),
    });
  samples.take(item, data(1, NOW_MS - 5000, NOW_MS - 4880), "reported");
  samples.take(item, data(2, NOW_MS - 3000, NOW_MS - 3040), "reported");
  samples.take(item, data(3, NOW_MS - 2000, undefined), "reported");
  samples.take(item, data(4, undefined, NOW_MS - 1000), "reported");
  await samples.takeHistory(item, [data(5, NOW_MS - 9000, NOW_MS - 8000)]);
  expect(delays).toEqual([120, -40, Number.NaN, 0, 1000]);
});
