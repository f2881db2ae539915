import { expect, test } from "vitest";
import { DAY_MS } from "../../src/model/clock.ts";
import { panned, placeFrom, queryOf, zoomed } from "../../src/web/history/history-place.ts";
import { districtIn, utilityOf } from "./sample-district.ts";

const utility = utilityOf(districtIn("Africa/Nairobi"));
const place = (search: string) => placeFrom(new URLSearchParams(search), utility);

test("an address that was shared opens the same view", () => {
  const view = {
    sensors: ["out", "pressure"],
    range: { fromMs: 1_000_000, toMs: 9_000_000 },
    stacked: true,
    compare: "week" as const,
  };
  const search = new URLSearchParams(
    Object.entries(queryOf(view)).flatMap(([key, value]) => (value ? [[key, value]] : [])),
  );
  expect(placeFrom(search, utility)).toEqual(view);
});

test("what the address does not say, or says wrongly, is left as it begins", () => {
  expect(place("")).toEqual({ sensors: ["in", "out"], range: null, stacked: false, compare: "none" });
  expect(place("sensors=nobody,in&from=9&to=8&axes=heap&compare=decade")).toEqual({
    sensors: ["in"],
    range: null,
    stacked: false,
    compare: "none",
  });
  // Nothing chosen is a choice.
  expect(place(`sensors=${queryOf(place("sensors=-")).sensors}`).sensors).toEqual([]);
});

test("zooming holds the instant below the pointer, panning the length; neither leaves the bounds", () => {
  const range = { fromMs: 0, toMs: 4 * DAY_MS };
  expect(zoomed(range, 0.5, 0.25)).toEqual({ fromMs: 0.5 * DAY_MS, toMs: 2.5 * DAY_MS });
  expect(panned(range, -0.5)).toEqual({ fromMs: -2 * DAY_MS, toMs: 2 * DAY_MS });
  const least = zoomed(range, 1e-9);
  expect(least.toMs - least.fromMs).toBe(60_000);
  const most = zoomed(range, 1e9);
  expect(most.toMs - most.fromMs).toBe(3650 * DAY_MS);
});
