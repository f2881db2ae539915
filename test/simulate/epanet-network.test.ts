/** Networks in US units are lived through in metric ones, their tanks too. */
import { expect, test } from "vitest";
import { openNetwork } from "../../src/simulate/epanet-network.ts";

/** A tank of 10 ft across on a hill of 100 ft, 20 ft full, that empties through a pipe into one junction. */
const FEET = `[JUNCTIONS]
 J 0 10
[TANKS]
 T 100 20 5 30 10 0
[PIPES]
 P T J 1000 12 100 0 Open
[OPTIONS]
 Units GPM
 Headloss H-W
[END]
`;

test("levels and pressures of a network in feet and psi are metres, and a tank loses what is used", async () => {
  const network = await openNetwork(FEET);
  const [before] = network.state().levelsM;
  expect(before).toBeCloseTo(20 * 0.3048, 3);
  const { storedM3, deliveredM3 } = network.advance();
  const [after] = network.state().levelsM;
  expect(network.pressureM(network.node("J"))).toBeGreaterThan(34);
  const areaM2 = (Math.PI * (10 * 0.3048) ** 2) / 4;
  expect((after! - before!) * areaM2).toBeCloseTo(storedM3, 3);
  expect(storedM3).toBeCloseTo(-deliveredM3, 3);
});
