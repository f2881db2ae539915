import { expect, test } from "vitest";
import type { AlarmState } from "../../src/model/alarm.ts";
import type { AlarmView } from "../../src/model/live.ts";
import type { VerdictKind } from "../../src/model/verdict.ts";
import { linesOf } from "../../src/web/alarms/alarm-groups.ts";
import { alarmView, VERDICT } from "./sample-messages.ts";

const alarm = (id: string, kind: VerdictKind, state: AlarmState = "unacknowledged") =>
  alarmView(id, { state, verdict: { ...VERDICT, kind } });
const many = (count: number, kind: VerdictKind) =>
  Array.from({ length: count }, (_, i) => alarm(`${kind} ${i}`, kind));
const shape = (alarms: readonly AlarmView[], opened: string | null = null) =>
  linesOf(alarms, opened).map((line) =>
    line.type === "alarm" ? line.alarm.id : `${line.group.kind} x ${line.group.alarms.length}`,
  );

test("thirty alarms are read one by one", () => {
  expect(shape(many(30, "data-gap"))).toHaveLength(30);
});

test("in a flood those of one kind stand together where the first stood; what is rare keeps its row", () => {
  const alarms = [alarm("old leak", "leak"), ...many(100, "data-gap"), alarm("new leak", "leak")];
  expect(shape(alarms)).toEqual(["old leak", "data-gap x 100", "new leak"]);
});

test("the one that is open keeps its row, and none is lost", () => {
  const alarms = [...many(40, "data-gap"), ...many(9, "sensor-stuck"), ...many(8, "leak")];
  expect(shape(alarms, "data-gap 7")).toEqual([
    "data-gap x 39",
    "data-gap 7",
    "sensor-stuck x 9",
    ...many(8, "leak").map(({ id }) => id),
  ]);
});

test("a group says how many of it wait", () => {
  const alarms = [...many(40, "data-gap"), alarm("seen", "data-gap", "acknowledged")];
  expect(linesOf(alarms)).toMatchObject([{ type: "group", group: { unacknowledged: 40 } }]);
});
