import { expect, test } from "vitest";
import { exchangeFileSchema } from "../../src/model/exchange-file.ts";
import { exchangeFileOf } from "../../src/report/exchange-figures.ts";
import { makeReport } from "../../src/report/make-report.ts";
import { hoursOf, kaloleni, sourcesOf, utilityWith } from "./report-sources.ts";

const small = { ...kaloleni, id: "small", name: "Small", night: { ...kaloleni.night, connections: 50 } };
const sources = sourcesOf({
  districts: [small, { ...kaloleni, meters: [{ sensor: "second", sign: 1 }] }],
  hours: new Map([
    ["inlet", hoursOf(() => 20)],
    ["second", hoursOf(() => 7)],
    ["zone-pressure", hoursOf(() => 50)],
  ]),
  volumes: ["small", "kaloleni"].flatMap((district) =>
    (["billedMetered", "billedUnmetered"] as const).map((line) => ({
      district,
      month: "2026-03",
      line,
      volumeM3: 2_000,
      marginPercent: 2,
      source: "",
    })),
  ),
});
const report = makeReport(sources);
const file = (named: boolean) =>
  exchangeFileOf(report, utilityWith(sources.districts), { utility: "Lake town", country: "KE", named });

test("a file made here is one that can be imported", () => {
  expect(exchangeFileSchema.parse(JSON.parse(JSON.stringify(file(true))))).toEqual(file(true));
  expect(file(true).areas.map(({ name }) => name)).toEqual(["Lake town", "Small", "Kaloleni"]);
});

test("under codes no name of the utility is in it, and the order tells nothing of the configuration's", () => {
  const text = JSON.stringify(file(false));
  expect(text).not.toMatch(/Kaloleni|kaloleni|Small|Mji/);
  expect(file(false).areas.map(({ name, connections }) => [name, connections])).toEqual([
    ["Lake town", 650],
    ["D1", 600],
    ["D2", 50],
  ]);
});

test("figures are those of the report, a day", () => {
  const [, area] = file(true).areas;
  expect(area).toMatchObject({ systemInputM3PerDay: 480, billedM3PerDay: 129, nrwPercent: 73.12 });
});

test("a file whose figures contradict each other is refused, with the place", () => {
  const wrong = structuredClone(file(true));
  const [, area] = wrong.areas;
  if (area) area.nrwPercent = 20;
  const { error } = exchangeFileSchema.safeParse(wrong);
  expect(error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
    "areas.1.nrwPercent: is 20, but input and billed volume give 73.1",
  ]);
});

test("a month is not a year", () => {
  const { error } = exchangeFileSchema.safeParse({
    ...file(true),
    period: { kind: "year", name: "2026-03", days: 31 },
  });
  expect(error?.issues[0]?.message).toBe("is not a year");
});
