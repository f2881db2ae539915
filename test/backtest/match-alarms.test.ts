/** Honest scoring: what counts as found, and what as false. */
import { describe, expect, test } from "vitest";
import { type Label, leakFlowM3h, parseLabels, reachesMs } from "../../src/backtest/labels.ts";
import { matchAlarms } from "../../src/backtest/match-alarms.ts";
import { randomlyFound } from "../../src/backtest/random-alarms.ts";
import { DAY_MS } from "../../src/model/clock.ts";
import { district } from "../detect/synthetic-district.ts";

const START_MS = Date.UTC(2018, 0, 1);

function abrupt(startDay: number): Label {
  const startMs = START_MS + startDay * DAY_MS;
  const times = { startMs, peakMs: startMs, repairedMs: null };
  return { name: `abrupt-${startDay}`, district: "AB", type: "abrupt", flowM3h: 10, ...times };
}

function incipient(startDay: number, peakDay: number): Label {
  const times = { startMs: START_MS + startDay * DAY_MS, peakMs: START_MS + peakDay * DAY_MS };
  const name = `incipient-${startDay}`;
  return { name, district: "AB", type: "incipient", flowM3h: 12, repairedMs: null, ...times };
}

function alarm(day: number, name = "AB") {
  return { district: name, raisedMs: START_MS + day * DAY_MS };
}

function names(labels: readonly { readonly label: Label }[]): string[] {
  return labels.map(({ label }) => label.name);
}

describe("matching alarms to leaks", () => {
  test("one alarm finds one leak, however many overlap", () => {
    const { found, missed, falseAlarms } = matchAlarms([alarm(12)], [abrupt(10), abrupt(11)]);
    expect([names(found), missed.length, falseAlarms.length]).toEqual([["abrupt-11"], 1, 0]);
  });

  test("an alarm before the leak, too late, or in another district is false", () => {
    const alarms = [alarm(9), alarm(18), alarm(12, "C")];
    expect(matchAlarms(alarms, [abrupt(10)]).falseAlarms).toHaveLength(3);
  });

  test("an incipient leak counts from its reaching 3 m3/h, half way to 12", () => {
    const label = incipient(0, 40);
    expect((reachesMs(label, 3) - START_MS) / DAY_MS).toBe(20);
    expect(leakFlowM3h(label, START_MS + 20 * DAY_MS)).toBeCloseTo(3);
    expect(matchAlarms([alarm(5)], [label]).falseAlarms).toHaveLength(1);
    expect(matchAlarms([alarm(15)], [label]).found[0]?.delayMs).toBe(-5 * DAY_MS);
    expect(matchAlarms([alarm(28)], [label]).falseAlarms).toHaveLength(1);
  });

  test("random alarms find the share of time that counts as found", () => {
    const range = { fromMs: START_MS, toMs: START_MS + 70 * DAY_MS };
    expect(randomlyFound([alarm(0)], [abrupt(10)], range, 1)).toBeCloseTo(0.1, 1);
    expect(randomlyFound([], [abrupt(10)], range, 1)).toBe(0);
  });
});

describe("reading labels", () => {
  const HEADER = "pipe,metered_dma,start,repaired,peak,type,max_flow_m3h_est";
  const districts = [district("AB", [], "Etc/GMT-2")];

  test("takes the rows of the districts there are, on the district's wall clock", () => {
    const text = `${HEADER}\np1,AB,2018-01-01 02:00,,2018-01-01 02:00,abrupt,5\np2,C,2018-01-01 02:00,,,abrupt,5\n`;
    expect(parseLabels(text, districts)).toEqual([
      {
        name: "p1",
        district: "AB",
        type: "abrupt",
        startMs: START_MS,
        peakMs: START_MS,
        repairedMs: null,
        flowM3h: 5,
      },
    ]);
  });

  test.each([
    ["p1,AB,yesterday,,2018-01-01 02:00,abrupt,5", "line 2.*yesterday"],
    ["p1,AB,2018-01-01 02:00,,2018-01-01 02:00,sudden,5", "line 2.*sudden"],
    ["p1,AB,2018-01-01 02:00,,2018-01-01 02:00,abrupt,", "line 2.*flow"],
  ])("names the line of %s", (row, message) => {
    expect(() => parseLabels(`${HEADER}\n${row}\n`, districts)).toThrow(new RegExp(message));
  });
});
