import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { utilityOf, utilitySchema } from "../../src/config/utility-file.ts";
import { checkYaml } from "../../src/model/checked-yaml.ts";

const EXAMPLE = readFileSync(new URL("../../config/demo/utility.yaml", import.meta.url), "utf8");
const checked = (change: (yaml: string) => string) =>
  checkYaml("utility.yaml", change(EXAMPLE), utilitySchema);

test("a meter's plate and papers are read, and a district's balance stands on the utility's", () => {
  const result = checked((yaml) =>
    yaml.replace("  - id: reli\n", "  - id: reli\n    balance: { supplyHoursPerDay: 20 }\n"),
  );
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  const { sensors, districts } = utilityOf(result.value);
  expect(sensors.find(({ id }) => id === "mlimani-inflow")?.instrument).toMatchObject({
    serial: "MF3-20419",
    calibrationDueOn: "2026-11-20",
    accuracyPercent: 1,
  });
  expect(districts.find(({ id }) => id === "reli")?.balance).toMatchObject({
    supplyHoursPerDay: 20,
    meterError: { percent: 4, source: "test bench of 2025" },
  });
});

test("dates that contradict each other, and shares without a source, are faults at their line", () => {
  const faultsOf = (change: (yaml: string) => string) => {
    const result = checked(change);
    return result.ok ? [] : result.faults.map(({ key, message }) => `${key}: ${message}`);
  };
  expect(
    faultsOf((yaml) => yaml.replace("calibrationDueOn: 2026-11-20", "calibrationDueOn: 2020-01-01")),
  ).toEqual([
    expect.stringMatching(/instrument\.calibrationDueOn: must not be before (installedOn|calibratedOn)$/),
    expect.stringMatching(/instrument\.calibrationDueOn: must not be before (installedOn|calibratedOn)$/),
  ]);
  expect(faultsOf((yaml) => yaml.replace("installedOn: 2016-02-09", "installedOn: 9.2.2016"))).toEqual([
    expect.stringMatching(/instrument\.installedOn: must be a date such as 2026-03-01$/),
  ]);
  expect(faultsOf((yaml) => yaml.replace(", source: survey of 2025", ""))).toEqual([
    expect.stringMatching(/^balance\.unauthorised\.source: /),
  ]);
});
