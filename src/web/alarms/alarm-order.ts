/** Which alarms the page shows, and in which order: what nobody has seen yet comes first, the longest unseen at the top. */
import { PRIORITIES, type Priority } from "../../model/alarm.ts";
import type { AlarmView } from "../../model/live.ts";
import type { Utility } from "../../model/utility.ts";
import { districtOf } from "../data-health.ts";

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

export const ALARM_VIEWS = ["standing", "waiting", "aside", "over", "all"] as const;

/** What of all alarms a list shows; as it stands in the address, so that it can be shared. */
export interface AlarmFilter {
  readonly show: (typeof ALARM_VIEWS)[number];
  /** A district's id; null for all. */
  readonly district: string | null;
  readonly priority: Priority | null;
}

/** What the address does not say, or says wrongly, is left wide. */
export function filterFrom(query: URLSearchParams): AlarmFilter {
  return {
    show: ALARM_VIEWS.find((one) => one === query.get("show")) ?? "standing",
    district: query.get("district"),
    priority: PRIORITIES.find((one) => one === query.get("priority")) ?? null,
  };
}

export function fitting(
  alarms: Iterable<AlarmView>,
  { show, district, priority }: AlarmFilter,
  utility: Utility,
): readonly AlarmView[] {
  return [...alarms]
    .filter((alarm) => isShown(alarm, show))
    .filter(({ rationalisation }) => priority === null || rationalisation.priority === priority)
    .filter(({ verdict }) => district === null || districtOf(verdict.subject, utility)?.id === district)
    .sort(byNeed);
}

function isShown(alarm: AlarmView, show: AlarmFilter["show"]): boolean {
  switch (show) {
    case "standing":
      return alarm.state !== "normal" && !isPutAside(alarm);
    case "waiting":
      return isUnacknowledged(alarm) && !isPutAside(alarm);
    case "aside":
      return isPutAside(alarm);
    case "over":
      return alarm.state === "normal";
    case "all":
      return true;
  }
}
