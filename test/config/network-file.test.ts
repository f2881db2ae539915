/** network.yaml: what is wrong with it is named by file, line and key before anything starts. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const demo = fileURLToPath(new URL("../../config/demo", import.meta.url));

async function faultsWith(change: (yaml: string) => string): Promise<readonly string[]> {
  const folder = join(await temporaryFolder(), "demo");
  cpSync(demo, folder, { recursive: true });
  const file = join(folder, "network.yaml");
  writeFileSync(file, change(readFileSync(file, "utf8")));
  const result = readCentreConfig(folder);
  return result.ok
    ? []
    : result.faults.map(({ file, key, message }) => `${file.endsWith("network.yaml")} ${key}: ${message}`);
}

test("the demo's is right; each fault is named", async () => {
  expect(await faultsWith((yaml) => yaml)).toEqual([]);
  expect(await faultsWith((yaml) => yaml.replace("sokoni-inflow", "nowhere"))).toEqual([
    'true sensors.nowhere: there is no sensor "nowhere" in utility.yaml',
  ]);
  expect(await faultsWith((yaml) => yaml.replace("{ link: SK-IN-0 }", "{ node: SK-IN }"))).toEqual([
    'true sensors.sokoni-inflow: "sokoni-inflow" measures flow; at a node sits one that measures pressure',
  ]);
  const [unreadable] = await faultsWith((yaml) => yaml.replace("inp: network.inp", "inp: lost.inp"));
  expect(unreadable).toMatch(/^true inp: cannot be read: ENOENT/);
});
