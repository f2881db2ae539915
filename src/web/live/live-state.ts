/**
 * What the page knows, as a value, and how each message from the centre changes it. Pure: the times are those at which the
 * connection heard or lost something, by this machine's clock.
 *
 *   connecting -heard-> live -lost-> lost -heard-> live
 */
import type { Refusal } from "../../model/alarm.ts";
import type { LatestSample } from "../../model/history-store.ts";
import type { Action, AlarmView, DistrictView, ServerMessage, SiteView } from "../../model/live.ts";
import type { Utility } from "../../model/utility.ts";

export type Link =
  | { readonly kind: "connecting" }
  | { readonly kind: "live"; readonly heardMs: number }
  /** `heardMs` is when the centre was last heard: what the page shows is that old. */
  | { readonly kind: "lost"; readonly heardMs: number };

/** All that was last heard of the utility. */
export interface Network {
  readonly demo: boolean;
  /** Nothing that is shown is real: somebody is being trained. */
  readonly exercise?: boolean;
  /** Newcomers are shown around. */
  readonly tour?: boolean;
  readonly configuration: string;
  readonly utility: Utility;
  readonly districts: ReadonlyMap<string, DistrictView>;
  readonly alarms: ReadonlyMap<string, AlarmView>;
  readonly latest: ReadonlyMap<string, LatestSample>;
  readonly sites: ReadonlyMap<string, SiteView>;
}

export interface LiveState {
  readonly link: Link;
  /** How often the centre answered after silence. History fetched under an older count has a hole to fill. */
  readonly connections: number;
  /** Of the last event this state covers; null before the first snapshot. */
  readonly cursor: number | null;
  /** The centre's clock less this machine's, ms. */
  readonly clockAheadMs: number;
  readonly network: Network | null;
  /** Actions sent and not yet answered, by request. */
  readonly pending: ReadonlyMap<string, Action>;
  /** Why the last action on an alarm did not happen, by alarm. */
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Why the centre will not talk with this page; null while it does. */
  readonly rejection: string | null;
}

export type LiveInput =
  | { readonly type: "heard"; readonly atMs: number; readonly message: ServerMessage }
  | { readonly type: "lost" }
  | { readonly type: "acted"; readonly request: string; readonly action: Action; readonly sent: boolean };

export const NOTHING_HEARD: LiveState = {
  link: { kind: "connecting" },
  connections: 0,
  cursor: null,
  clockAheadMs: 0,
  network: null,
  pending: new Map(),
  refusals: new Map(),
  rejection: null,
};

const NOT_SENT: Refusal = { code: "not-sent", message: "there is no connection to the centre" };
const NOT_ANSWERED: Refusal = { code: "not-answered", message: "the connection was lost before the answer" };

export function next(state: LiveState, input: LiveInput): LiveState {
  switch (input.type) {
    case "heard": {
      const connections = state.link.kind === "live" ? state.connections : state.connections + 1;
      const link: Link = { kind: "live", heardMs: input.atMs };
      return afterMessage({ ...state, link, connections }, input.message, input.atMs);
    }
    case "lost": {
      if (state.link.kind !== "live") return state;
      const unanswered = [...state.pending.values()].map(({ alarm }) => [alarm, NOT_ANSWERED] as const);
      return {
        ...state,
        link: { kind: "lost", heardMs: state.link.heardMs },
        pending: new Map(),
        refusals: new Map([...state.refusals, ...unanswered]),
      };
    }
    case "acted": {
      const { request, action, sent } = input;
      const refusals = new Map(state.refusals);
      if (sent) refusals.delete(action.alarm);
      else refusals.set(action.alarm, NOT_SENT);
      return {
        ...state,
        refusals,
        pending: sent ? merged(state.pending, [[request, action]]) : state.pending,
      };
    }
  }
}

function afterMessage(state: LiveState, message: ServerMessage, atMs: number): LiveState {
  switch (message.type) {
    case "snapshot": {
      const {
        nowMs,
        demo,
        exercise = false,
        tour = false,
        configuration,
        utility,
        districts,
        alarms,
        latest,
        sites,
      } = message.snapshot;
      const network: Network = {
        demo,
        exercise,
        tour,
        configuration,
        utility,
        districts: new Map(districts.map((view) => [view.district, view])),
        alarms: new Map(alarms.map((view) => [view.id, view])),
        latest: new Map(latest.map((sample) => [sample.sensor, sample])),
        sites: new Map(sites.map((view) => [view.site, view])),
      };
      return { ...state, cursor: message.cursor, clockAheadMs: nowMs - atMs, network, rejection: null };
    }
    case "events":
      return {
        ...state,
        cursor: message.cursor,
        network: state.network && {
          ...state.network,
          alarms: merged(
            state.network.alarms,
            message.alarms.map((view) => [view.id, view]),
          ),
          districts: merged(
            state.network.districts,
            message.districts.map((view) => [view.district, view]),
          ),
        },
      };
    case "readings":
      return {
        ...state,
        clockAheadMs: message.nowMs - atMs,
        network: state.network && {
          ...state.network,
          latest: merged(state.network.latest, newer(state.network.latest, message.latest)),
          sites: merged(
            state.network.sites,
            message.sites.map((view) => [view.site, view]),
          ),
        },
      };
    case "heartbeat":
      return { ...state, clockAheadMs: message.nowMs - atMs };
    case "done":
      return { ...state, pending: without(state.pending, message.request) };
    case "refused": {
      // Without a request it is the page itself that was refused: what it remembers may be why, so it starts afresh.
      if (message.request === null) return { ...state, cursor: null, rejection: message.message };
      const action = state.pending.get(message.request);
      if (!action) return state;
      return {
        ...state,
        pending: without(state.pending, message.request),
        refusals: merged(state.refusals, [[action.alarm, { code: message.code, message: message.message }]]),
      };
    }
  }
}

/** Late readings fill history; they are not the last value. */
function newer(
  known: ReadonlyMap<string, LatestSample>,
  samples: readonly LatestSample[],
): readonly (readonly [string, LatestSample])[] {
  return samples
    .filter(({ sensor, timeMs }) => timeMs >= (known.get(sensor)?.timeMs ?? Number.NEGATIVE_INFINITY))
    .map((sample) => [sample.sensor, sample]);
}

function merged<V>(
  map: ReadonlyMap<string, V>,
  entries: readonly (readonly [string, V])[],
): ReadonlyMap<string, V> {
  return entries.length > 0 ? new Map([...map, ...entries]) : map;
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
