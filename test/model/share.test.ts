/** How several centres divide a utility: each question has exactly one centre that answers it. */
import { describe, expect, test } from "vitest";
import { districtsOfPart, shareOf } from "../../src/model/share.ts";
import type { Sensor, Utility } from "../../src/model/utility.ts";
import type { Subject } from "../../src/model/verdict.ts";
import { sampleDistrict } from "../support/sample-district.ts";

const sensor = (id: string, site: string): Sensor => ({
  id,
  name: id,
  site,
  quantity: "flow",
  intervalMs: 60_000,
});
const district = (id: string, meters: readonly string[], neighbours: readonly string[] = []) =>
  sampleDistrict({ id, meters: meters.map((one) => ({ sensor: one, sign: 1 as const })), neighbours });

/** `border` stands at the northern station and bounds both; `spare` feeds nothing; east shares a valve with south. */
const UTILITY: Utility = {
  id: "town",
  name: "Town",
  currency: "KES",
  sensors: [
    sensor("inlet", "north-station"),
    sensor("border", "north-station"),
    sensor("well", "south-station"),
    sensor("spring", "east-station"),
    sensor("spare", "depot"),
  ],
  districts: [
    district("north", ["inlet", "border"]),
    district("south", ["border", "well"]),
    district("east", ["spring"], ["south"]),
  ],
};

const SUBJECTS: readonly Subject[] = [
  ...UTILITY.districts.map(({ id }) => ({ kind: "district", id }) as const),
  ...UTILITY.sensors.map(({ id }) => ({ kind: "sensor", id }) as const),
  ...["north-station", "south-station", "east-station", "depot", "nowhere"].map(
    (id) => ({ kind: "site", id }) as const,
  ),
];

const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);

describe("a share of a utility", () => {
  const shares = {
    north: shareOf(UTILITY, ["north"]),
    south: shareOf(UTILITY, ["south"]),
    east: shareOf(UTILITY, ["east"]),
  };

  test("every subject has one centre that speaks for it, however the districts are divided", () => {
    for (const division of [
      [["north"], ["south"], ["east"]],
      [["east", "north"], ["south"]],
      [["north", "south", "east"]],
    ]) {
      const centres = division.map((districts) => shareOf(UTILITY, districts));
      for (const subject of SUBJECTS)
        expect([subject, centres.filter((centre) => centre.speaksFor(subject)).length]).toEqual([subject, 1]);
    }
  });

  test("a site and all its sensors belong to the first district that one of them feeds", () => {
    expect(shares.north.speaksFor({ kind: "sensor", id: "border" })).toBe(true);
    expect(shares.south.ownerOf({ kind: "site", id: "north-station" })).toBeUndefined();
    expect(shares.north.ownerOf({ kind: "site", id: "depot" })).toBe("north");
  });

  test("a centre watches what its sites feed and what shares a valve with its districts, and shows its own", () => {
    expect(ids(shares.north.judged.districts)).toEqual(["north", "south"]);
    expect(ids(shares.south.judged.districts)).toEqual(["south", "east"]);
    expect(ids(shares.south.shown.districts)).toEqual(["south"]);
    expect(ids(shares.south.shown.sensors)).toEqual(["border", "well"]);
    expect(ids(shares.north.shown.sensors)).toEqual(["inlet", "border", "spare"]);
  });

  test("a sensor that feeds no district is watched by one centre, so that its silence is told", () => {
    const watching = Object.values(shares).filter(({ judged }) => ids(judged.sensors).includes("spare"));
    expect(watching).toEqual([shares.north]);
    expect(shares.north.concerns({ subject: { kind: "sensor", id: "spare" }, kind: "data-gap" })).toBe(true);
  });

  test("what others may watch is told: no sensor is watched that its owner keeps to itself", () => {
    const all = Object.values(shares);
    for (const centre of all) {
      for (const { id } of centre.judged.sensors) {
        const owner = all.find((one) => one.speaksFor({ kind: "sensor", id }));
        if (owner !== centre) expect([id, owner?.isWatchedElsewhere(id)]).toEqual([id, true]);
      }
    }
    expect(shares.north.isWatchedElsewhere("inlet")).toBe(false);
  });

  test("findings about others are left to them, but for a valve that was moved next door", () => {
    const east = { kind: "district", id: "east" } as const;
    expect(shares.south.concerns({ subject: east, kind: "leak" })).toBe(false);
    expect(shares.south.concerns({ subject: east, kind: "boundary-valve" })).toBe(true);
    expect(shares.south.concerns({ subject: { kind: "sensor", id: "border" }, kind: "sensor-stuck" })).toBe(
      true,
    );
  });

  test("a district that is not there is named", () => {
    expect(() => shareOf(UTILITY, ["west"])).toThrow(
      'there is no district "west" in utility.yaml; there are north, south, east',
    );
  });

  test("parts are drawn by name: each district has one, and few move when a part is added", () => {
    const many = { ...UTILITY, districts: Array.from({ length: 400 }, (_, i) => district(`dma-${i}`, [])) };
    const draw = (parts: number) =>
      Array.from({ length: parts }, (_, i) => districtsOfPart(many, i + 1, parts));
    const [two, three] = [draw(2), draw(3)];
    expect(new Set(two.flat()).size).toBe(400);
    for (const part of three) expect(part.length).toBeGreaterThan(90);
    // A third of them, by the draw; any that moved between the first two would be more.
    expect(three[2]).toHaveLength(400 - three[0]!.length - three[1]!.length);
    for (const [i, part] of three.slice(0, 2).entries())
      expect(two[i]).toEqual(expect.arrayContaining([...part]));
  });
});
