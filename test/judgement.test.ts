/** Judgement kept in step with history: late data, restarts and failing disks, on the real judge and a store in memory. */
import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import { createJudgement, type Judgement } from "../src/judgement.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../src/model/detection-parameters.ts";
import type { StoredEvent } from "../src/model/event.ts";
import type { HistoryStore } from "../src/model/history-store.ts";
import type { Night } from "../src/model/night.ts";
import { type Series, seriesOf } from "../src/model/sample.ts";
import type { Utility } from "../src/model/utility.ts";
import { createMemoryStore } from "../src/store/memory-store.ts";
import { district } from "./detect/synthetic-district.ts";

const START_MS = Date.UTC(2026, 2, 1, 12);
const STEP_MS = 15 * MINUTE_MS;

const UTILITY: Utility = {
  id: "town",
  name: "Town",
  currency: "KES",
  sensors: ["inlet", "outlet"].map((id) => ({
    id,
    name: id,
    site: "north",
    quantity: "flow",
    intervalMs: STEP_MS,
  })),
  districts: [
    district(
      "north",
      [
        { sensor: "inlet", sign: 1 },
        { sensor: "outlet", sign: -1 },
      ],
      "Africa/Nairobi",
    ),
  ],
};

/** A steady flow that trembles by the time of day, so that no sensor looks stuck. */
function flow(sensor: string, fromMs: number, toMs: number, meanM3h: number): Series {
  const times: number[] = [];
  for (let timeMs = fromMs; timeMs < toMs; timeMs += STEP_MS) times.push(timeMs);
  return seriesOf(
    sensor,
    times,
    times.map((timeMs) => meanM3h + Math.sin(timeMs / HOUR_MS) + ((timeMs / STEP_MS) % 7) / 10),
  );
}

let store: HistoryStore;
let told: StoredEvent[];
let nowMs: number;

beforeEach(() => {
  store = createMemoryStore();
  told = [];
  nowMs = START_MS + 3 * DAY_MS;
});

function judgementOn(history: HistoryStore, utility = UTILITY): Judgement {
  return createJudgement({
    utility,
    parameters: DEFAULT_DETECTION,
    store: history,
    checkpointing: null,
    clock: () => nowMs,
    log: pino({ level: "silent" }),
    async onFindings(events) {
      told.push(...events);
    },
  });
}

async function commit(judgement: Judgement, ...series: Series[]): Promise<void> {
  await store.append({ series, watermarks: [], events: [] });
  await judgement.take(series);
}

function nightsTold(): { date: string; revision: number; kind: Night["outcome"]["kind"] }[] {
  return told.flatMap(({ body }) =>
    body.kind === "night"
      ? [{ date: body.night.date, revision: body.revision, kind: body.night.outcome.kind }]
      : [],
  );
}

const WHOLE = { fromMs: START_MS, toMs: START_MS + 2 * DAY_MS };

describe("judgement", () => {
  test("a night whose data come late is told again as a revision, the others are not", async () => {
    const judgement = judgementOn(store);
    await judgement.start();
    await commit(judgement, flow("inlet", WHOLE.fromMs, WHOLE.toMs, 20));
    await judgement.tick();
    const missing = { fromMs: START_MS, toMs: START_MS + DAY_MS };
    await commit(judgement, flow("outlet", missing.toMs, WHOLE.toMs, 5));
    await commit(judgement, flow("inlet", WHOLE.toMs, WHOLE.toMs + HOUR_MS, 20));
    await commit(judgement, flow("outlet", WHOLE.toMs, WHOLE.toMs + HOUR_MS, 5));
    nowMs += 10_000;
    await judgement.tick();
    expect(nightsTold()).toContainEqual({ date: "2026-03-02", revision: 0, kind: "not-assessable" });

    told = [];
    await commit(judgement, flow("outlet", missing.fromMs, missing.toMs, 5));
    nowMs += 10_000;
    await judgement.tick();
    expect(nightsTold()).toEqual([{ date: "2026-03-02", revision: 1, kind: "assessed" }]);
  });

  test("a restart tells nothing that is recorded already, and withdraws no silence that lasts", async () => {
    const first = judgementOn(store);
    await first.start();
    await commit(
      first,
      flow("inlet", WHOLE.fromMs, WHOLE.toMs, 20),
      flow("outlet", WHOLE.fromMs, WHOLE.toMs, 5),
    );
    expect(nightsTold()).toHaveLength(2);
    await first.tick();
    expect(told.map(({ body }) => body.kind === "verdict" && body.verdict.kind)).toContain("data-gap");

    const recorded = [...told];
    told = [];
    const second = judgementOn(store);
    second.recall(recorded);
    await second.start();
    expect(told).toEqual([]);
  });

  describe("of a station that feeds no district", () => {
    const station = ["level", "pump"].map((id) => ({ ...UTILITY.sensors[0]!, id, site: "reservoir" }));
    const utility = { ...UTILITY, sensors: [...UTILITY.sensors, ...station] };
    const level = flow("level", WHOLE.fromMs, WHOLE.toMs, 20);

    function silencesTold(): { sensor: string; startMs: number; endMs: number | null }[] {
      const gaps = told.flatMap(({ body }) =>
        body.kind === "verdict" && body.verdict.kind === "data-gap" ? [body.verdict] : [],
      );
      return gaps.map(({ subject, startMs, endMs }) => ({ sensor: subject.id, startMs, endMs }));
    }

    test("tells that all sensors are silent", async () => {
      const judgement = judgementOn(store, utility);
      await judgement.start();
      await commit(judgement, level, flow("pump", WHOLE.fromMs, WHOLE.toMs, 20));
      await judgement.tick();
      expect(silencesTold().map(({ sensor }) => sensor)).toEqual(["level", "pump"]);
    });

    test("tells that a sensor never spoke, since the first sample of anybody, and that it does", async () => {
      const judgement = judgementOn(store, utility);
      await judgement.start();
      await judgement.tick();
      expect(silencesTold()).toEqual([]);
      nowMs = WHOLE.toMs;
      await commit(judgement, level);
      await judgement.tick();
      const never = { sensor: "pump", startMs: WHOLE.fromMs, endMs: null };
      expect(silencesTold()).toEqual([never]);
      told = [];
      await commit(judgement, flow("pump", WHOLE.toMs, WHOLE.toMs + HOUR_MS, 5));
      expect(silencesTold()).toEqual([{ ...never, endMs: WHOLE.toMs }]);
    });

    test("withdraws no silence that lasts for weeks, after a restart neither", async () => {
      const inlet = flow("inlet", WHOLE.fromMs, WHOLE.toMs + 20 * DAY_MS, 20);
      nowMs = WHOLE.toMs + 20 * DAY_MS;
      const first = judgementOn(store, utility);
      await first.start();
      await commit(first, level, inlet);
      await first.tick();
      expect(silencesTold()).toContainEqual({ sensor: "level", startMs: WHOLE.toMs, endMs: null });
      expect(silencesTold()).toContainEqual({ sensor: "pump", startMs: WHOLE.fromMs, endMs: null });
      const recorded = [...told];
      told = [];
      const second = judgementOn(store, utility);
      second.recall(recorded);
      await second.start();
      expect(told).toEqual([]);
    });
  });

  test("findings that could not be recorded are found again once the disk is well", async () => {
    let full = false;
    const failing: HistoryStore = {
      ...store,
      append: (commit) =>
        full && commit.events.length > 0 ? Promise.reject(new Error("disk full")) : store.append(commit),
    };
    const judgement = judgementOn(failing);
    await judgement.start();
    full = true;
    await commit(
      judgement,
      flow("inlet", WHOLE.fromMs, WHOLE.toMs, 20),
      flow("outlet", WHOLE.fromMs, WHOLE.toMs, 5),
    );
    expect(told).toEqual([]);
    full = false;
    nowMs += 10_000;
    await judgement.tick();
    expect(nightsTold().filter(({ kind }) => kind === "assessed")).toHaveLength(2);
  });
});
