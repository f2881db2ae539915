import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/clock.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { RULES } from "../alarm/sample-verdicts.ts";
import { startCentre } from "./centre.ts";

const TO_MS = Date.UTC(2026, 2, 1);
const DAYS = 30;

interface Answer {
  readonly startsMs: readonly number[];
  readonly flowsM3h: readonly (number | null)[];
  readonly medianM3h: readonly (number | null)[];
  readonly highM3h: readonly (number | null)[];
  readonly pastHours: readonly number[];
}

test("a leak stands above what the district's own past lets expect, and a gap is no flow", async () => {
  const [district] = RULES.utility.districts;
  const [meter] = district!.meters;
  const { intervalMs } = RULES.utility.sensors.find(({ id }) => id === meter!.sensor)!;
  const centre = await startCentre();
  const leakMs = TO_MS - 2 * DAY_MS;
  const timesMs = Array.from(
    { length: (DAYS * DAY_MS) / intervalMs },
    (_, at) => TO_MS - DAYS * DAY_MS + at * intervalMs,
  ).filter((timeMs) => timeMs < TO_MS - 3 * HOUR_MS);
  await centre.reads([
    seriesOf(
      meter!.sensor,
      timesMs,
      timesMs.map((timeMs) => (timeMs >= leakMs ? 25 : 10)),
    ),
  ]);
  const ask = async (query: string) => {
    const answer = await fetch(`${centre.address}/api/v1/districts/${district!.id}/expected-flow?${query}`);
    return { status: answer.status, body: (await answer.json()) as Answer };
  };
  const { body } = await ask(`from=${leakMs}&to=${TO_MS}&learnBefore=${leakMs}`);
  expect(body.startsMs).toHaveLength(48);
  const first = { flow: body.flowsM3h[0], median: body.medianM3h[0], past: body.pastHours[0] };
  expect(first).toMatchObject({ flow: meter!.sign * 25, median: meter!.sign * 10 });
  expect(first.past).toBeGreaterThanOrEqual(8);
  expect(body.flowsM3h.at(-1)).toBeNull();

  expect((await ask(`from=${TO_MS}&to=${leakMs}`)).status).toBe(400);
  const other = await fetch(`${centre.address}/api/v1/districts/nowhere/expected-flow?from=1&to=2`);
  expect(other.status).toBe(404);
});
