/**
 * What the demo promises to show is what the judgement finds in it, first started at four hours of one day, and while it runs on. Other
 * days draw other noise, on which the same leak may be called a burst.
 */
import { expect, test } from "vitest";
import { createDemandModel, LIVE_PERIOD_MS } from "../../src/demo/demand-model.ts";
import { DEMO_HISTORY_MS, demoHistory } from "../../src/demo/demo-history.ts";
import { createUtilityJudge } from "../../src/detect/utility-judge.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import type { Night } from "../../src/model/night.ts";
import { seriesOf } from "../../src/model/sample.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { demoUtility } from "./demo-utility.ts";

/** Judges the weeks before the first start and the minutes after it; the last word on each finding counts. */
function judgeDemo(firstStartMs: number, liveMs: number) {
  const town = { seed: 1, firstStartMs };
  const judge = createUtilityJudge(demoUtility(), DEFAULT_DETECTION);
  const verdicts = new Map<string, Verdict>();
  const nights = new Map<string, Night>();
  const note = (found: ReturnType<typeof judge.take>): void => {
    for (const verdict of found.verdicts) verdicts.set(verdict.key, verdict);
    for (const night of found.nights) nights.set(night.district, night);
  };
  note(judge.take(demoHistory(town, { fromMs: firstStartMs - DEMO_HISTORY_MS, toMs: firstStartMs })));
  const model = createDemandModel(town);
  for (let timeMs = firstStartMs; timeMs < firstStartMs + liveMs; timeMs += LIVE_PERIOD_MS) {
    note(
      judge.take(model.sensors.map((sensor) => seriesOf(sensor, [timeMs], [model.reading(sensor, timeMs)]))),
    );
  }
  const standing = [...verdicts.values()].filter(({ endMs }) => endMs === null);
  return { standing, nights };
}

test.each([2, 8, 14, 20])(
  "first started at %i:00 UTC: one leak, one stuck meter, nothing else wrong",
  (hour) => {
    const firstStartMs = Date.parse("2026-03-11T00:00:00Z") + hour * HOUR_MS;
    const { standing, nights } = judgeDemo(firstStartMs, 11 * MINUTE_MS);
    const wrong = standing.filter(({ kind }) => kind !== "not-assessable");
    // Whether a leak was found within hours (a burst) or by its days depends on the hour of the first start.
    const told = wrong.map(({ subject, kind }) => `${subject.id}: ${kind === "burst" ? "leak" : kind}`);
    expect(told.sort()).toEqual(["reli-inflow: sensor-stuck", "sokoni: leak"]);
    const leak = standing.find(({ kind }) => kind === "leak" || kind === "burst");
    expect(leak?.size?.estimate).toBeGreaterThan(8);
    expect(leak?.size?.estimate).toBeLessThan(16);
    const reasons = (id: string) => {
      const outcome = nights.get(id)?.outcome;
      return outcome?.kind === "not-assessable" ? outcome.because.map(({ code }) => code) : outcome?.kind;
    };
    expect(["sokoni", "mlimani", "reli", "pwani"].map(reasons)).toEqual([
      "assessed",
      "assessed",
      ["meter-withdrawn"],
      ["supply-off"],
    ]);
  },
);
