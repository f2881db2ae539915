import { expect, test } from "vitest";
import { createRecordingParser, type Recording } from "../../src/model/recording.ts";
import { qualityOf } from "../../src/model/status.ts";

const rome: Recording = {
  timeColumn: "ts",
  timeZone: "Europe/Rome",
  separator: ",",
  columns: { "DMA 1 (L/s)": { sensor: "dma1", quantity: "flow", unit: "L/s", scale: 1, offset: 0 } },
};

function read(recording: Recording, lines: readonly string[]) {
  const parser = createRecordingParser(recording);
  const faults = lines.flatMap((line) => parser.line(line));
  const [series] = parser.take();
  const times = series ? [...series.timesMs].map((time) => new Date(time).toISOString()) : [];
  return {
    faults,
    times,
    values: series ? [...series.values] : [],
    statuses: series ? [...series.statuses] : [],
  };
}

test("values enter in the unit inside, empty cells are no samples", () => {
  const { values, times } = read(rome, ["ts,DMA 1 (L/s)", "2021-01-01 00:00,1.5", "2021-01-01 01:00,"]);
  expect(values).toEqual([1.5 * 3.6]);
  expect(times).toEqual(["2020-12-31T23:00:00.000Z"]);
});

test("the repeated hour of autumn is read twice, the second time later", () => {
  const rows = ["2021-10-31 01:00,1", "2021-10-31 02:00,2", "2021-10-31 02:00,3", "2021-10-31 03:00,4"];
  expect(read(rome, ["ts,DMA 1 (L/s)", ...rows]).times).toEqual([
    "2021-10-30T23:00:00.000Z",
    "2021-10-31T00:00:00.000Z",
    "2021-10-31T01:00:00.000Z",
    "2021-10-31T02:00:00.000Z",
  ]);
});

test("an hour that spring skips is a fault with its line, the rest is read", () => {
  const { faults, values } = read(rome, ["ts,DMA 1 (L/s)", "2021-03-28 02:30,1", "2021-03-28 03:00,2"]);
  expect(faults).toMatchObject([{ line: 2, code: "time-not-in-zone" }]);
  expect(values).toEqual([7.2]);
});

test("naive data without daylight saving keeps its fixed offset all year", () => {
  const fixed = { ...rome, timeZone: "Etc/GMT-2" };
  const { times } = read(fixed, ["ts,DMA 1 (L/s)", "2018-01-01T00:00:00,1", "2018-07-01T00:00:00,1"]);
  expect(times).toEqual(["2017-12-31T22:00:00.000Z", "2018-06-30T22:00:00.000Z"]);
});

test("faults name the line and spare the rest", () => {
  const { faults, values, statuses } = read(rome, [
    "ts,DMA 1 (L/s)",
    "yesterday,1",
    "2021-01-01 00:00,1,2",
    "2021-01-01 01:00,broken",
    "2021-01-01 02:00,3",
  ]);
  expect(faults.map(({ line, code }) => [line, code])).toEqual([
    [2, "unreadable-time"],
    [3, "wrong-column-count"],
    [4, "unreadable-value"],
  ]);
  expect(values[0]).toBeNaN();
  expect(statuses.map(qualityOf)).toEqual(["bad", "good"]);
  expect(values[1]).toBeCloseTo(10.8);
});

test("a missing column is named beside those the file has", () => {
  const { faults } = read(rome, ["ts,DMA 2"]);
  expect(faults).toMatchObject([{ line: 1, code: "missing-column" }]);
  expect(faults[0]?.message).toContain('"DMA 2"');
});
