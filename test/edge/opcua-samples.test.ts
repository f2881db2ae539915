import { DataType, DataValue, StatusCodes, Variant } from "node-opcua-client";
import { expect, test } from "vitest";
import { opcuaSchema } from "../../edge/opcua-config.ts";
import { createOpcuaSamples } from "../../edge/opcua-samples.ts";
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
