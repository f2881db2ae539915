/**
 * Connected and no data is the fault that nothing else finds. A variable the server was silent about is read; one that has another value
 * than the last reported one, and still has after the server had time to say so, is not being reported: it is asked for anew, and when that
 * does not help or half of them are silent, the connection is.
 */
import type { DataValue } from "node-opcua-client";
import type { Clock } from "../src/model/clock.ts";
import type { OpcuaItemConfig } from "./opcua-config.ts";
import type { Followed, ItemListener, OpcuaItems } from "./opcua-items.ts";

export interface Watchdog {
  /** To be called every now and then. Resolves with the reason when the connection should be built anew. */
  look(): Promise<string | undefined>;
}

export interface WatchdogParts {
  readonly items: OpcuaItems;
  /** Silent for so long, a variable is read. */
  readonly watchMs: number;
  readonly publishingMs: number;
  readonly clock: Clock;
  readonly onValue: ItemListener["onValue"];
  /** Its changes were not reported; it is asked for anew. */
  readonly onStalled: (item: OpcuaItemConfig) => void;
}

const LEAST_GRACE_MS = 2000;

export function createWatchdog({ items, watchMs, publishingMs, clock, ...tell }: WatchdogParts): Watchdog {
  const suspects = new WeakMap<Followed, number>();
  const rebuilt = new Set<OpcuaItemConfig>();

  /** Time to sample, to publish, and to arrive. */
  function graceMs({ samplingMs }: Followed): number {
    return Math.max(LEAST_GRACE_MS, 2 * (samplingMs + publishingMs));
  }

  function isDue(one: Followed): boolean {
    const suspectMs = suspects.get(one);
    if (suspectMs === undefined) return clock() - one.heardMs >= watchMs;
    return clock() - suspectMs >= graceMs(one);
  }

  return {
    async look() {
      const watched = [...items.followed].filter(({ monitored }) => monitored !== undefined);
      const stalled: Followed[] = [];
      await items.read(watched.filter(isDue), (one, data) => {
        tell.onValue(one.item, data, "watched");
        if (!isOtherThanReported(one, data)) suspects.delete(one);
        else if (suspects.has(one)) stalled.push(one);
        else suspects.set(one, clock());
      });
      const again = stalled.filter(({ item }) => rebuilt.has(item));
      for (const one of stalled) {
        suspects.delete(one);
        rebuilt.add(one.item);
        tell.onStalled(one.item);
        items.rebuild(one);
      }
      const many = stalled.length > 1 && stalled.length * 2 >= watched.length;
      if (!many && again.length === 0) return undefined;
      return `${stalled.length} of ${watched.length} variables change and are not reported`;
    },
  };
}

function isOtherThanReported({ reported, deadband }: Followed, { statusCode, value }: DataValue): boolean {
  if (!reported) return true;
  if (statusCode.isNotGood() || reported.statusCode.isNotGood()) return false;
  const [now, before] = [value.value, reported.value.value];
  if (typeof now !== "number" || typeof before !== "number") return false;
  // A server that keeps a Float and one that computes in Double differ in the last digits.
  return Math.abs(now - before) > deadband * 1.001;
}
