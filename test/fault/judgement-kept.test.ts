/**
 * What is judged outlives the process that judged it: a real centre is killed with SIGKILL once its judgement is kept, and the next one says the
 * same from where that one was; with what was kept spoilt or gone it says the same from the beginning.
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import type { StoredEvent } from "../../src/model/event.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { type CentreProcess, startCentreProcess, writeCentreConfig } from "../support/centre-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";

const SENSOR = "north-inlet";
const DAYS = 45;
const DEADLINE_MS = 60_000;

interface Judged {
  readonly checkpointMs: number | null;
}

/** Weeks of a day with two peaks, the last of them with a leak, until some minutes ago. */
async function fillHistory(folder: string): Promise<void> {
  const draw = uniformDraws(3);
  const endMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  const timesMs = Array.from(
    { length: (DAYS * DAY_MS) / MINUTE_MS },
    (_, at) => endMs - DAYS * DAY_MS + at * MINUTE_MS,
  );
  const values = timesMs.map((timeMs) => {
    const hour = (timeMs % DAY_MS) / HOUR_MS;
    const use = 8 + 22 * Math.exp(-((hour - 8) ** 2) / 6) + 16 * Math.exp(-((hour - 19) ** 2) / 8);
    return use * (1 + 0.06 * (draw() + draw() - 1)) + (timeMs > endMs - 9 * DAY_MS ? 12 : 0);
  });
  const store = await openDuckdbStore(folder);
  await store.append({ series: [seriesOf(SENSOR, timesMs, values)], watermarks: [], events: [] });
  await store.close();
}

async function found(folder: string): Promise<readonly StoredEvent[]> {
  const store = await openDuckdbStore(folder);
  const events = await store.events(0, 100_000);
  await store.close();
  return events.filter(
    ({ body }) => body.kind === "night" || body.kind === "verdict" || body.kind === "alarm",
  );
}

async function judgedBy(centre: CentreProcess): Promise<Judged> {
  const line = () =>
    centre
      .logged()
      .split("\n")
      .find((one) => one.includes('"history judged"'));
  await until("history is judged", () => line() !== undefined, DEADLINE_MS);
  return JSON.parse(line() ?? "");
}

async function alarmsAt({ address }: CentreProcess): Promise<unknown> {
  const { alarms } = (await (await fetch(`${address}/api/v1/alarms`)).json()) as {
    alarms: { id: string; state: string }[];
  };
  return alarms.map(({ id, state }) => ({ id, state }));
}

test("a centre that is killed goes on from what it kept, and without it from the beginning", {
  timeout: 180_000,
}, async () => {
  const folder = await temporaryFolder();
  const history = join(folder, "data", "history");
  const kept = join(folder, "data", "judged");
  const config = await writeCentreConfig(folder, "", SENSOR, {
    broker: { kind: "embedded", host: "127.0.0.1", port: 0 },
    logLevel: "info",
  });
  await mkdir(history, { recursive: true });
  await fillHistory(history);
  /** While all of history is judged several are kept on the way; the newest comes first. */
  const isKept = async () =>
    (await readdir(kept)).some(
      (name) => name.endsWith(".checkpoint") && Number.parseInt(name, 10) > Date.now() - HOUR_MS,
    );

  const first = await startCentreProcess(config);
  expect((await judgedBy(first)).checkpointMs).toBeNull();
  await until("the judgement is kept", isKept, DEADLINE_MS);
  const alarms = await alarmsAt(first);
  // What else is found hangs on the time of day at which the test runs.
  expect(alarms).toContainEqual(
    expect.objectContaining({ id: expect.stringMatching(/^district:north:(leak|burst):/) }),
  );
  await first.end("SIGKILL");
  const events = await found(history);

  const second = await startCentreProcess(config);
  const { checkpointMs } = await judgedBy(second);
  expect(Date.now() - (checkpointMs ?? 0)).toBeLessThan(HOUR_MS);
  expect(await alarmsAt(second)).toEqual(alarms);
  await second.end("SIGKILL");
  expect(await found(history)).toEqual(events);

  for (const name of await readdir(kept)) await writeFile(join(kept, name), "rubbish");
  await mkdir(join(kept, "1790000000000.checkpoint", "within"), { recursive: true });
  const third = await startCentreProcess(config);
  expect((await judgedBy(third)).checkpointMs).toBeNull();
  expect(await alarmsAt(third)).toEqual(alarms);
  expect(await third.end("SIGTERM")).toBe(0);
  expect(await found(history)).toEqual(events);

  const fourth = await startCentreProcess(config);
  expect((await judgedBy(fourth)).checkpointMs).not.toBeNull();
  await until(
    "nothing more is written",
    async () => !(await readdir(kept)).some((name) => name.endsWith(".draft")),
  );
  await rm(kept, { recursive: true, maxRetries: 5 });
  expect(await fourth.end("SIGTERM")).toBe(0);
  expect(await isKept(), "the folder is made again").toBe(true);

  await rm(kept, { recursive: true });
  const fifth = await startCentreProcess(config);
  expect((await judgedBy(fifth)).checkpointMs).toBeNull();
  expect(await alarmsAt(fifth)).toEqual(alarms);
  expect(await fifth.end("SIGTERM")).toBe(0);
  expect(await found(history)).toEqual(events);
});
