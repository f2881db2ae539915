/** No alarm is stored whose message is lost: a process is killed at every step between an alarm and the letter that tells of it. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { type HttpReceiver, startHttpReceiver } from "../notify/http-receiver.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import type { Moment, TellingOrder } from "./telling-process.ts";

const script = fileURLToPath(new URL("telling-process.ts", import.meta.url));

/** Each moment early, while little is known, and again later. */
const MOMENTS: readonly Moment[] = [
  "verdict stored",
  "alarm stored",
  "letters due",
  "letters committed",
  "letter delivered",
];
const DEATHS = [1, 3].flatMap((time) => MOMENTS.map((at) => ({ at, time })));
const PER_LIFE = 4;

/** Resolves with the signal that ended it, or null. */
async function live(order: TellingOrder): Promise<string | null> {
  const child = fork(script, [JSON.stringify(order)]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [code, signal] = await once(child, "exit");
  if (signal === null) expect(code).toBe(0);
  return signal;
}

function told(receiver: HttpReceiver) {
  const bodies = receiver.received.map(({ body }) => JSON.parse(body));
  return {
    alarms: bodies.flatMap(
      ({ alerts }) => alerts?.map((alert: { fingerprint: string }) => alert.fingerprint) ?? [],
    ),
    events: bodies.flatMap(({ specversion, id }) => (specversion ? [Number(id)] : [])),
  };
}

test("an alarm whose process is killed at any step is told by the next one", {
  timeout: 120_000,
}, async () => {
  const folder = await temporaryFolder();
  const receiver = await startHttpReceiver();
  const order = (alarms: number, death: TellingOrder["death"]) => ({
    folder,
    url: receiver.url,
    alarms,
    death,
  });
  let alarms = 0;
  for (const death of DEATHS) {
    alarms += PER_LIFE;
    expect(await live(order(alarms, death)), JSON.stringify(death)).toBe("SIGKILL");
  }
  alarms += PER_LIFE;
  expect(await live(order(alarms, null))).toBeNull();

  const store = await openDuckdbStore(join(folder, "history"));
  const events = (await store.events(0, 100_000)).filter(({ body }) => body.kind === "alarm");
  await store.close();
  const raised = new Set(events.flatMap(({ body }) => (body.kind === "alarm" ? [body.alarm] : [])));
  expect(raised.size).toBe(alarms);
  expect(new Set(told(receiver).alarms)).toEqual(raised);
  expect(new Set(told(receiver).events)).toEqual(new Set(events.map(({ cursor }) => cursor)));
  // Twice is what at least once may cost, and only for a letter that was on its way.
  const twice = told(receiver).events.length - events.length;
  expect(twice).toBeLessThanOrEqual(DEATHS.length);
});
