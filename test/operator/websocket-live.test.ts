import { request } from "node:http";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import { HEARTBEAT_MS, type ServerMessage } from "../../src/model/live.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { RULES, START_MS, verdict } from "../alarm/sample-verdicts.ts";
import { startCentre } from "./centre.ts";
import { listAfter, openPage } from "./live-page.ts";

const ALARM = "district:north:leak:2026-03-01T02:00:00.000Z";

describe("a page that opens", () => {
  test("gets a snapshot of districts, alarms, readings and sites, then every change", async () => {
    const centre = await startCentre({ demo: true });
    await centre.finds(verdict("leak"));
    await centre.reads([seriesOf("inlet", [START_MS, START_MS + 1], [4, 5])]);
    centre.service.onSite({
      site: "station-1",
      online: true,
      lastHeardMs: 1,
      oldestUnacknowledgedMs: null,
      version: null,
      agent: null,
      agentSaidMs: null,
    });
    const page = await openPage(centre.liveAddress);
    page.send({ type: "hello", version: 1 });
    const { cursor, snapshot } = await page.heard("snapshot");
    expect(cursor).toBe(2);
    expect(snapshot).toMatchObject({
      demo: true,
      utility: { id: "nakuru" },
      districts: [
        { district: "north", standing: [{ kind: "leak" }] },
        { district: "south", standing: [] },
      ],
      alarms: [{ id: ALARM, state: "unacknowledged", rationalisation: { kind: "leak" } }],
      latest: [{ sensor: "inlet", timeMs: START_MS + 1, value: 5 }],
      sites: [{ site: "station-1", online: true }],
    });

    await centre.finds(verdict("leak", { id: "south" }));
    const told = await page.heard("events", (message) => message.cursor === 4);
    expect(told.alarms).toMatchObject([{ id: ALARM.replace("north", "south") }]);
  });

  test("is told nothing before it says hello, and what is wrong with what it says", async () => {
    const centre = await startCentre();
    const page = await openPage(centre.liveAddress);
    await centre.finds(verdict("leak"));
    page.send({ type: "act", request: "1", action: { type: "acknowledge", alarm: ALARM } });
    page.socket.send("not json");
    page.socket.send(JSON.stringify({ type: "hello", version: 99 }));
    await page.heard("refused", (message) => message.message.includes("version"));
    expect(page.messages.map((one) => one.type === "refused" && one.code)).toEqual([
      "hello-first",
      "bad-message",
      "bad-message",
    ]);
    page.send({ type: "hello", version: 1 });
    await page.heard("snapshot");
  });

  test("resumes with its cursor, and gets a snapshot when the configuration has changed meanwhile", async () => {
    const centre = await startCentre();
    const first = await openPage(centre.liveAddress);
    first.send({ type: "hello", version: 1 });
    const { cursor, snapshot } = await first.heard("snapshot");
    const same = await openPage(centre.liveAddress);
    same.send({ type: "hello", version: 1, cursor, configuration: snapshot.configuration });
    await same.heard("readings");
    expect(same.messages.map(({ type }) => type)).not.toContain("snapshot");

    const renamed = await startCentre({ utility: { ...RULES.utility, name: "Renamed" } });
    const changed = await openPage(renamed.liveAddress);
    changed.send({ type: "hello", version: 1, cursor, configuration: snapshot.configuration });
    expect((await changed.heard("snapshot")).snapshot.configuration).not.toBe(snapshot.configuration);
  });

  test("hears the heart of a centre where nothing happens; one that answers no heart is let go", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let nowMs = START_MS;
    const centre = await startCentre({ clock: () => nowMs });
    const [awake, asleep] = [await openPage(centre.liveAddress), await openPage(centre.liveAddress)];
    for (const page of [awake, asleep]) page.send({ type: "hello", version: 1 });
    await asleep.heard("snapshot");
    asleep.socket.pause();
    nowMs += 3 * HEARTBEAT_MS;
    vi.advanceTimersByTime(HEARTBEAT_MS);
    expect(await awake.heard("heartbeat")).toMatchObject({ cursor: 0, nowMs });
    // An answer to this says that the centre has read the pong before it.
    awake.send({ type: "hello", version: 1 });
    await awake.heard("refused");
    nowMs += 1;
    vi.advanceTimersByTime(HEARTBEAT_MS);
    asleep.socket.resume();
    expect(await asleep.closed).toBe(1006);
    await awake.heard("heartbeat", (message) => message.nowMs === nowMs);
  });
});

describe("acting", () => {
  test("an acknowledgement is done, and every page sees it", async () => {
    const centre = await startCentre();
    await centre.finds(verdict("leak"));
    const [mine, other] = [await openPage(centre.liveAddress), await openPage(centre.liveAddress)];
    for (const page of [mine, other]) page.send({ type: "hello", version: 1 });
    await other.heard("snapshot");
    mine.send({ type: "act", request: "a", action: { type: "acknowledge", alarm: ALARM } });
    mine.send({ type: "act", request: "b", action: { type: "acknowledge", alarm: ALARM } });
    expect(await mine.heard("done")).toEqual({ type: "done", request: "a" });
    expect(await mine.heard("refused")).toMatchObject({ request: "b", code: "already-acknowledged" });
    const { alarms } = await other.heard("events");
    expect(alarms).toMatchObject([{ state: "acknowledged", acknowledgedBy: "amina" }]);
  });

  test("an action that cannot be recorded is refused with the reason", async () => {
    const centre = await startCentre({ act: () => Promise.reject(new Error("disk full")) });
    const page = await openPage(centre.liveAddress);
    page.send({ type: "hello", version: 1 });
    page.send({ type: "act", request: "a", action: { type: "acknowledge", alarm: ALARM } });
    const refused = await page.heard("refused");
    expect(refused).toMatchObject({ request: "a", code: "not-recorded" });
    expect(refused.message).toContain("disk full");
  });
});

test("readings come at most four times a second, only what changed", async () => {
  const centre = await startCentre();
  const page = await openPage(centre.liveAddress);
  page.send({ type: "hello", version: 1 });
  await page.heard("snapshot");
  const startedMs = performance.now();
  for (let i = 1; i <= 200; i += 1) await centre.reads([seriesOf("inlet", [START_MS + i], [i])]);
  await centre.reads([seriesOf("inlet", [START_MS], [0])]);
  await page.heard("readings", (message) => message.latest.some(({ value }) => value === 200));
  await centre.reads([seriesOf("outlet", [START_MS], [7])]);
  const last = await page.heard("readings", (message) => message.latest.some(({ value }) => value === 7));
  expect(last.latest).toEqual([{ sensor: "outlet", timeMs: START_MS, value: 7, status: 0 }]);
  const most = 2 + (performance.now() - startedMs) / 250;
  expect(page.messages.filter((one) => one.type === "readings").length).toBeLessThanOrEqual(most);
});

describe("resuming", () => {
  test("a page cut off at random a hundred times ends with the list of one that never was", async () => {
    const centre = await startCentre();
    const steady = await openPage(centre.liveAddress);
    steady.send({ type: "hello", version: 1 });
    await steady.heard("snapshot");
    const steps = fc.sample(
      fc.record({
        start: fc.nat(5),
        ended: fc.boolean(),
        acknowledge: fc.boolean(),
        cut: fc.nat(5).map((face) => face > 1),
        id: fc.constantFrom("north", "south"),
      }),
      { numRuns: 200, seed: 20260301 },
    );
    expect(steps.filter(({ cut }) => cut).length).toBeGreaterThanOrEqual(100);
    const kept: ServerMessage[] = [];
    let page = await openPage(centre.liveAddress);
    page.send({ type: "hello", version: 1 });
    await page.heard("snapshot");
    for (const [i, step] of steps.entries()) {
      const startMs = START_MS + step.start * DAY_MS;
      const decidedMs = startMs + i * HOUR_MS;
      const endMs = step.ended ? decidedMs : null;
      await centre.finds(verdict("leak", { id: step.id, startMs, decidedMs, endMs, flowM3h: i + 1 }));
      const [alarm] = [...listAfter(steady.messages).alarms.keys()];
      if (step.acknowledge && alarm) await centre.act({ type: "acknowledge", alarm }, "amina");
      if (!step.cut) continue;
      page.socket.terminate();
      await page.closed;
      kept.push(...page.messages);
      page = await openPage(centre.liveAddress);
      page.send({ type: "hello", version: 1, cursor: listAfter(kept).cursor });
    }
    const events = await centre.store.events(0, 10_000);
    const lastCursor = events.length;
    expect(lastCursor).toBeGreaterThan(steps.length);
    const atEnd = (message: { cursor: number }) => message.cursor === lastCursor;
    await Promise.all([steady.heard("events", atEnd), page.heard("events", atEnd)]);
    const resumed = listAfter([...kept, ...page.messages]);
    expect(resumed.alarms).toEqual(listAfter(steady.messages).alarms);
    expect(resumed.events).toEqual(events.map((event) => event.cursor));
  });

  test("a cursor of another history, or from too long ago, is answered with a snapshot", async () => {
    const centre = await startCentre();
    await centre.finds(verdict("leak"));
    const stranger = await openPage(centre.liveAddress);
    stranger.send({ type: "hello", version: 1, cursor: 5000 });
    expect(await stranger.heard("snapshot")).toMatchObject({ cursor: 2 });

    const comments = Array.from({ length: 10_001 }, (_, i) => ({
      timeMs: START_MS,
      actor: "station-1",
      body: {
        kind: "notice" as const,
        site: "station-1",
        notice: { timeMs: i, code: "overflow", figures: {} },
      },
    }));
    await centre.append(comments);
    const returning = await openPage(centre.liveAddress);
    returning.send({ type: "hello", version: 1, cursor: 2 });
    expect(await returning.heard("snapshot")).toMatchObject({ cursor: 10_003 });
  });

  test("a restarted centre shows the same, and a page resumes over the restart", async () => {
    const before = await startCentre();
    await before.finds(verdict("leak"));
    await before.act({ type: "comment", alarm: ALARM, text: "crew sent" }, "amina");
    const page = await openPage(before.liveAddress);
    page.send({ type: "hello", version: 1 });
    const { snapshot, cursor } = await page.heard("snapshot");
    await before.close();
    expect(await page.closed).toBe(1001);

    const after = await startCentre({ store: before.store });
    await after.act({ type: "acknowledge", alarm: ALARM }, "amina");
    const again = await openPage(after.liveAddress);
    again.send({ type: "hello", version: 1, cursor });
    const missed = await again.heard("events");
    expect(missed.events.map((event) => event.cursor)).toEqual([cursor + 1]);
    expect(missed.alarms).toMatchObject([
      {
        ...snapshot.alarms[0],
        state: "acknowledged",
        acknowledgedBy: "amina",
        acknowledgedMs: START_MS,
        acknowledgedAs: { kind: "leak", size: { estimate: 5 } },
      },
    ]);
  });
});

test("a page that stops reading is cut off, the others lose nothing, and it resumes", async () => {
  const centre = await startCentre();
  const stalled = await openPage(centre.liveAddress);
  stalled.send({ type: "hello", version: 1 });
  await stalled.heard("snapshot");
  stalled.socket.pause();
  const steady = await openPage(centre.liveAddress);
  steady.send({ type: "hello", version: 1 });
  await steady.heard("snapshot");

  const note = "x".repeat(100_000);
  for (let i = 0; i < 150; i += 1) {
    const notice = { timeMs: START_MS, code: "overflow", figures: { note, i } };
    await centre.append([
      { timeMs: START_MS, actor: "station-1", body: { kind: "notice", site: "station-1", notice } },
    ]);
    // The one that reads is given time to; the stalled one gets the same.
    await steady.heard("events", (message) => message.cursor === i + 1);
  }
  stalled.socket.resume();
  await stalled.closed;
  const { cursor, events } = listAfter(stalled.messages);
  expect(events.length).toBeLessThan(150);

  const back = await openPage(centre.liveAddress);
  back.send({ type: "hello", version: 1, cursor });
  await back.heard("events", (message) => message.cursor === 150);
  expect([...events, ...listAfter(back.messages).events]).toEqual(
    Array.from({ length: 150 }, (_, i) => i + 1),
  );
});

describe("who may connect", () => {
  const statusOf = (address: string, headers: Record<string, string>) =>
    new Promise((resolve, reject) => {
      const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
      const key = { "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
      const asked = request(address, { headers: { ...upgrade, ...key, ...headers } });
      asked.on("response", (response) => resolve(response.statusCode));
      asked.on("upgrade", (response, socket) => {
        socket.destroy();
        resolve(response.statusCode);
      });
      asked.on("error", reject).end();
    });

  test("our own page and programs; no page of another site, and no other path", async () => {
    const { address } = await startCentre();
    const live = `${address}/api/v1/live`;
    expect(await statusOf(live, {})).toBe(101);
    expect(await statusOf(live, { origin: address })).toBe(101);
    expect(await statusOf(live, { origin: "http://evil.example" })).toBe(403);
    expect(await statusOf(live, { origin: "null" })).toBe(403);
    expect(await statusOf(`${address}/api/v1/other`, {})).toBe(404);
    expect(await statusOf(`${address}//`, {})).toBe(404);
  });

  test("a message over 16 kB ends the connection", async () => {
    const centre = await startCentre();
    const page = await openPage(centre.liveAddress);
    page.socket.send("x".repeat(17_000));
    expect(await page.closed).toBe(1009);
  });
});
