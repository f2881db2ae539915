import { expect, test } from "vitest";
import { periodsOffered, reportPlace, usualMonth } from "../../src/web/reports/report-place.ts";

const NOW = Date.UTC(2026, 2, 5, 8);
const trend = (...dates: string[]) => [{ trend: dates.map((date) => ({ date, minimumNightFlowM3h: null })) }];

test("at the beginning of a month the one before opens, as long as most of the last nights are its", () => {
  expect(usualMonth(trend("2026-02-27", "2026-02-28", "2026-03-01"), NOW, "Africa/Nairobi")).toBe("2026-02");
  expect(usualMonth(trend("2026-02-28", "2026-03-01", "2026-03-02"), NOW, "Africa/Nairobi")).toBe("2026-03");
  expect(usualMonth([], NOW, "Africa/Nairobi")).toBe("2026-03");
});

test("an address names view, period and area; what it names wrongly is as if it named none", () => {
  const at = (rest: string[], query: string) => reportPlace(rest, new URLSearchParams(query), "2026-02");
  expect(at(["compare"], "of=2025&area=sokoni")).toEqual({
    view: "compare",
    kind: "year",
    of: "2025",
    district: "sokoni",
  });
  expect(at(["nonsense"], "of=2026-13")).toEqual({
    view: "report",
    kind: "month",
    of: "2026-02",
    district: null,
  });
});

test("months are offered over the turn of the year, by the calendar of the place", () => {
  expect(periodsOffered("month", Date.UTC(2025, 11, 31, 22), "Africa/Nairobi").slice(0, 2)).toEqual([
    "2026-01",
    "2025-12",
  ]);
  expect(periodsOffered("year", NOW, "Africa/Nairobi").slice(0, 2)).toEqual(["2026", "2025"]);
});
