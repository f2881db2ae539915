import { expect, test } from "vitest";
import {
  acknowledged,
  goneBack,
  isOverdue,
  isResendDue,
  newWindow,
  type SendWindow,
  sendable,
  sent,
  waitedInVain,
} from "../../edge/send-window.ts";

const patience = 1000;
const spool = { first: 1, last: 10 };

function sentUpTo(seq: number, nowMs = 0): SendWindow {
  let window = newWindow(spool, patience);
  for (let next = 1; next <= seq; next += 1) window = sent(window, next, nowMs);
  return window;
}

const ack = (window: SendWindow, stored: number, nowMs: number) =>
  acknowledged(window, stored, spool, patience, nowMs);

test("sends what the spool holds, no more than the window, and on as acknowledgements come", () => {
  expect(sendable(newWindow(spool, patience), spool, 4)).toEqual([1, 2, 3, 4]);
  const full = sentUpTo(4);
  expect(sendable(full, spool, 4)).toEqual([]);
  const { window, outcome } = ack(full, 3, 5);
  expect(outcome).toBe("progress");
  expect(sendable(window, spool, 4)).toEqual([5, 6, 7]);
});

test("a restart begins at the lowest number held, and an acknowledgement from before it moves on", () => {
  const window = newWindow({ first: 7, last: 10 }, patience);
  expect(sendable(window, { first: 7, last: 10 }, 4)).toEqual([7, 8, 9, 10]);
  expect(ack(window, 5, 0).outcome).toBe("nothing");
  expect(sendable(ack(window, 8, 0).window, spool, 4)).toEqual([9, 10]);
});

test("a new connection sends again from the first batch not acknowledged", () => {
  const { window } = ack(sentUpTo(4), 2, 5);
  expect(sendable(goneBack(window, 6), spool, 4)).toEqual([3, 4, 5, 6]);
});

test("the same acknowledgement twice sends again, but at most once a second", () => {
  const { window } = ack(sentUpTo(4), 2, 5000);
  const again = ack(window, 2, 5100);
  expect(again.outcome).toBe("resend");
  expect(sendable(again.window, spool, 4)).toEqual([3, 4, 5, 6]);
  const resent = sent(sent(again.window, 3, 5100), 4, 5100);
  const tooSoon = ack(resent, 2, 6000);
  expect(tooSoon.outcome).toBe("nothing");
  expect([isResendDue(tooSoon.window, 6099), isResendDue(tooSoon.window, 6100)]).toEqual([false, true]);
  expect(isResendDue(ack(tooSoon.window, 3, 6050).window, 9999)).toBe(false);
  expect(ack(resent, 2, 6100).outcome).toBe("resend");
});

test("the same acknowledgement while nothing newer was sent asks for nothing", () => {
  const { window } = ack(sentUpTo(4), 4, 5);
  expect(ack(window, 4, 5000).outcome).toBe("nothing");
});

test("no progress sends again, with patience that doubles up to two minutes and recovers with progress", () => {
  let window = sentUpTo(4, 0);
  expect(isOverdue(window, 999)).toBe(false);
  expect(isOverdue(window, 1000)).toBe(true);
  window = sent(waitedInVain(window, 1000), 1, 1000);
  expect(isOverdue(window, 2999)).toBe(false);
  expect(isOverdue(window, 3000)).toBe(true);
  for (let times = 0; times < 20; times += 1) window = waitedInVain(window, 0);
  expect(window.patienceMs).toBe(120_000);
  expect(ack(window, 1, 0).window.patienceMs).toBe(1000);
});

test("an idle window is never overdue, and its patience starts with the next batch sent", () => {
  const { window } = ack(sentUpTo(4, 0), 4, 10);
  expect(isOverdue(window, 1e9)).toBe(false);
  expect(isOverdue(sent(window, 5, 1e9), 1e9 + 999)).toBe(false);
});

test("what the spool had to drop is passed over", () => {
  expect(sendable(sentUpTo(4), { first: 6, last: 10 }, 4)).toEqual([6, 7, 8, 9]);
});

test("an acknowledgement of batches never made is told apart", () => {
  expect(ack(sentUpTo(4), 11, 0).outcome).toBe("ahead");
});
