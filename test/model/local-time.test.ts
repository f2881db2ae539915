import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { Failure } from "../../src/model/failure.ts";
import {
  addDays,
  dayOfWeek,
  dayRangeOf,
  localDateOf,
  localMinuteOfDay,
  nightWindowOf,
  offsetMs,
  utcOfLocal,
} from "../../src/model/local-time.ts";
import type { TimeRange } from "../../src/model/sample.ts";

const ROME = "Europe/Rome";
const NIGHT = { startMinute: 120, endMinute: 240 };

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16);
}

function isoRange({ fromMs, toMs }: TimeRange): string {
  return `${iso(fromMs)} .. ${iso(toMs)}`;
}

function hours({ fromMs, toMs }: TimeRange): number {
  return (toMs - fromMs) / HOUR_MS;
}

describe("a zone that switches on whole hours (Europe/Rome)", () => {
  test("days last 23, 24 and 25 hours", () => {
    expect(hours(dayRangeOf("2021-03-28", ROME))).toBe(23);
    expect(hours(dayRangeOf("2021-03-29", ROME))).toBe(24);
    expect(hours(dayRangeOf("2021-10-31", ROME))).toBe(25);
    expect(isoRange(dayRangeOf("2021-10-31", ROME))).toBe("2021-10-30T22:00 .. 2021-10-31T23:00");
  });

  test("the night window loses the skipped hour and holds the repeated one twice", () => {
    expect(isoRange(nightWindowOf("2021-03-27", ROME, NIGHT))).toBe("2021-03-27T01:00 .. 2021-03-27T03:00");
    expect(isoRange(nightWindowOf("2021-03-28", ROME, NIGHT))).toBe("2021-03-28T01:00 .. 2021-03-28T02:00");
    expect(isoRange(nightWindowOf("2021-10-31", ROME, NIGHT))).toBe("2021-10-31T00:00 .. 2021-10-31T03:00");
  });

  test("a skipped time is the instant of the skip, a repeated one its first pass", () => {
    expect(iso(utcOfLocal({ date: "2021-03-28", minute: 150 }, ROME))).toBe("2021-03-28T01:00");
    expect(iso(utcOfLocal({ date: "2021-10-31", minute: 150 }, ROME))).toBe("2021-10-31T00:30");
  });

  test("minutes after the switch follow the wall clock", () => {
    expect(localMinuteOfDay(Date.parse("2021-03-28T00:59:59.999Z"), ROME)).toBe(119);
    expect(localMinuteOfDay(Date.parse("2021-03-28T01:00Z"), ROME)).toBe(180);
    expect(localMinuteOfDay(Date.parse("2021-10-31T00:30Z"), ROME)).toBe(150);
    expect(localMinuteOfDay(Date.parse("2021-10-31T01:30Z"), ROME)).toBe(150);
  });

  test("a window across midnight begins on the evening before", () => {
    const window = { startMinute: 23 * 60, endMinute: 4 * 60 };
    expect(isoRange(nightWindowOf("2021-06-15", ROME, window))).toBe("2021-06-14T21:00 .. 2021-06-15T02:00");
  });
});

describe("other zones", () => {
  test("half an hour off the hour (Asia/Kolkata)", () => {
    const zone = "Asia/Kolkata";
    expect(isoRange(nightWindowOf("2024-01-01", zone, NIGHT))).toBe("2023-12-31T20:30 .. 2023-12-31T22:30");
    expect(localDateOf(Date.parse("2023-12-31T18:29Z"), zone)).toBe("2023-12-31");
    expect(localDateOf(Date.parse("2023-12-31T18:30Z"), zone)).toBe("2024-01-01");
  });

  test("switched by half an hour (Australia/Lord_Howe)", () => {
    const zone = "Australia/Lord_Howe";
    expect(hours(dayRangeOf("2024-04-07", zone))).toBe(24.5);
    expect(hours(dayRangeOf("2024-10-06", zone))).toBe(23.5);
    expect(hours(nightWindowOf("2024-10-06", zone, NIGHT))).toBe(1.5);
    expect(hours(nightWindowOf("2024-04-07", zone, { startMinute: 60, endMinute: 180 }))).toBe(2.5);
  });

  test("switched at midnight, which then does not exist (Africa/Cairo)", () => {
    expect(isoRange(dayRangeOf("2024-04-26", "Africa/Cairo"))).toBe("2024-04-25T22:00 .. 2024-04-26T21:00");
  });

  test("a date left out of the calendar is an empty day (Pacific/Apia crossed the date line)", () => {
    expect(hours(dayRangeOf("2011-12-30", "Pacific/Apia"))).toBe(0);
    expect(hours(dayRangeOf("2011-12-31", "Pacific/Apia"))).toBe(24);
  });

  test.each(["Africa/Nairobi", "Etc/GMT-3"])("%s never switches", (zone) => {
    for (const date of ["2024-01-01", "2024-03-31", "2024-10-27"]) {
      expect(hours(dayRangeOf(date, zone))).toBe(24);
      expect(iso(utcOfLocal({ date, minute: 180 }, zone))).toBe(`${date}T00:00`);
    }
  });

  test("naive data without daylight saving use a fixed offset (Etc/GMT-2 lies two hours east)", () => {
    expect(offsetMs(Date.parse("2018-01-01T00:00Z"), "Etc/GMT-2")).toBe(2 * HOUR_MS);
    expect(offsetMs(Date.parse("2018-07-01T00:00Z"), "Etc/GMT-2")).toBe(2 * HOUR_MS);
  });
});

const zones = fc.constantFrom(
  ROME,
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
  "America/St_Johns",
);
const instants = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) });

describe("any zone, any time", () => {
  test("what the wall clock shows leads back to the same instant, or to the same time's first pass", () => {
    fc.assert(
      fc.property(zones, instants, (zone, timeMs) => {
        const minuteMs = timeMs - (timeMs % MINUTE_MS);
        const local = { date: localDateOf(minuteMs, zone), minute: localMinuteOfDay(minuteMs, zone) };
        const back = utcOfLocal(local, zone);
        expect(back).toBeLessThanOrEqual(minuteMs);
        expect(localDateOf(back, zone)).toBe(local.date);
        expect(localMinuteOfDay(back, zone)).toBe(local.minute);
      }),
    );
  });

  test("days follow one another without gap or overlap, and hold the instants that bear their date", () => {
    fc.assert(
      fc.property(zones, instants, (zone, timeMs) => {
        const date = localDateOf(timeMs, zone);
        const { fromMs, toMs } = dayRangeOf(date, zone);
        expect(fromMs).toBeLessThanOrEqual(timeMs);
        expect(toMs).toBeGreaterThan(timeMs);
        expect(dayRangeOf(addDays(date, 1), zone).fromMs).toBe(toMs);
      }),
    );
  });
});

test("the week is numbered from Monday 1 to Sunday 7", () => {
  expect(["2024-02-26", "2024-03-02", "2024-03-03"].map(dayOfWeek)).toEqual([1, 6, 7]);
  expect(addDays("2024-02-28", 2)).toBe("2024-03-01");
  expect(addDays("2024-03-01", -366)).toBe("2023-03-01");
});

test("dates, zones and times that do not exist are refused", () => {
  for (const date of ["2024-02-30", "2023-02-29", "2024-13-01", "24-01-01", "yesterday", ""]) {
    expect(() => dayOfWeek(date)).toThrow(Failure);
  }
  expect(() => offsetMs(0, "Europe/Atlantis")).toThrow(RangeError);
  expect(() => offsetMs(Number.NaN, ROME)).toThrow(RangeError);
});

test("a year of one-minute samples is told its local minute at more than 100,000 a second", () => {
  const startMs = Date.UTC(2023, 0);
  const began = performance.now();
  let sum = 0;
  for (let timeMs = startMs; timeMs < startMs + 365 * DAY_MS; timeMs += MINUTE_MS) {
    sum += localMinuteOfDay(timeMs, "America/Santiago");
  }
  const perSecond = (365 * 1440) / ((performance.now() - began) / 1000);
  expect(sum).toBeGreaterThan(0);
  expect(perSecond).toBeGreaterThan(100_000);
});
