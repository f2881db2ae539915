/** What people entered, with a real centre killed right after it said yes: all of it is there when it comes back. */
import { expect, test } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { startCentreProcess, writeCentreConfig } from "../support/centre-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

const SENSOR = "north-inlet";

test("a reading by hand, a volume and works outlive kill -9", { timeout: 120_000 }, async () => {
  const folder = await temporaryFolder();
  const broker = { kind: "embedded", host: "127.0.0.1", port: 0 };
  const config = await writeCentreConfig(folder, "mqtt://127.0.0.1", SENSOR, { broker });
  const before = await startCentreProcess(config);
  const enter = async (path: string, body: object) => {
    const answer = await fetch(before.address + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.status;
  };
  const nowMs = Date.now();
  const reading = { sensor: SENSOR, kind: "value", value: 12.5, timeMs: nowMs };
  // It listens a moment before it takes in.
  await until("a reading is taken", async () => (await enter("/api/v1/hand-readings", reading)) === 201);
  const month = new Date(nowMs).toISOString().slice(0, 7);
  const volume = { district: "north", month, line: "billedMetered", volumeM3: 900 };
  expect(await enter("/api/v1/volumes", volume)).toBe(201);
  const works = { districts: ["north"], fromMs: nowMs, toMs: nowMs + 3_600_000, reason: "Flushing" };
  expect(await enter("/api/v1/works", works)).toBe(201);
  await before.end("SIGKILL");

  const after = await startCentreProcess(config);
  const ask = async <T>(path: string) => (await (await fetch(after.address + path)).json()) as T;
  const { readings } = await ask<{ readings: object[] }>(`/api/v1/hand-readings?sensor=${SENSOR}`);
  expect(readings).toMatchObject([{ value: 12.5, timeMs: nowMs, by: "operator" }]);
  const history = `/api/v1/readings?sensor=${SENSOR}&from=${nowMs - 1}&to=${nowMs + 1}&bucket=raw`;
  expect(JSON.stringify(await ask(history))).toContain("12.5");
  expect((await ask<{ volumes: object[] }>("/api/v1/volumes")).volumes).toMatchObject([{ volumeM3: 900 }]);
  expect((await ask<{ works: object[] }>("/api/v1/works")).works).toMatchObject([{ reason: "Flushing" }]);
  const report = await ask<Report>(`/api/v1/reports/month?of=${month}`);
  expect(report.districts.map(({ district }) => district)).toEqual(["north"]);
  await after.end("SIGTERM");
});
