/** What goes through a boundary valve: as much as one district has more the other has less, and each by itself is off what it varies by. */
import { expect, test } from "vitest";
import type { ClaimDistrict } from "../../src/detect/district-witness.ts";
import { flowExchange } from "../../src/detect/flow-exchange.ts";
import { createNeighbourEvents, watchNeighbours } from "../../src/detect/neighbour-events.ts";
import { createRecentDeviations, noteHour } from "../../src/detect/recent-deviations.ts";
import { HOUR_MS } from "../../src/model/clock.ts";

const HOURS = 3;

function offBy(deviationM3h: number, sigmaM3h: number) {
  const recent = createRecentDeviations();
  for (let hour = 1; hour <= HOURS; hour += 1)
    noteHour(recent, { endMs: hour * HOUR_MS, flowM3h: 100 + deviationM3h, usualM3h: 100, sigmaM3h });
  return recent;
}

const exchanged = (moreM3h: number) =>
  flowExchange(offBy(moreM3h, 3.5), offBy(-12, 1.5), HOURS * HOUR_MS)?.exchangedM3h;

test("half the difference went through, when both sides stand off", () => {
  expect(exchanged(10)).toBeCloseTo(11, 5);
  expect(exchanged(8)).toBeCloseTo(10, 5);
});

test("one side that lacks much beside one that varies as it always does is no exchange", () => {
  expect(exchanged(6)).toBeUndefined();
});

test("while a balance leans to a meter between the two, it may be that meter, and no valve is told", () => {
  const kinds = (leans: boolean) => {
    const between = [offBy(10, 3.5), offBy(-12, 1.5)].map(
      (deviations, place): ClaimDistrict => ({
        id: `district-${place}`,
        neighbours: [1 - place],
        hasPressure: false,
        calendarDay: () => null,
        witness: {
          deviations,
          readsInProportion: () => false,
          balanceLeans: () => leans && place === 1,
          pressure: () => null,
        },
      }),
    );
    const events = createNeighbourEvents();
    return [0, 1].flatMap((place) => watchNeighbours(events, between, place)).map(({ kind }) => kind);
  };
  expect(kinds(false)).toEqual(["boundary-valve"]);
  expect(kinds(true)).toEqual([]);
});
