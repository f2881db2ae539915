import { expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/clock.ts";
import type { AlarmView } from "../../src/model/live.ts";
import { lossNow } from "../../src/web/alarms/alarm-loss.ts";
import type { Network } from "../../src/web/live/live-state.ts";
import { districtIn, utilityOf } from "./sample-district.ts";
import { alarmView, NOW_MS } from "./sample-messages.ts";

const network = (seenMs: number): Network => ({
  demo: false,
  configuration: "one",
  utility: utilityOf(districtIn("UTC")),
  districts: new Map(),
  alarms: new Map(),
  latest: new Map([["in", { sensor: "in", timeMs: seenMs, value: 20, status: 0 }]]),
  sites: new Map(),
});
const leak = (change: Partial<AlarmView> = {}) => alarmView("a", { lostUntilMs: NOW_MS, ...change });

test("a leak's loss grows with the readings that come, at the size it has", () => {
  expect(lossNow(leak(), network(NOW_MS))).toEqual({ volumeM3: 36, money: 18 });
  expect(lossNow(leak(), network(NOW_MS + 2 * HOUR_MS))).toEqual({ volumeM3: 48, money: 24 });
});

test("nothing is lost on top when no reading came, and when the leak is over", () => {
  expect(lossNow(leak(), network(NOW_MS - HOUR_MS))?.volumeM3).toBe(36);
  expect(lossNow(leak({ lostUntilMs: null }), network(NOW_MS + HOUR_MS))?.volumeM3).toBe(36);
  expect(lossNow(leak({ lostM3: null }), network(NOW_MS))).toBeNull();
});
