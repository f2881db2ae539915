/** What comes and goes leaves nothing behind: the hours after it are held against what was usual before it. */
import { expect, test } from "vitest";
import { createFlowJudge, judgeFlow } from "../../src/detect/flow-judge.ts";
import type { JudgedHour } from "../../src/detect/judged-hour.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import { DAY_MS, INTERVAL_MS, inletFlow, START_MS } from "./synthetic-district.ts";

const DAYS = 40;
const FROM_MS = START_MS + 37 * DAY_MS + 9 * HOUR_MS;
const TO_MS = FROM_MS + 5 * HOUR_MS;

/** Usual flow of the hours of the day after, as the judge has it, and what was found. */
function after(drawnM3h: number) {
  const draw = uniformDraws(4);
  // Use that swells: its end is measured larger than its beginning.
  const { timesMs, values } = inletFlow("a", DAYS, 12, (timeMs) =>
    timeMs < FROM_MS || timeMs >= TO_MS
      ? 0
      : drawnM3h * (0.6 + (1.2 * (timeMs - FROM_MS)) / (TO_MS - FROM_MS)),
  );
  const usual = new Map<number, number>();
  const onHour = ({ startMs, usualM3h }: JudgedHour) => usual.set(startMs, usualM3h);
  const judge = createFlowJudge("a", "Africa/Nairobi", INTERVAL_MS);
  const kinds = Array.from(values).flatMap((flowM3h, at) => {
    const startMs = timesMs[at]!;
    const noise = 1 + 0.02 * (draw() - 0.5);
    const netInflowM3h = flowM3h * noise;
    return judgeFlow(judge, startMs, startMs + INTERVAL_MS, netInflowM3h, DEFAULT_DETECTION, { onHour }).map(
      ({ kind }) => kind,
    );
  });
  const hours = Array.from({ length: 12 }, (_, hour) => usual.get(TO_MS + (4 + hour) * HOUR_MS)!);
  return { kinds, meanM3h: hours.reduce((sum, one) => sum + one, 0) / hours.length };
}

test("a large draw that was called a burst and ended leaves what is usual as it was", () => {
  const quiet = after(0);
  const drawn = after(30);
  expect(quiet.kinds).toEqual([]);
  expect(drawn.kinds).toContain("burst");
  expect(drawn.meanM3h).toBeCloseTo(quiet.meanM3h, 6);
});
