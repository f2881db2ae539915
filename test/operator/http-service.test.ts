import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import type { Night } from "../../src/model/night.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { RULES, START_MS, verdict } from "../alarm/sample-verdicts.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startCentre } from "./centre.ts";

const ALARM = "district:north:leak:2026-03-01T02:00:00.000Z";
const alarmPath = (id: string) => `/api/v1/alarms/${encodeURIComponent(id)}`;

async function centreWith(...options: Parameters<typeof startCentre>) {
  const centre = await startCentre(...options);
  return {
    ...centre,
    async get(path: string) {
      const answer = await fetch(centre.address + path);
      return { status: answer.status, body: JSON.parse(await answer.text()) };
    },
    async post(path: string, body: unknown, headers: Record<string, string> = {}) {
      const answer = await fetch(centre.address + path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      return { status: answer.status, body: JSON.parse(await answer.text()) };
    },
  };
}

function night(date: string, minimumNightFlowM3h: number | null): Night {
  const windowStartMs = Date.parse(`${date}T00:00:00+03:00`) + 2 * HOUR_MS;
  const flows = { minimumNightFlowM3h: minimumNightFlowM3h ?? 0 };
  return {
    district: "north",
    date,
    windowStartMs,
    windowEndMs: windowStartMs + 2 * HOUR_MS,
    completeness: 1,
    outcome:
      minimumNightFlowM3h === null
        ? { kind: "not-assessable", because: [{ code: "meter-silent", figures: { sensor: "inlet" } }] }
        : {
            kind: "assessed",
            flows: {
              ...flows,
              rollingMinimumM3h: null,
              rollingMinimumStartMs: null,
              legitimateNightUseM3h: 4.5,
              backgroundLeakageM3h: 2.84,
              netNightFlowM3h: 9.9,
              excessNightFlowM3h: 7.06,
              equivalentServicePipeBursts: 4.4,
              pressureM: 50,
              pressureSource: "assumed",
            },
          },
  };
}

describe("alarms", () => {
  test("a list, newest first, and one by its id, explained and counted up", async () => {
    const centre = await centreWith();
    await centre.finds(verdict("leak", { flowM3h: 5, decidedMs: START_MS + 2 * HOUR_MS }));
    await centre.reads([seriesOf("inlet", [START_MS + 48 * HOUR_MS], [12])]);
    await centre.finds(verdict("sensor-stuck", { flowM3h: null, id: "outlet" }));
    const list = await centre.get("/api/v1/alarms");
    expect(list).toMatchObject({ status: 200, body: { cursor: 4, total: 2 } });
    expect((await centre.get("/api/v1/alarms?limit=1")).body.alarms).toHaveLength(1);

    const { body } = await centre.get(alarmPath(ALARM));
    expect(body).toMatchObject({
      rationalisation: { response: "response to leak" },
      lostM3: 5 * 48,
      lostMoney: 5 * 48 * 0.5,
      moneyPerDay: 5 * 24 * 0.5,
    });
    expect(body.explanation[0]).toBe("Water leaks in the district: 5 m3/h, between 4 and 6.");
    const stuck = list.body.alarms.find((one: { id: string }) => one.id.startsWith("sensor:outlet"));
    expect(stuck).toMatchObject({ lostM3: null, lostMoney: null, moneyPerDay: null });
  });

  test("what is over costs nothing more, and is left out of what stands", async () => {
    const centre = await centreWith();
    await centre.finds(verdict("leak", { flowM3h: 5 }));
    await centre.act({ type: "acknowledge", alarm: ALARM }, "amina");
    await centre.finds(verdict("leak", { flowM3h: 5, endMs: START_MS + 10 * HOUR_MS }));
    await centre.reads([seriesOf("inlet", [START_MS + 48 * HOUR_MS], [12])]);
    expect((await centre.get(alarmPath(ALARM))).body).toMatchObject({
      state: "normal",
      lostM3: 50,
      moneyPerDay: 0,
    });
    expect((await centre.get("/api/v1/alarms?state=standing")).body).toMatchObject({ total: 0, alarms: [] });
  });

  test("an action is done, recorded with its actor, and answered with its event", async () => {
    const centre = await centreWith();
    await centre.finds(verdict("leak"));
    const done = await centre.post(`${alarmPath(ALARM)}/actions`, { type: "acknowledge", alarm: ALARM });
    expect(done).toMatchObject({ status: 200, body: { events: [{ cursor: 3, actor: "amina" }] } });
    expect((await centre.get(alarmPath(ALARM))).body).toMatchObject({ acknowledgedBy: "amina" });
  });

  test("an action that is not possible, not ours or not one is refused with the reason", async () => {
    const centre = await centreWith();
    await centre.finds(verdict("leak"));
    const path = `${alarmPath(ALARM)}/actions`;
    const shelve = { type: "shelve", alarm: ALARM, reason: "r", untilMs: 1 };
    expect(await centre.post(path, shelve)).toMatchObject({
      status: 409,
      body: { code: "shelf-in-the-past" },
    });
    const unknown = { type: "acknowledge", alarm: "nobody" };
    expect(await centre.post(`${alarmPath("nobody")}/actions`, unknown)).toMatchObject({
      status: 404,
      body: { code: "unknown-alarm" },
    });
    expect(await centre.post(path, unknown)).toMatchObject({ status: 400, body: { code: "alarm-mismatch" } });
    const typeless = await centre.post(path, { ...shelve, reason: "" });
    expect(typeless).toMatchObject({ status: 400, body: { code: "bad-request" } });
    expect(typeless.body.message).toContain("reason");
    const foreign = await centre.post(
      path,
      { type: "acknowledge", alarm: ALARM },
      { origin: "http://evil.example" },
    );
    expect(foreign).toMatchObject({ status: 403, body: { code: "other-site" } });
    expect((await centre.get(alarmPath(ALARM))).body).toMatchObject({ state: "unacknowledged" });
  });
});

test("work orders, with what the leak has cost and how long awareness, location and repair took", async () => {
  let nowMs = START_MS + 12 * HOUR_MS;
  const centre = await centreWith({ clock: () => nowMs });
  await centre.finds(verdict("leak", { flowM3h: 5 }));
  const act = (action: object) => centre.post(`${alarmPath(ALARM)}/actions`, { alarm: ALARM, ...action });
  await act({ type: "open-work", crew: "crew 2", dueMs: nowMs + DAY_MS });
  nowMs += 5 * HOUR_MS;
  await act({ type: "report-location", finding: { where: "main" } });
  nowMs += 2 * HOUR_MS;
  const { body } = await centre.get("/api/v1/work-orders");
  expect(body).toMatchObject({
    total: 1,
    workOrders: [
      {
        alarm: ALARM,
        crew: "crew 2",
        awarenessMs: 12 * HOUR_MS,
        locationMs: 5 * HOUR_MS,
        repairMs: null,
        lostM3: 10,
      },
    ],
  });
  await act({ type: "report-repair", finding: { where: "main" } });
  await act({ type: "close-work", reason: "done" });
  expect((await centre.get("/api/v1/work-orders")).body.total).toBe(0);
  const all = await centre.get("/api/v1/work-orders?state=all");
  expect(all.body.workOrders).toMatchObject([{ repairMs: 2 * HOUR_MS, closed: { reason: "done" } }]);
  const odd = await act({ type: "report-repair", finding: { where: "moon" } });
  expect(odd).toMatchObject({ status: 400 });
});

describe("the measures of the alarm system", () => {
  test("of the last thirty days, for each operating position or one of them", async () => {
    const centre = await centreWith({ clock: () => START_MS });
    await centre.finds(verdict("leak", { startMs: START_MS - DAY_MS }));
    const later = await centreWith({ store: centre.store, clock: () => START_MS + DAY_MS });
    const { body } = await later.get("/api/v1/alarms/kpi");
    expect(body.positions).toMatchObject([
      { position: "north-desk", toMs: START_MS + DAY_MS, fromMs: START_MS - 29 * DAY_MS, annunciations: 1 },
      { position: "south-desk", annunciations: 0 },
    ]);
    const one = await later.get("/api/v1/alarms/kpi?position=south-desk&from=2026-03-01T00:00:00Z");
    expect(one.body.positions).toMatchObject([{ position: "south-desk" }]);
  });

  test.each([
    ["position=nobody", 404],
    ["from=2030-01-01T00:00:00Z", 400],
    ["from=2020-01-01T00:00:00Z", 400],
    ["from=yesterday", 400],
  ])("%s is refused with %i", async (query, status) => {
    const centre = await centreWith();
    expect((await centre.get(`/api/v1/alarms/kpi?${query}`)).status).toBe(status);
  });
});

describe("districts", () => {
  test("with last night, trend and what is wrong with their meters", async () => {
    const centre = await centreWith();
    const nights = [night("2026-02-28", 9), night("2026-03-01", 14), night("2026-02-28", null)];
    await centre.append(
      nights.map((one) => ({
        timeMs: START_MS,
        actor: "nightflow",
        body: { kind: "night", revision: 0, night: one },
      })),
    );
    await centre.finds(verdict("meter-drift"));
    await centre.finds(verdict("sensor-stuck", { id: "inlet", flowM3h: null }));
    const { body } = await centre.get("/api/v1/districts");
    expect(body.districts[0]).toMatchObject({
      district: "north",
      lastNight: { date: "2026-03-01" },
      trend: [
        { date: "2026-02-28", minimumNightFlowM3h: null },
        { date: "2026-03-01", minimumNightFlowM3h: 14 },
      ],
      standing: [{ kind: "meter-drift" }, { kind: "sensor-stuck" }],
    });
    expect(body.districts[1]).toMatchObject({ district: "south", lastNight: null, trend: [], standing: [] });

    await centre.finds(verdict("sensor-stuck", { id: "inlet", flowM3h: null, endMs: START_MS + DAY_MS }));
    const later = await centre.get("/api/v1/districts");
    expect(later.body.districts[0].standing).toMatchObject([{ kind: "meter-drift" }]);
  });

  test("nights of a range, the newest when there are too many", async () => {
    const centre = await centreWith();
    await centre.append(
      ["2026-02-27", "2026-02-28", "2026-03-01"].map((date) => ({
        timeMs: START_MS,
        actor: "nightflow",
        body: { kind: "night", revision: 0, night: night(date, 9) },
      })),
    );
    const datesOf = async (query: string) => {
      const { body } = await centre.get(`/api/v1/districts/north/nights${query}`);
      return body.nights.map((one: Night) => one.date);
    };
    expect(await datesOf("")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect(await datesOf("?from=2026-02-28&to=2026-02-28")).toEqual(["2026-02-28"]);
    expect(await datesOf("?limit=1")).toEqual(["2026-03-01"]);
    expect(await centre.get("/api/v1/districts/nowhere/nights")).toMatchObject({
      status: 404,
      body: { code: "unknown-district" },
    });
  });
});

test("events after a cursor, a page at a time", async () => {
  const centre = await centreWith();
  await centre.finds(verdict("leak"));
  await centre.act({ type: "acknowledge", alarm: ALARM }, "amina");
  const first = await centre.get("/api/v1/events?limit=2");
  expect(first.body).toMatchObject({ cursor: 2, events: [{ cursor: 1 }, { cursor: 2 }] });
  expect((await centre.get("/api/v1/events?after=2")).body).toMatchObject({
    cursor: 3,
    events: [{ cursor: 3 }],
  });
  expect((await centre.get("/api/v1/events?after=3")).body).toEqual({ cursor: 3, events: [] });
  expect((await centre.get("/api/v1/events?after=-1")).body.message).toContain("after");
});

test("commits told out of order are shown in order", async () => {
  const centre = await centreWith();
  await centre.finds(verdict("leak"));
  const comment = (cursor: number, text: string) => ({
    cursor,
    timeMs: START_MS,
    actor: "amina",
    body: { kind: "alarm" as const, alarm: ALARM, change: { type: "commented" as const, text } },
  });
  centre.service.onEvents([comment(4, "second")]);
  expect((await centre.get("/healthz")).body).toEqual({ status: "ok", cursor: 2 });
  centre.service.onEvents([comment(3, "first"), comment(4, "second")]);
  const { body } = await centre.get(alarmPath(ALARM));
  expect(body.comments.map((one: { text: string }) => one.text)).toEqual(["first", "second"]);
});

test("an action shows at once, though nobody told the service of its event", async () => {
  const centre = await centreWith({
    async act() {
      const acknowledged = {
        kind: "alarm" as const,
        alarm: ALARM,
        change: { type: "acknowledged" as const },
      };
      const event = { timeMs: START_MS, actor: "amina", body: acknowledged };
      return centre.store.append({ series: [], watermarks: [], events: [event] });
    },
  });
  await centre.finds(verdict("leak"));
  await centre.post(`${alarmPath(ALARM)}/actions`, { type: "acknowledge", alarm: ALARM });
  expect((await centre.get(alarmPath(ALARM))).body).toMatchObject({ state: "acknowledged" });
});

describe("every answer", () => {
  test("carries strict headers, errors too", async () => {
    const centre = await startCentre();
    for (const path of ["/", "/api/v1/alarms", "/nowhere"]) {
      const { headers } = await fetch(centre.address + path);
      expect(headers.get("content-security-policy")).toContain("default-src 'self'");
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("lets the page load tiles from the server that was configured, and from no other", async () => {
    const url = "https://{s}.tiles.example/{z}/{x}/{y}.png";
    const utility = { ...RULES.utility, map: { url, attribution: "A map" } };
    const { address } = await startCentre({ utility });
    const policy = (await fetch(`${address}/`)).headers.get("content-security-policy");
    expect(policy).toContain("img-src 'self' data: https://*.tiles.example;");
  });

  test("that is an error says what was wrong", async () => {
    const centre = await centreWith();
    expect(await centre.get("/nowhere")).toEqual({
      status: 404,
      body: { code: "not-found", message: "There is no GET /nowhere." },
    });
    const path = `${alarmPath(ALARM)}/actions`;
    expect(await centre.post(path, "{")).toMatchObject({ status: 400 });
    expect(await centre.post(path, JSON.stringify("x".repeat(20_000)))).toMatchObject({
      status: 413,
      body: { code: "body-too-large" },
    });
    expect(await centre.post(path, "a=b", { "content-type": "text/plain" })).toMatchObject({ status: 415 });
  });

  test("that failed inside tells no more than that", async () => {
    const centre = await centreWith({ act: () => Promise.reject(new Error("disk secret")) });
    const failed = await centre.post(`${alarmPath(ALARM)}/actions`, { type: "acknowledge", alarm: ALARM });
    expect(failed).toMatchObject({ status: 500, body: { code: "failed" } });
    expect(failed.body.message).not.toContain("secret");
  });
});

/** fetch would tidy the path before sending it. */
function rawStatus(address: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("error", reject).end();
  });
}

describe("the page", () => {
  test("is served from its folder, and nothing beside it", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "page"));
    await writeFile(join(folder, "page", "index.html"), "<title>Nightflow</title>");
    await writeFile(join(folder, "secret.txt"), "secret");
    const { address } = await startCentre({ pageFolder: join(folder, "page") });
    expect(await (await fetch(`${address}/`)).text()).toContain("Nightflow");
    for (const path of ["/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/..\\secret.txt"])
      expect(await rawStatus(address, path)).toBeGreaterThanOrEqual(400);
    expect(await rawStatus(address, "/index.html")).toBe(200);
    // A place within the page is the page; what is not there below /api and /assets is not.
    expect(await (await fetch(`${address}/alarms/a%3Ab`)).text()).toContain("Night");
    for (const path of ["/api/v1/none", "/assets/none.js"]) expect(await rawStatus(address, path)).toBe(404);
  });

  test("that was not built is said so", async () => {
    const { address } = await startCentre();
    const answer = await fetch(`${address}/`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("npm run build:page");
  });
});

test("a taken port is named with the setting that moves it", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  try {
    await expect(startCentre({ port })).rejects.toMatchObject({
      code: "port-taken",
      message: expect.stringMatching(new RegExp(`port ${port} .*http\\.port in server\\.yaml`)),
    });
  } finally {
    other.close();
  }
});
