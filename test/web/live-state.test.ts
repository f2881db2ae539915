import { describe, expect, test } from "vitest";
import type { ServerMessage } from "../../src/model/live.ts";
import { type LiveInput, type LiveState, NOTHING_HEARD, next } from "../../src/web/live/live-state.ts";
import { alarmView, NOW_MS, snapshot } from "./sample-messages.ts";

const heard = (message: ServerMessage, atMs = NOW_MS): LiveInput => ({ type: "heard", atMs, message });
const stateAfter = (...inputs: readonly LiveInput[]): LiveState => inputs.reduce(next, NOTHING_HEARD);
const heartbeat = (cursor: number): ServerMessage => ({ type: "heartbeat", nowMs: NOW_MS, cursor });
const acknowledge = { type: "acknowledge", alarm: "a" } as const;

describe("live state", () => {
  test("is live from the first word on, and lost with the time of the last word", () => {
    const live = stateAfter(heard(snapshot(3), NOW_MS + 50));
    expect(live.link).toEqual({ kind: "live", heardMs: NOW_MS + 50 });
    expect(next(live, { type: "lost" }).link).toEqual({ kind: "lost", heardMs: NOW_MS + 50 });
  });

  test("a try that fails does not make a lost connection younger", () => {
    const lost = stateAfter(heard(snapshot(3)), { type: "lost" });
    expect(next(lost, { type: "lost" })).toBe(lost);
    expect(stateAfter({ type: "lost" }).link).toEqual({ kind: "connecting" });
  });

  test("what was known stays while the connection is lost, and charts learn that it came back", () => {
    const lost = stateAfter(heard(snapshot(3, { alarms: [alarmView("a")] })), { type: "lost" });
    expect(lost.network?.alarms.size).toBe(1);
    expect(lost.cursor).toBe(3);
    expect(next(lost, heard(heartbeat(3))).connections).toBe(lost.connections + 1);
  });

  test("tells the centre's time whatever this machine's clock says", () => {
    expect(stateAfter(heard(snapshot(1), NOW_MS - 90_000)).clockAheadMs).toBe(90_000);
  });

  test("events replace the alarms and districts they changed and move the cursor", () => {
    const state = stateAfter(
      heard(snapshot(3, { alarms: [alarmView("a"), alarmView("b")] })),
      heard({
        type: "events",
        cursor: 5,
        events: [],
        alarms: [alarmView("a", { state: "acknowledged" })],
        districts: [{ district: "north", lastNight: null, trend: [], standing: [] }],
      }),
    );
    expect(state.cursor).toBe(5);
    expect([...(state.network?.alarms.values() ?? [])].map(({ id, state: now }) => [id, now])).toEqual([
      ["a", "acknowledged"],
      ["b", "unacknowledged"],
    ]);
    expect(state.network?.districts.has("north")).toBe(true);
  });

  test("a late reading is not the last value", () => {
    const reading = (timeMs: number, value: number): ServerMessage => ({
      type: "readings",
      nowMs: NOW_MS,
      latest: [{ sensor: "s", timeMs, value, status: 0 }],
      sites: [],
    });
    const state = stateAfter(heard(snapshot(1)), heard(reading(2000, 7)), heard(reading(1000, 5)));
    expect(state.network?.latest.get("s")?.value).toBe(7);
    expect(next(state, heard(reading(2000, 8))).network?.latest.get("s")?.value).toBe(8);
  });

  test("an action waits for its answer, and a refusal is told at its alarm until the next try", () => {
    const sent = stateAfter(heard(snapshot(1)), {
      type: "acted",
      request: "1",
      action: acknowledge,
      sent: true,
    });
    expect([...sent.pending.keys()]).toEqual(["1"]);
    expect(next(sent, heard({ type: "done", request: "1" })).pending.size).toBe(0);

    const refused = next(
      sent,
      heard({ type: "refused", request: "1", code: "already", message: "Already acknowledged." }),
    );
    expect(refused.pending.size).toBe(0);
    expect(refused.refusals.get("a")).toEqual({ code: "already", message: "Already acknowledged." });
    const again = next(refused, { type: "acted", request: "2", action: acknowledge, sent: true });
    expect(again.refusals.size).toBe(0);
  });

  test("an action that could not be sent, or was cut off from its answer, says so at its alarm", () => {
    const unsent = stateAfter({ type: "acted", request: "1", action: acknowledge, sent: false });
    expect(unsent.refusals.get("a")?.code).toBe("not-sent");
    expect(unsent.pending.size).toBe(0);

    const cut = stateAfter(
      heard(snapshot(1)),
      { type: "acted", request: "1", action: acknowledge, sent: true },
      { type: "lost" },
    );
    expect(cut.refusals.get("a")?.code).toBe("not-answered");
    expect(cut.pending.size).toBe(0);
  });

  test("a page that was refused starts afresh, and a snapshot ends the matter", () => {
    const refused = stateAfter(
      heard(snapshot(3)),
      heard({ type: "refused", request: null, code: "bad-message", message: "No." }),
    );
    expect(refused).toMatchObject({ cursor: null, rejection: "No." });
    expect(next(refused, heard(snapshot(4)))).toMatchObject({ cursor: 4, rejection: null });
  });
});
