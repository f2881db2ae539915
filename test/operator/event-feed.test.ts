import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import type { StoredEvent } from "../../src/model/event.ts";
import { createEventFeed } from "../../src/operator/event-feed.ts";

const event = (cursor: number): StoredEvent => ({
  cursor,
  timeMs: 0,
  actor: "station-1",
  body: { kind: "notice", site: "station-1", notice: { timeMs: 0, code: "overflow", figures: {} } },
});

/** A feed after cursor 2 over a history that counts how often it is asked and can fail, on timers of the test's own. */
function feedAfterTwo() {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const shown: number[] = [];
  const history = { asked: 0, failing: false };
  const feed = createEventFeed({
    afterCursor: 2,
    store: {
      async events(cursor) {
        history.asked += 1;
        if (history.failing) throw new Error("disk gone");
        return [1, 2, 3, 4, 5].filter((one) => one > cursor).map(event);
      },
    },
    log: pino({ level: "silent" }),
    onNext: (events) => shown.push(...events.map((one) => one.cursor)),
  });
  return { feed, shown, history };
}

test("events are shown once each, in order, however they are told", async () => {
  const { feed, shown, history } = feedAfterTwo();
  feed.take([event(4), event(1)]);
  expect(shown).toEqual([]);
  feed.take([event(3), event(4)]);
  feed.take([event(2), event(5), event(5)]);
  expect(shown).toEqual([3, 4, 5]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(history.asked).toBe(0);
});

test("a gap that nobody fills is read from history, again when reading failed", async () => {
  const { feed, shown, history } = feedAfterTwo();
  history.failing = true;
  feed.take([event(5)]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([shown, history.asked]).toEqual([[], 1]);
  history.failing = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shown).toEqual([3, 4, 5]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(history.asked).toBe(2);
});

test("a feed that is closed asks no more", async () => {
  const { feed, history } = feedAfterTwo();
  feed.take([event(5)]);
  feed.close();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(history.asked).toBe(0);
});
