/** What people enter: kept over a restart, followed at once, refused with the place of what is wrong. */
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import type { HandReading } from "../../src/model/entry.ts";
import type { Report } from "../../src/model/report.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { START_MS, verdict } from "../alarm/sample-verdicts.ts";
import { type CentreOptions, startCentre } from "./centre.ts";

/** Half past five on 15 April 2026 in Nairobi. */
const APRIL_MS = Date.UTC(2026, 3, 15, 2, 30);

async function centreWith(options: CentreOptions = {}) {
  const centre = await startCentre({ clock: () => APRIL_MS, ...options });
  const ask = async <T = Record<string, unknown>>(path: string, method = "GET", body?: object) => {
    const answer = await fetch(centre.address + path, {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    return { status: answer.status, said: (await answer.json()) as T & { code: string; message: string } };
  };
  return { ...centre, ask };
}

/** March at a steady flow, hour by hour, as the inlet of the north measured it. */
const march = (flowM3h: number) => {
  const fromMs = Date.UTC(2026, 1, 28, 21);
  const times = Array.from({ length: 31 * 24 }, (_, hour) => fromMs + hour * HOUR_MS);
  return seriesOf(
    "inlet",
    times,
    times.map(() => flowM3h),
  );
};

describe("volumes of the balance", () => {
  const billed = {
    district: "north",
    month: "2026-03",
    line: "billedMetered",
    volumeM3: 5_000,
    marginPercent: 2,
  };

  test("an entry is in the next report, also after a restart; a later one replaces it", async () => {
    const store = createMemoryStore();
    const centre = await centreWith({ store });
    await centre.reads([march(10)]);
    expect((await centre.ask("/api/v1/volumes", "POST", billed)).status).toBe(201);
    await centre.ask("/api/v1/volumes", "POST", { ...billed, volumeM3: 6_000, source: "billing system" });
    await centre.close();

    const again = await centreWith({ store });
    const { said } = await again.ask<Report>("/api/v1/reports/month?of=2026-03");
    const [north] = said.districts;
    expect(north?.balance.lines.billedMetered).toMatchObject({
      volumeM3: 6_000,
      marginM3: 120,
      from: "entered",
    });
    expect(north?.balance.lines.systemInput.volumeM3).toBeCloseTo(7_440, 6);
    const kept = await again.ask<{ volumes: object[] }>("/api/v1/volumes");
    expect(kept.said.volumes).toEqual([
      { ...billed, volumeM3: 6_000, source: "billing system", by: "amina", enteredMs: APRIL_MS },
    ]);
  });

  test("what is wrong is named, and nothing is entered", async () => {
    const { ask } = await centreWith();
    const refused = async (change: object) => {
      const { status, said } = await ask("/api/v1/volumes", "POST", { ...billed, ...change });
      return [status, said.message];
    };
    expect(await refused({ volumeM3: -1 })).toEqual([400, expect.stringContaining("volumeM3: ")]);
    expect(await refused({ month: "2026-13" })).toEqual([400, "month: must be a month such as 2026-03"]);
    expect(await refused({ line: "systemInput" })).toEqual([400, expect.stringContaining("line: ")]);
    expect(await refused({ district: "nowhere" })).toEqual([404, 'There is no district "nowhere".']);
    expect((await ask<{ volumes: object[] }>("/api/v1/volumes")).said.volumes).toEqual([]);
  });
});

describe("reports", () => {
  test("as CSV: a figure a row, with unit, margin and where it comes from", async () => {
    const centre = await centreWith();
    await centre.reads([march(10)]);
    const answer = await fetch(`${centre.address}/api/v1/reports/month?of=2026-03&format=csv`);
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="report-2026-03.csv"');
    const rows = (await answer.text()).split("\r\n");
    expect(rows[0]).toBe("period,area,days,section,figure,value,margin95,unit,from");
    expect(rows).toContain("2026-03,north,31,balance,systemInput,7440,148.8,m3,measured");
    expect(rows).toContain("2026-03,north,31,balance,billedMetered,,,m3,unknown");
  });

  test("of a month that has not begun, a district that is not there, a kind that is none", async () => {
    const { ask } = await centreWith();
    const codeOf = async (path: string) => (await ask(path)).said.code;
    expect(await codeOf("/api/v1/reports/month?of=2026-05")).toBe("not-begun");
    expect(await codeOf("/api/v1/reports/month?of=2026")).toBe("bad-request");
    expect(await codeOf("/api/v1/reports/month?of=2026-03&district=nowhere")).toBe("unknown-district");
    expect(await codeOf("/api/v1/reports/week")).toBe("bad-request");
    expect((await ask<Report>("/api/v1/reports/month")).said.period.name).toBe("2026-03");
  });
});

describe("partners", () => {
  test("an exchange file made here is imported, shown after a restart, and removed", async () => {
    const store = createMemoryStore();
    const centre = await centreWith({ store });
    await centre.reads([march(10)]);
    const { said: file } = await centre.ask(
      "/api/v1/exchange/month?of=2026-03&utility=Lake%20town&country=KE",
    );
    expect(JSON.stringify(file)).not.toContain("north");
    expect((await centre.ask("/api/v1/partners", "POST", { name: "Neighbour", file })).status).toBe(201);
    await centre.close();

    const again = await centreWith({ store });
    type Partners = { partners: { id: string; name: string; file: object }[] };
    const { said } = await again.ask<Partners>("/api/v1/partners");
    expect(said.partners).toMatchObject([{ name: "Neighbour", file }]);
    await again.ask(`/api/v1/partners/${said.partners[0]?.id}`, "DELETE");
    expect((await again.ask<Partners>("/api/v1/partners")).said.partners).toEqual([]);
    expect((await again.ask("/api/v1/partners/gone", "DELETE")).said.code).toBe("unknown-partner");
  });

  test("a file that is none is refused with every place that is wrong", async () => {
    const { ask } = await centreWith();
    const { status, said } = await ask("/api/v1/partners", "POST", {
      name: "X",
      file: { format: "csv", areas: [] },
    });
    expect(status).toBe(400);
    expect(said.message).toMatch(/file\.format: .*; file\.version: .*file\.areas: /);
  });
});

describe("planned works", () => {
  const works = {
    districts: ["north"],
    fromMs: APRIL_MS - HOUR_MS,
    toMs: APRIL_MS + HOUR_MS,
    reason: "Flushing",
  };

  test("entered on the page they suppress what is raised while they last; cancelled, no more", async () => {
    const centre = await centreWith();
    const { said } = await centre.ask<{ id: string }>("/api/v1/works", "POST", works);
    await centre.finds(verdict("leak", { startMs: APRIL_MS - HOUR_MS, decidedMs: APRIL_MS }));
    const suppressed = async () => {
      const { said } = await centre.ask<{ alarms: { suppressed: { reason: string } | null }[] }>(
        "/api/v1/alarms",
      );
      return said.alarms[0]?.suppressed?.reason ?? null;
    };
    expect(await suppressed()).toBe("Planned works until 2026-04-15 03:30 UTC: Flushing");
    await centre.ask(`/api/v1/works/${said.id}`, "DELETE");
    expect(await suppressed()).toBeNull();
    expect((await centre.ask<{ works: object[] }>("/api/v1/works")).said.works).toEqual([]);
  });

  test("works that end before they begin are refused", async () => {
    const { ask } = await centreWith();
    const { said } = await ask("/api/v1/works", "POST", { ...works, toMs: works.fromMs });
    expect(said.message).toBe("toMs: must be later than fromMs");
  });
});

describe("readings by hand", () => {
  type Answer = { reading: HandReading; storedAsSample: boolean };
  const value = { sensor: "inlet", kind: "value", value: 12, unit: "L/s" };
  /** A month of hours between 40 and 50 m3/h, up to now. */
  const usual = () => {
    const times = Array.from({ length: 30 * 24 }, (_, hour) => APRIL_MS - (hour + 1) * HOUR_MS).reverse();
    return seriesOf(
      "inlet",
      times,
      times.map((_, hour) => 40 + (hour % 11)),
    );
  };

  test("a value is stored in the unit inside like any sample, and kept with the name of who read", async () => {
    const centre = await centreWith();
    const { status, said } = await centre.ask<Answer>("/api/v1/hand-readings", "POST", value);
    expect([status, said.storedAsSample]).toEqual([201, true]);
    const stored = await centre.store.read("inlet", { fromMs: 0, toMs: APRIL_MS + 1 });
    expect([stored.timesMs[0], stored.values[0]]).toEqual([APRIL_MS, 43.2]);
    const { said: kept } = await centre.ask<{ readings: object[] }>("/api/v1/hand-readings?sensor=inlet");
    expect(kept.readings).toMatchObject([{ value: 43.2, by: "amina", kind: "value" }]);
  });

  test("an unlikely one is asked for again, and then believed", async () => {
    const centre = await centreWith();
    await centre.reads([usual()]);
    const wrong = { ...value, value: 432, unit: "m3/h" };
    const { status, said } = await centre.ask("/api/v1/hand-readings", "POST", wrong);
    expect([status, said.code]).toEqual([409, "unlikely-reading"]);
    expect(said.message).toContain("This makes 432 m3/h; in the last thirty days it was 40 to 50 m3/h.");
    expect((await centre.ask("/api/v1/hand-readings", "POST", { ...wrong, confirmed: true })).status).toBe(
      201,
    );
  });

  test("a register that only people read gives the mean flow between two readings", async () => {
    const centre = await centreWith();
    const counter = { sensor: "inlet", kind: "counter" };
    const first = { ...counter, value: 1_000, timeMs: APRIL_MS - 10 * HOUR_MS };
    expect((await centre.ask<Answer>("/api/v1/hand-readings", "POST", first)).said.storedAsSample).toBe(
      false,
    );
    const { said } = await centre.ask<Answer>("/api/v1/hand-readings", "POST", { ...counter, value: 1_150 });
    expect(said.storedAsSample).toBe(true);
    expect(said.reading.since).toEqual({
      fromMs: APRIL_MS - 10 * HOUR_MS,
      volumeM3: 150,
      flowM3h: 15,
      measuredM3: null,
    });
    const stored = await centre.store.read("inlet", { fromMs: 0, toMs: APRIL_MS + 1 });
    expect([...stored.values]).toEqual([15]);

    const lower = await centre.ask("/api/v1/hand-readings", "POST", {
      ...counter,
      value: 20,
      timeMs: APRIL_MS + 1,
    });
    expect([lower.status, lower.said.code]).toEqual([409, "counter-decreased"]);
    const exchanged = { ...counter, value: 20, timeMs: APRIL_MS + 1, exchanged: true };
    expect((await centre.ask("/api/v1/hand-readings", "POST", exchanged)).status).toBe(201);
  });

  test("beside a meter that sends, the register is compared with it and changes nothing in history", async () => {
    const centre = await centreWith();
    await centre.reads([usual()]);
    const counter = { sensor: "inlet", kind: "counter" };
    await centre.ask("/api/v1/hand-readings", "POST", {
      ...counter,
      value: 0,
      timeMs: APRIL_MS - 11 * HOUR_MS,
    });
    // Eleven hours at 40 to 50 m3/h are 495 m3; the register says 5 % more.
    const { said } = await centre.ask<Answer>("/api/v1/hand-readings", "POST", { ...counter, value: 520 });
    expect(said.storedAsSample).toBe(false);
    expect(said.reading.since?.measuredM3).toBeCloseTo(495, 6);
    const stored = await centre.store.read("inlet", { fromMs: 0, toMs: APRIL_MS + 1 });
    expect(stored.values).toHaveLength(30 * 24);
  });

  test("what cannot be is refused: another quantity's unit, the future, an unknown sensor", async () => {
    const { ask } = await centreWith();
    const message = async (change: object) =>
      (await ask("/api/v1/hand-readings", "POST", { ...value, ...change })).said.message;
    expect(await message({ unit: "bar" })).toMatch(/^unit: "bar" is not one of flow: m3\/h, /);
    expect(await message({ timeMs: APRIL_MS + DAY_MS })).toBe("timeMs: lies in the future");
    expect(await message({ sensor: "gone" })).toBe('There is no sensor "gone".');
  });
});

test("agents' notices are told, the newest first", async () => {
  const { append, ask } = await centreWith();
  const notice = (code: string, timeMs: number) => ({
    timeMs,
    actor: "station-1",
    body: { kind: "notice", site: "station-1", notice: { timeMs, code, figures: { samples: 3 } } } as const,
  });
  await append([notice("samples-dropped", START_MS), notice("source-lost", START_MS + 1)]);
  const { said } = await ask<{ notices: { code: string }[] }>("/api/v1/notices");
  expect(said.notices.map(({ code }) => code)).toEqual(["source-lost", "samples-dropped"]);
  expect((await ask<{ notices: object[] }>("/api/v1/notices?site=elsewhere")).said.notices).toEqual([]);
});
