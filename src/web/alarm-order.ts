/** Which alarms the page shows, and in which order: what nobody has seen yet comes first, the longest unseen at the top. */
import type { AlarmView } from "../model/live.ts";

export interface OrderedAlarms {
  /** Oldest unacknowledged first, then the acknowledged ones, oldest first. */
  readonly shown: readonly AlarmView[];
  /** Shelved, suppressed or out of service: out of the way, never out of reach. */
  readonly putAside: readonly AlarmView[];
  readonly unacknowledged: number;
}

export function orderAlarms(alarms: Iterable<AlarmView>): OrderedAlarms {
  const all = [...alarms];
  const shown = all.filter((alarm) => alarm.state !== "normal" && !isPutAside(alarm)).sort(byNeed);
  return {
    shown,
    putAside: all.filter(isPutAside).sort(byNeed),
    unacknowledged: shown.filter(isUnacknowledged).length,
  };
}

export function isUnacknowledged({ state }: AlarmView): boolean {
  return state === "unacknowledged" || state === "returned-unacknowledged";
}

function isPutAside({ shelved, suppressed, outOfService }: AlarmView): boolean {
  return shelved !== null || suppressed !== null || outOfService !== null;
}

function byNeed(a: AlarmView, b: AlarmView): number {
  return Number(isUnacknowledged(b)) - Number(isUnacknowledged(a)) || a.activatedMs - b.activatedMs;
}
