/** Where a leak may be, over HTTP: on a thread of its own, from history, for those who may see the district. */
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import { demoHistory } from "../../src/demo/demo-history.ts";
import { ziwani } from "../../src/demo/ziwani.ts";
import { createLocating } from "../../src/locating.ts";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import { startSimulation } from "../../src/simulate/simulation.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { verdict } from "../alarm/sample-verdicts.ts";
import { startCentre } from "./centre.ts";

const read = readCentreConfig(fileURLToPath(new URL("../../config/demo", import.meta.url)));
if (!read.ok || !read.config.network) throw new Error("config/demo is wrong");
const { utility, network } = read.config;
const startMs = Date.parse("2026-02-03T00:00:00+03:00");
const leakMs = startMs + 8 * DAY_MS;
const nowMs = leakMs + 30 * HOUR_MS;

async function leakingTown() {
  const trouble = { kind: "leak", pipe: "SK-P12", m3hAt50M: 14, growsForMs: 0, fromMs: leakMs } as const;
  const simulation = await startSimulation({ utility: ziwani(), seed: 3, startMs, troubles: [trouble] });
  const store = createMemoryStore();
  const series = demoHistory(simulation, { fromMs: startMs, toMs: nowMs });
  await store.append({ series, watermarks: [], events: [] });
  return store;
}

test("an alarm's page is answered with pipes and probabilities, or with why there are none", {
  timeout: 240_000,
}, async () => {
  const store = await leakingTown();
  const locating = createLocating({ network: network!, districts: utility.districts }, store);
  onTestFinished(() => locating.close());
  const centre = await startCentre({ utility, store, clock: () => nowMs, locate: locating.locate });
  const found = { startMs: leakMs, decidedMs: leakMs + HOUR_MS };
  const size = { estimate: 12, low: 10, high: 14 };
  await centre.finds({ ...verdict("burst", { id: "sokoni", ...found }), size });
  await centre.finds(verdict("sensor-stuck", { id: "reli-inflow", ...found }));
  const alarms = centre.service.alarms.alarms("all");
  const ask = async (id: string) => {
    const answer = await fetch(`${centre.address}/api/v1/alarms/${encodeURIComponent(id)}/location`);
    const body = (await answer.json()) as { candidates?: { pipe: string }[] };
    return { status: answer.status, body };
  };
  const of = (kind: string) => alarms.find((alarm) => alarm.verdict.kind === kind)!.id;
  const located = await ask(of("burst"));
  expect(located).toMatchObject({ status: 200, body: { kind: "located", untilMs: nowMs } });
  const pipes = located.body.candidates!.map(({ pipe }) => pipe);
  expect(pipes.slice(0, 5)).toContain("SK-P12");
  expect(await ask(of("sensor-stuck"))).toMatchObject({ body: { kind: "not-located", because: "no-leak" } });
  expect(await ask("nowhere")).toMatchObject({ status: 404, body: { code: "unknown-alarm" } });
});

test("without a model of the network it says so", async () => {
  const centre = await startCentre();
  await centre.finds(verdict("leak"));
  const [alarm] = centre.service.alarms.alarms("all");
  const answer = await fetch(`${centre.address}/api/v1/alarms/${encodeURIComponent(alarm!.id)}/location`);
  expect(await answer.json()).toEqual({ kind: "not-located", because: "no-model" });
});

test("a network that cannot be read fails the question, not the thread that asks", async () => {
  const broken = { ...network!, inp: "[PIPES]\nA B C 1 2 3\n" };
  const locating = createLocating({ network: broken, districts: utility.districts }, createMemoryStore());
  onTestFinished(() => locating.close());
  const leak = {
    district: "sokoni",
    startMs: leakMs,
    untilMs: nowMs,
    leakM3h: 10,
    leakErrorM3h: 1,
    distrusted: [],
  };
  await expect(locating.locate(leak)).rejects.toThrow("undefined node B in [PIPES]");
  await expect(locating.locate(leak)).rejects.toThrow("undefined node B in [PIPES]");
});
