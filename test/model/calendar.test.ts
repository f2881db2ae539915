import { expect, test } from "vitest";
import { calendarDayAt } from "../../src/model/calendar.ts";

const CALENDAR = [
  { name: "Eid", from: "2026-03-20", to: "2026-03-21" },
  { name: "Ramadan", from: "2026-02-18", to: "2026-03-19" },
];
const at = (local: string) => calendarDayAt(CALENDAR, "Africa/Nairobi", Date.parse(`${local}+03:00`));

test("a day holds what begins on it until the noon after", () => {
  expect(at("2026-03-20T22:00")).toEqual({ name: "Eid", heldUntilMs: Date.parse("2026-03-22T12:00+03:00") });
  expect(at("2026-03-22T11:55")?.name).toBe("Eid");
  expect(at("2026-03-22T12:00")).toBeNull();
  expect(at("2026-02-17T23:59")).toBeNull();
});

test("of a long season only the first days hold: then it is how people use water", () => {
  expect(at("2026-02-18T01:00")?.heldUntilMs).toBe(Date.parse("2026-02-21T12:00+03:00"));
  expect(at("2026-02-21T12:00")).toBeNull();
  expect(at("2026-03-10T02:00")).toBeNull();
});

test("no calendar, no such day", () => {
  expect(calendarDayAt([], "Africa/Nairobi", 0)).toBeNull();
});
