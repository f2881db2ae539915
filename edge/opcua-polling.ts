/** Reads the variables that are not subscribed, each in its own cycle. */
import type { Clock } from "../src/model/clock.ts";
import type { Followed, ItemListener, OpcuaItems } from "./opcua-items.ts";

export interface Polling {
  /** Reads what is due. Resolves with when the next one is, at the latest in a second. */
  read(): Promise<number>;
}

const LOOK_MS = 1000;

export function createPolling(items: OpcuaItems, clock: Clock, onValue: ItemListener["onValue"]): Polling {
  const nextMs = new WeakMap<Followed, number>();
  return {
    async read() {
      const cyclic = [...items.followed].filter(({ monitored }) => monitored === undefined);
      const due = cyclic.filter((one) => (nextMs.get(one) ?? 0) <= clock());
      const startMs = clock();
      for (const one of due) nextMs.set(one, nextCycle(nextMs.get(one), startMs, one.samplingMs));
      await items.read(due, ({ item }, data) => onValue(item, data, "read"));
      return Math.min(clock() + LOOK_MS, ...cyclic.map((one) => nextMs.get(one) ?? startMs));
    },
  };
}

/** Keeps the rhythm; cycles that a slow server swallowed are not made up for. */
function nextCycle(plannedMs: number | undefined, nowMs: number, cycleMs: number): number {
  const nextMs = (plannedMs ?? nowMs) + cycleMs;
  return nextMs > nowMs ? nextMs : nowMs + cycleMs;
}
