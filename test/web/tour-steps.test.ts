/** The tour speaks only of what is there to be seen. */
import { expect, test } from "vitest";
import { NOTHING_HEARD, next } from "../../src/web/live/live-state.ts";
import { newestWaitingMs, tourSteps } from "../../src/web/tour/tour-steps.ts";
import { districtIn, utilityOf } from "./sample-district.ts";
import { alarmView, NOW_MS, snapshot, VERDICT } from "./sample-messages.ts";

const utility = utilityOf({ ...districtIn("Africa/Nairobi"), id: VERDICT.subject.id });

function networkWith(...alarms: readonly ReturnType<typeof alarmView>[]) {
  const message = snapshot(1, { alarms, utility });
  const { network } = next(NOTHING_HEARD, { type: "heard", atMs: NOW_MS, message });
  if (!network) throw new Error("a snapshot makes a network");
  return network;
}

test("without alarms it goes from what is live to the nights and onward", () => {
  expect(tourSteps(networkWith()).map(({ topic }) => topic)).toEqual(["live", "nights", "onward"]);
});

test("a leak that stands is pointed at by its alarm, one that is over is not", () => {
  const [, , leak] = tourSteps(networkWith(alarmView("a1", { verdict: { ...VERDICT, kind: "leak" } })));
  expect(leak).toMatchObject({ topic: "leak", at: 'li.alarm[data-alarm="a1"]' });
  const over = networkWith(alarmView("a1", { state: "normal" }));
  expect(tourSteps(over).map(({ topic }) => topic)).not.toContain("leak");
});

test("it steps aside for an alarm that waits, not for one that somebody has seen", () => {
  const seen = networkWith(alarmView("a1", { state: "acknowledged" }));
  expect(newestWaitingMs(seen)).toBe(Number.NEGATIVE_INFINITY);
  const waiting = networkWith(alarmView("a1", { state: "unacknowledged", activatedMs: NOW_MS }));
  expect(newestWaitingMs(waiting)).toBe(NOW_MS);
});
