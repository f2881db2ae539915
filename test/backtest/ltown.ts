/** L-Town 2018 (BattLeDIM, KIOS 2020) as the judge sees it. Read in place from beside the repository; never part of it. */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type Label, parseLabels } from "../../src/backtest/labels.ts";
import { createRecordingParser } from "../../src/model/recording.ts";
import type { Series } from "../../src/model/sample.ts";
import type { Utility } from "../../src/model/utility.ts";
import { district } from "../detect/synthetic-district.ts";

const FOLDER = new URL("../../../shared/data/ltown/", import.meta.url);
const FLOWS = new URL("ltown_2018_flows.csv.gz", FOLDER);
const ZONE = "Etc/GMT-2";

/** Under CI the data must be there; elsewhere a test that needs them says why it is skipped. */
export const LTOWN_MISSING = !existsSync(FLOWS) && process.env.CI !== "true";

export const LTOWN: Utility = {
  id: "ltown",
  name: "L-Town",
  currency: "EUR",
  sensors: ["p227", "p235", "pump-1"].map((id) => ({
    id,
    name: id,
    site: "ltown",
    quantity: "flow" as const,
    intervalMs: 300_000,
  })),
  districts: [
    district(
      "AB",
      [
        { sensor: "p227", sign: 1 },
        { sensor: "p235", sign: 1 },
        { sensor: "pump-1", sign: -1 },
      ],
      ZONE,
    ),
  ],
};

export function readLtown(): { readonly series: readonly Series[]; readonly labels: readonly Label[] } {
  const columns = { p227_m3h: "p227", p235_m3h: "p235", PUMP_1_m3h: "pump-1" };
  const parser = createRecordingParser({
    timeColumn: "ts",
    timeZone: ZONE,
    separator: ",",
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, sensor]) => [name, { sensor, quantity: "flow", unit: "m3/h" }]),
    ),
  });
  for (const line of gunzipSync(readFileSync(FLOWS)).toString().split("\n")) parser.line(line);
  const labels = parseLabels(readFileSync(new URL("labels_2018.csv", FOLDER), "utf8"), LTOWN.districts);
  return { series: parser.take(), labels };
}
