/** Every scenario that ships ends in the verdict its file names, judged by the real judge as a replay of history is. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/clock.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { demoUtility } from "../demo/demo-utility.ts";
import { type LivedScenario, liveScenario } from "../support/live-scenario.ts";

const folder = fileURLToPath(new URL("../../config/scenarios/", import.meta.url));

/** A burst is a leak found within hours. What cannot be assessed is no finding about the water. */
function kindOf({ kind }: Pick<Verdict, "kind">): string {
  return kind === "burst" ? "leak" : kind;
}

function standing({ tellings }: LivedScenario): readonly (readonly Verdict[])[] {
  return tellings.filter((told) => {
    const last = told.at(-1);
    return last && last.endMs === null && last.kind !== "not-assessable" && last.kind !== "repair";
  });
}

/** Each subject with what stands of it, once. */
function saidOf(told: readonly { readonly subject: string; readonly verdict: string }[]): readonly string[] {
  return [...new Set(told.map(({ subject, verdict }) => `${subject}: ${verdict}`))].sort();
}

describe("scenarios", () => {
  test.each(readdirSync(folder))("%s", { timeout: 60_000 }, async (file) => {
    const lived = await liveScenario(`${folder}${file}`, demoUtility());
    const { ends, meanwhile } = lived.scenario;
    const stands = standing(lived);
    const found = saidOf(stands.map(([first]) => ({ subject: first!.subject.id, verdict: kindOf(first!) })));
    const named = ends.map((end) => ({ ...end, verdict: end.verdict === "burst" ? "leak" : end.verdict }));
    expect(found).toEqual(saidOf(named));
    const passed = lived.tellings
      .filter((told) => told.at(-1)!.endMs !== null && told[0]!.decidedMs >= lived.troubledMs)
      .filter(([first]) => !["not-assessable", "repair"].includes(first!.kind))
      .map(([first]) => `${first!.subject.id}: ${kindOf(first!)}`);
    expect(saidOf([...named, ...meanwhile])).toEqual(expect.arrayContaining([...new Set(passed)]));
    for (const { subject, verdict, withinHours, sizeM3h } of ends) {
      const mine = stands.filter(([first]) => first!.subject.id === subject);
      if (verdict === "burst") expect(mine.map(([first]) => first!.kind)).toContain("burst");
      const afterH = (mine[0]![0]!.decidedMs - lived.troubledMs) / HOUR_MS;
      expect(afterH).toBeGreaterThan(0);
      if (withinHours) expect(afterH).toBeLessThan(withinHours);
      // Found in parts, a leak has its parts' size together.
      const estimateM3h = mine.reduce((sum, told) => sum + (told.at(-1)!.size?.estimate ?? 0), 0);
      if (sizeM3h) expect(estimateM3h).toBeGreaterThan(sizeM3h[0]);
      if (sizeM3h) expect(estimateM3h).toBeLessThan(sizeM3h[1]);
    }
  });
});
