import { expect, test } from "vitest";
import {
  dateInWords,
  dayAndTime,
  duration,
  flow,
  money,
  number,
  volume,
  withUnits,
  zoneName,
} from "../../src/web/words.ts";

test("numbers carry their unit and no more digits than a meter knows", () => {
  expect([flow(6.24), flow(-1.26), flow(123.4), volume(1234.5)]).toEqual([
    "6.2 m³/h",
    "−1.3 m³/h",
    "123 m³/h",
    "1,235 m³",
  ]);
  expect([number(99.96), number(-0.04), number(Number.NaN)]).toEqual(["100", "0.0", "–"]);
  expect(withUnits("Rose by 3 m3/h, 70 m3 in all (am3x).")).toBe("Rose by 3 m³/h, 70 m³ in all (am3x).");
});

test("money is in the utility's currency", () => {
  expect([money(1234.4, "KES"), money(12.5, "KES")].map((text) => text.replace(/\s/g, " "))).toEqual([
    "KES 1,234",
    "KES 12.50",
  ]);
});

test("times are those of the district's clocks", () => {
  const timeMs = Date.UTC(2026, 10, 23, 22, 30);
  expect(dayAndTime(timeMs, "Africa/Nairobi")).toBe("Tue 24 Nov 01:30");
  expect(dayAndTime(timeMs, "Asia/Kathmandu")).toBe("Tue 24 Nov 04:15");
  expect(zoneName(timeMs, "Africa/Nairobi")).toBe("GMT+3");
  expect(dateInWords("2026-11-24")).toBe("Tue 24 Nov");
});

test("durations need two units at most", () => {
  const hour = 3_600_000;
  expect([999, 59_600, 90_000, 5.2 * hour, 50 * hour].map(duration)).toEqual([
    "1 s",
    "1 min",
    "1 min",
    "5 h 12 min",
    "2 d 2 h",
  ]);
});
