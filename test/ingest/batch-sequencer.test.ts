import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeOf } from "../../src/ingest/batch-sequencer.ts";

describe("the place of a batch", () => {
  it.each([
    { reached: 0, seq: 1, first: 1, place: { kind: "next", skipped: 0 } },
    { reached: 4, seq: 5, first: 2, place: { kind: "next", skipped: 0 } },
    { reached: 4, seq: 9, first: 9, place: { kind: "next", skipped: 4 } },
    { reached: 0, seq: 7, first: 7, place: { kind: "next", skipped: 6 } },
    { reached: 0, seq: 7, first: 5, place: { kind: "ahead" } },
    { reached: 4, seq: 6, first: 5, place: { kind: "ahead" } },
    { reached: 4, seq: 4, first: 4, place: { kind: "duplicate" } },
    { reached: 4, seq: 2, first: 1, place: { kind: "duplicate" } },
  ])(
    "is $place.kind for $seq after $reached when the spool starts at $first",
    ({ reached, seq, first, place }) => {
      expect(placeOf(reached, seq, first)).toEqual(place);
    },
  );

  it("takes every batch exactly once and in order, however a link repeats, loses and reorders them", () => {
    const deliveries = fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 60 });
    fc.assert(
      fc.property(deliveries, (sent) => {
        const taken: number[] = [];
        let reached = 0;
        // After the mess, the agent sends everything again in order, as it does when it is asked to.
        for (const seq of [...sent, 1, 2, 3, 4, 5, 6, 7, 8]) {
          if (placeOf(reached, seq, 1).kind !== "next") continue;
          taken.push(seq);
          reached = seq;
        }
        expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      }),
    );
  });
});
