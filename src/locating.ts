/**
 * Locates leaks for those who ask, one after the other, on a thread of its own that is started with the first question and kept. An
 * answer is kept too: as long as the finding and the hour are the same, so is where the leak may be.
 */
import { Worker } from "node:worker_threads";
import type { HourlyReadings } from "./locate/hourly-readings.ts";
import { readingRange, readSensors } from "./locate/reading-range.ts";
import { HOUR_MS } from "./model/clock.ts";
import { Failure, messageOf } from "./model/failure.ts";
import type { HistoryStore } from "./model/history-store.ts";
import type { LeakLocation, LeakToLocate, Locate } from "./model/location.ts";
import type { NetworkModel } from "./model/network-model.ts";
import type { District } from "./model/utility.ts";

export interface LocatingStart {
  readonly network: NetworkModel;
  readonly districts: readonly District[];
}

export interface LocatingQuestion {
  readonly leak: LeakToLocate;
  readonly readings: HourlyReadings;
}

export type LocatingAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "location"; readonly location: LeakLocation }
  | { readonly kind: "failed"; readonly message: string };

/** Answers that are kept; of an alarm there is one an hour. */
const MOST_KEPT = 200;

export interface Locating {
  readonly locate: Locate;
  close(): Promise<void>;
}

export function createLocating(start: LocatingStart, store: HistoryStore): Locating {
  const kept = new Map<string, Promise<LeakLocation>>();
  let last: Promise<unknown> = Promise.resolve();
  let thread: Promise<Worker> | null = null;

  async function work(leak: LeakToLocate): Promise<LeakLocation> {
    const range = readingRange(leak);
    const buckets = await store.downsample(readSensors(start), range, HOUR_MS);
    const readings: HourlyReadings = {
      startsMs: buckets[0]?.startsMs ?? new Float64Array(),
      means: new Map(buckets.map(({ sensor, means }) => [sensor, means])),
    };
    thread ??= startThread(start);
    const worker = await thread.catch((thrown: unknown) => {
      thread = null;
      throw thrown;
    });
    const answer = await ask(worker, (one) => one.postMessage({ leak, readings } satisfies LocatingQuestion));
    if (answer.kind === "location") return answer.location;
    throw new Failure("not-located", answer.kind === "failed" ? answer.message : "no answer came");
  }

  return {
    locate(leak) {
      const key = JSON.stringify({ ...leak, untilMs: Math.floor(leak.untilMs / HOUR_MS) });
      const known = kept.get(key);
      if (known) return known;
      const mine = last.then(() => work(leak));
      last = mine.catch(() => kept.delete(key));
      kept.set(key, mine);
      for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
      return mine;
    },
    async close() {
      await last;
      await (await thread?.catch(() => null))?.terminate();
    },
  };
}

async function startThread(start: LocatingStart): Promise<Worker> {
  const worker = new Worker(new URL("./locating-thread.ts", import.meta.url), { workerData: start });
  const answer = await ask(worker, () => {});
  if (answer.kind === "ready") {
    worker.unref();
    return worker;
  }
  await worker.terminate();
  throw new Failure("wrong-network", answer.kind === "failed" ? answer.message : "the thread did not start");
}

/** Its next message. A thread that dies answers nothing more. */
function ask(worker: Worker, send: (worker: Worker) => void): Promise<LocatingAnswer> {
  return new Promise((resolve, reject) => {
    const settled = (settle: () => void) => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      settle();
    };
    const onMessage = (message: LocatingAnswer) => settled(() => resolve(message));
    const onError = (thrown: unknown) =>
      settled(() => reject(new Failure("thread-ended", messageOf(thrown), { retryable: true })));
    worker.on("message", onMessage);
    worker.on("error", onError);
    send(worker);
  });
}
