import { EventEmitter } from "node:events";
import { DataChangeNotification, NotificationMessage } from "node-opcua-client";
import { expect, test } from "vitest";
import { createMessageSequence, followSequence } from "../../edge/opcua-sequence.ts";

/** Messages by their numbers, "2b" being a later one of that number, and "+" ten seconds; what each let through. */
function follow(...said: readonly (number | string)[]) {
  const sequence = createMessageSequence();
  let nowMs = 0;
  const through: string[] = [];
  for (const one of said) {
    if (one === "+") {
      nowMs += 10_000;
      continue;
    }
    const sequenceNumber = Number.parseInt(String(one), 10);
    const publishedMs = sequenceNumber * 10 + (String(one).endsWith("b") ? 1000 : 0);
    const { ready, missed } = sequence.arrived({ sequenceNumber, publishedMs }, nowMs);
    const numbers = ready.map((message) => message.sequenceNumber).join(" ");
    through.push(missed > 0 ? `${missed} missed: ${numbers}` : numbers);
  }
  return { through, last: sequence.last() };
}

test("messages in order go through as they come, wherever they begin", () => {
  expect(follow(1, 2, 3)).toEqual({ through: ["1", "2", "3"], last: 3 });
  expect(follow(17, 18)).toEqual({ through: ["17", "18"], last: 18 });
  expect(follow(4294967294, 4294967295, 1, 2).through).toEqual(["4294967294", "4294967295", "1", "2"]);
});

test("one that is ahead of its turn waits for those before it, and is not counted until then", () => {
  expect(follow(1, 4)).toEqual({ through: ["1", ""], last: 1 });
  expect(follow(1, 4, 2, 3)).toEqual({ through: ["1", "", "2", "3 4"], last: 4 });
  expect(follow(1, 5, 3, 2, 4)).toEqual({ through: ["1", "", "", "2 3", "4 5"], last: 5 });
  expect(follow(4294967295, 2, 1).through).toEqual(["4294967295", "", "1 2"]);
});

test("one that comes twice goes through once", () => {
  expect(follow(1, 2, 2, 1, 3)).toEqual({ through: ["1", "2", "", "", "3"], last: 3 });
  expect(follow(1, 3, 3, 2, 3).through).toEqual(["1", "", "", "2 3", ""]);
});

test("those that do not come are given up after ten seconds, and told", () => {
  expect(follow(1, 4, "+", 7)).toEqual({ through: ["1", "", "4 missed: 4 7"], last: 7 });
  expect(follow(1, 4, "+", 7, 8)).toEqual({ through: ["1", "", "4 missed: 4 7", "8"], last: 8 });
  expect(follow(1, 4, "+", 7, 2, 8).through).toEqual(["1", "", "4 missed: 4 7", "2", "8"]);
  const sequence = createMessageSequence();
  sequence.arrived({ sequenceNumber: 1, publishedMs: 0 }, 0);
  const early = { sequenceNumber: 3, publishedMs: 0 };
  sequence.arrived(early, 5000);
  expect(sequence.waited(14_999)).toEqual({ ready: [], missed: 0 });
  expect(sequence.waited(15_000)).toEqual({ ready: [early], missed: 1 });
});

test("when nothing more comes, what waits goes through and what is missing is told", () => {
  const sequence = createMessageSequence();
  sequence.arrived({ sequenceNumber: 1, publishedMs: 0 }, 0);
  expect(sequence.awaitsMissing()).toBe(false);
  const early = [3, 6].map((sequenceNumber) => ({ sequenceNumber, publishedMs: 0 }));
  for (const message of early.toReversed()) sequence.arrived(message, 1);
  expect(sequence.awaitsMissing()).toBe(true);
  expect(sequence.ended()).toEqual({ ready: early, missed: 3 });
  expect(sequence.awaitsMissing()).toBe(false);
  expect(sequence.ended()).toEqual({ ready: [], missed: 0 });
});

test("a server that counts anew is followed", () => {
  expect(follow(50, 51, "1b", "2b")).toEqual({ through: ["50", "51", "1", "2"], last: 2 });
});

/** As far as node-opcua's own goes: a message is handed over to it again, without data where it is not its turn. */
class Subscription extends EventEmitter {
  isActive = true;
  readonly handedOver: number[] = [];

  onNotificationMessage(message: NotificationMessage): void {
    this.emit("raw_notification", message);
    if (message.notificationData) this.handedOver.push(message.sequenceNumber);
  }
}

test.each([
  { isActive: true, handedOver: [1, 3, 4], missed: [1] },
  { isActive: false, handedOver: [1], missed: [3] },
])("what waits when a connection ends is handed over, or told where it cannot be: $missed", (scene) => {
  const subscription = new Subscription();
  const missed: number[] = [];
  const sequence = followSequence(
    subscription,
    () => 0,
    (count) => missed.push(count),
  );
  for (const sequenceNumber of [1, 3, 4]) {
    const notificationData = [new DataChangeNotification({})];
    subscription.onNotificationMessage(new NotificationMessage({ sequenceNumber, notificationData }));
  }
  expect(subscription.handedOver).toEqual([1]);
  subscription.isActive = scene.isActive;
  sequence.end();
  sequence.end();
  expect({ handedOver: subscription.handedOver, missed }).toEqual({
    handedOver: scene.handedOver,
    missed: scene.missed,
  });
});
