/** Two hundred pages at once, of which twenty have stopped reading: the others hear everything as soon as ever. */
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { START_MS } from "../alarm/sample-verdicts.ts";
import { until } from "../support/waiting.ts";
import { startCentre } from "./centre.ts";

const PAGES = 200;
const STALLED = 20;
/** Some MB, so that a page that has stopped has much waiting: less than it may have, with what the system holds for it beside. */
const BACKLOG = { events: 30, noteBytes: 100_000 };
/** As large as an alarm with its explanation. */
const MEASURED = { events: 200, noteBytes: 3_000 };
/** Together with the backlog more than a page may have waiting. */
const FLOOD = { events: 100, noteBytes: 100_000 };
const MINUTES_MS = 120_000;

test(
  "the others' 99th percentile stays under 250 ms, and those that stopped reading are cut off",
  async () => {
    const centre = await startCentre();
    const delaysMs: number[] = [];
    let sentMs = 0;
    const heard = new Map<WebSocket, number>();
    const open = async () => {
      const socket = new WebSocket(centre.liveAddress);
      socket.on("error", () => {});
      onTestFinished(() => socket.terminate());
      await once(socket, "open");
      const greeted = once(socket, "message");
      socket.send(JSON.stringify({ type: "hello", version: 1 }));
      await greeted;
      heard.set(socket, 0);
      // Read no further than the cursor: two hundred pages parse what they hear on machines of their own.
      socket.on("message", (data: Buffer) => {
        const [, cursor] = /^\{"type":"events","cursor":(\d+)/.exec(data.toString("latin1", 0, 60)) ?? [];
        if (cursor === undefined || socket.isPaused) return;
        heard.set(socket, Number(cursor));
        delaysMs.push(performance.now() - sentMs);
      });
      return socket;
    };
    const pages = await Promise.all(Array.from({ length: PAGES }, open));
    const [stalled, steady] = [pages.slice(0, STALLED), pages.slice(STALLED)];
    let cutOff = 0;
    for (const socket of stalled) {
      socket.pause();
      socket.on("close", () => {
        cutOff += 1;
      });
    }
    let told = 0;
    /** One after the other, each when all that read have heard the one before. */
    async function tell({ events, noteBytes }: { events: number; noteBytes: number }): Promise<void> {
      for (let i = 0; i < events; i += 1) {
        const figures = { note: "x".repeat(noteBytes) };
        const notice = { timeMs: START_MS, code: "overflow", figures };
        sentMs = performance.now();
        told += 1;
        await centre.append([
          { timeMs: START_MS, actor: "station-1", body: { kind: "notice", site: "station-1", notice } },
        ]);
        await until("all that read have heard", () => steady.every((socket) => heard.get(socket) === told));
      }
    }
    await tell(BACKLOG);
    delaysMs.length = 0;
    await tell(MEASURED);
    expect(delaysMs).toHaveLength((PAGES - STALLED) * MEASURED.events);
    delaysMs.sort((a, b) => a - b);
    const p99Ms = delaysMs[Math.floor(0.99 * delaysMs.length)];
    expect(p99Ms).toBeLessThan(250);
    expect(cutOff).toBe(0);
    await tell(FLOOD);
    for (const socket of stalled) socket.resume();
    await until("the stalled are cut off", () => cutOff === STALLED);
    expect(steady.every((socket) => socket.readyState === WebSocket.OPEN)).toBe(true);
  },
  MINUTES_MS,
);
