import { expect, test } from "vitest";
import { orderAlarms } from "../../src/web/alarms/alarm-order.ts";
import { alarmView, NOW_MS } from "./sample-messages.ts";

test("oldest unacknowledged first, then the acknowledged; what is put aside or normal is not among them", () => {
  const { shown, putAside, unacknowledged } = orderAlarms([
    alarmView("acknowledged", { state: "acknowledged", activatedMs: NOW_MS - 9000 }),
    alarmView("young", { activatedMs: NOW_MS - 1000 }),
    alarmView("over", { state: "returned-unacknowledged", activatedMs: NOW_MS - 3000 }),
    alarmView("old", { activatedMs: NOW_MS - 5000 }),
    alarmView("normal", { state: "normal" }),
    alarmView("shelved", { shelved: { reason: "repair", untilMs: NOW_MS, by: "operator" } }),
    alarmView("suppressed", { suppressed: { reason: "supply off" } }),
  ]);
  expect(shown.map(({ id }) => id)).toEqual(["old", "over", "young", "acknowledged"]);
  expect(putAside.map(({ id }) => id)).toEqual(["shelved", "suppressed"]);
  expect(unacknowledged).toBe(3);
});
