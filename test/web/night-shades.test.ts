import { expect, test } from "vitest";
import { nightsIn } from "../../src/web/chart/night-shades.ts";
import { districtIn } from "./sample-district.ts";

const iso = (timeMs: number) => new Date(timeMs).toISOString();

test("each night of the range lies at the district's wall clock, on both sides of a daylight-saving switch", () => {
  const range = { fromMs: Date.UTC(2026, 2, 27, 12), toMs: Date.UTC(2026, 2, 29, 12) };
  expect(
    nightsIn(range, districtIn("Europe/Rome")).map(({ fromMs, toMs }) => [iso(fromMs), iso(toMs)]),
  ).toEqual([
    ["2026-03-28T01:00:00.000Z", "2026-03-28T03:00:00.000Z"],
    // Clocks skip from 02:00 to 03:00: this night's window is the hour that is left of it.
    ["2026-03-29T01:00:00.000Z", "2026-03-29T02:00:00.000Z"],
  ]);
});

test("a window before local midnight of a zone east of UTC is found at the edge of the range", () => {
  const range = { fromMs: Date.UTC(2026, 2, 1, 20), toMs: Date.UTC(2026, 2, 1, 23) };
  expect(nightsIn(range, districtIn("Asia/Kathmandu")).map(({ fromMs }) => iso(fromMs))).toEqual([
    "2026-03-01T20:15:00.000Z",
  ]);
});
