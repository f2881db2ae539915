/**
 * Which alarms are told on which route, and when: alarms that ask are gathered for a moment and told together, told again while
 * nobody acknowledges, handed up when it takes too long, and told once more when they are over. Pure: events and time in,
 * notifications out; the state is plain data that the outbox keeps.
 */
import { isHidden, isUnacknowledged } from "../model/alarm.ts";
import type { StoredEvent } from "../model/event.ts";
import type { AlarmView } from "../model/live.ts";
import { localMinuteOfDay } from "../model/local-time.ts";
import type { Hours, NotificationSettings, Route } from "../model/notification.ts";
import type { Topology } from "../model/topology.ts";

/** How one alarm stands with one route. */
export interface Asking {
  /** When it last asked for attention. */
  readonly askedMs: number;
  /** When the route last told of it; null while it is still to be told. */
  readonly toldMs: number | null;
  readonly escalated: boolean;
  /** When it ended, until that is told too. */
  readonly overMs: number | null;
}

export interface PlanState {
  /** Of the last event that is in the plan. */
  readonly cursor: number;
  /** Route to alarm to how it stands. */
  readonly routes: Readonly<Record<string, Readonly<Record<string, Asking>>>>;
  readonly watchdogMs: number | null;
}

export type Occasion = "news" | "reminder" | "escalation";

/** What to tell, and by which channels. */
export interface PlannedMessage {
  readonly occasion: Occasion;
  readonly route: string;
  readonly channels: readonly string[];
  readonly asking: readonly AlarmView[];
  readonly over: readonly AlarmView[];
}

export interface PlanContext {
  readonly settings: NotificationSettings;
  readonly topology: Topology;
  /** As it stands after the last event; null for one that is not known. */
  readonly alarm: (id: string) => AlarmView | null;
}

/** The plan at the first start: what asks now is told, what was is not. */
export function firstPlan(cursor: number, standing: readonly AlarmView[], context: PlanContext): PlanState {
  const routes: Draft = {};
  for (const alarm of standing) if (isUnacknowledged(alarm)) ask(routes, alarm, alarm.activatedMs, context);
  return { cursor, routes, watchdogMs: null };
}

/** The plan after the events, in their order. */
export function planWith(state: PlanState, events: readonly StoredEvent[], context: PlanContext): PlanState {
  const routes: Draft = Object.fromEntries(
    Object.entries(state.routes).map(([route, alarms]) => [route, { ...alarms }]),
  );
  for (const { timeMs, body } of events) {
    const alarm = body.kind === "alarm" ? context.alarm(body.alarm) : null;
    if (body.kind !== "alarm" || !alarm) continue;
    const { type } = body.change;
    if (type === "activated" || type === "re-alarmed") ask(routes, alarm, timeMs, context);
    if (type === "cleared") end(routes, alarm.id, timeMs);
  }
  return { ...state, cursor: events.at(-1)?.cursor ?? state.cursor, routes };
}

type Draft = Record<string, Record<string, Asking>>;

function ask(routes: Draft, alarm: AlarmView, timeMs: number, context: PlanContext): void {
  for (const route of context.settings.routes) {
    if (!isFor(route, alarm, context.topology)) continue;
    const alarms = routes[route.id] ?? {};
    alarms[alarm.id] = { askedMs: timeMs, toldMs: null, escalated: false, overMs: null };
    routes[route.id] = alarms;
  }
}

function end(routes: Draft, id: string, timeMs: number): void {
  for (const alarms of Object.values(routes)) {
    const asking = alarms[id];
    if (asking) alarms[id] = { ...asking, overMs: timeMs };
  }
}

function isFor(route: Route, { verdict, rationalisation }: AlarmView, topology: Topology): boolean {
  const { districts, priorities, kinds } = route;
  if (priorities && !priorities.includes(rationalisation.priority)) return false;
  if (kinds && !kinds.includes(verdict.kind)) return false;
  return !districts || topology.districtsOf(verdict.subject).some(({ id }) => districts.includes(id));
}

export interface Due {
  /** The plan once the messages are in the outbox. */
  readonly state: PlanState;
  readonly messages: readonly PlannedMessage[];
  /** Time to say that all is well. */
  readonly watchdog: boolean;
}

export function due(state: PlanState, nowMs: number, context: PlanContext): Due {
  const messages: PlannedMessage[] = [];
  const routes: Record<string, Readonly<Record<string, Asking>>> = {};
  for (const route of context.settings.routes) {
    const standing = standingOn(state.routes[route.id] ?? {}, context);
    const told = dueOn(route, standing, nowMs);
    messages.push(...told.messages);
    if (Object.keys(told.alarms).length > 0) routes[route.id] = told.alarms;
  }
  const { watchdog } = context.settings;
  const alive =
    watchdog !== null && nowMs - (state.watchdogMs ?? Number.NEGATIVE_INFINITY) >= watchdog.everyMs;
  return {
    state: { ...state, routes, watchdogMs: alive ? nowMs : state.watchdogMs },
    messages,
    watchdog: alive,
  };
}

interface OnRoute {
  readonly alarm: AlarmView;
  readonly asking: Asking;
}

function standingOn(alarms: Readonly<Record<string, Asking>>, context: PlanContext): readonly OnRoute[] {
  return Object.entries(alarms).flatMap(([id, asking]) => {
    const alarm = context.alarm(id);
    // Nobody needs to be told of an alarm any more that was answered before it was told.
    const answered = alarm && asking.toldMs === null && !isUnacknowledged(alarm);
    return alarm && !answered ? [{ alarm, asking }] : [];
  });
}

function dueOn(route: Route, standing: readonly OnRoute[], nowMs: number) {
  const messages: PlannedMessage[] = [];
  const alarms = Object.fromEntries(standing.map(({ alarm, asking }) => [alarm.id, asking]));
  const shown = standing.filter(({ alarm }) => !isHidden(alarm));
  const tell = (
    occasion: Occasion,
    asking: readonly OnRoute[],
    over: readonly OnRoute[],
    channels: readonly string[],
  ) => {
    if (asking.length + over.length === 0) return;
    const views = (some: readonly OnRoute[]) => some.map(({ alarm }) => alarm);
    messages.push({ occasion, route: route.id, channels, asking: views(asking), over: views(over) });
  };
  const mark = (some: readonly OnRoute[], change: Partial<Asking>) => {
    for (const { alarm } of some) alarms[alarm.id] = { ...alarms[alarm.id]!, ...change };
  };

  if (isWithin(route.hours, nowMs)) {
    const news = shown.filter(({ asking }) => asking.toldMs === null);
    const over = shown.filter(({ asking }) => asking.toldMs !== null && asking.overMs !== null);
    if (hasWaited([...news, ...over], route.groupWaitMs, nowMs)) {
      tell("news", news, over, route.channels);
      mark(news, { toldMs: nowMs });
      for (const { alarm, asking } of [...news, ...over]) if (asking.overMs !== null) delete alarms[alarm.id];
    }
    const unanswered = shown.filter(
      ({ alarm, asking }) => alarm.state === "unacknowledged" && asking.toldMs !== null,
    );
    if (route.repeatMs !== null && hasWaitedSince(unanswered, route.repeatMs, nowMs)) {
      tell("reminder", unanswered, [], route.channels);
      mark(unanswered, { toldMs: nowMs });
    }
  }
  const { escalation } = route;
  if (escalation) {
    const late = shown.filter(
      ({ alarm, asking }) =>
        alarm.state === "unacknowledged" && !asking.escalated && nowMs - asking.askedMs >= escalation.afterMs,
    );
    tell("escalation", late, [], escalation.channels);
    mark(late, { escalated: true });
  }
  return { messages, alarms };
}

/** The first of a group has waited long enough for the others. */
function hasWaited(group: readonly OnRoute[], waitMs: number, nowMs: number): boolean {
  return group.some(({ asking }) => nowMs - (asking.overMs ?? asking.askedMs) >= waitMs);
}

function hasWaitedSince(group: readonly OnRoute[], waitMs: number, nowMs: number): boolean {
  return group.some(({ asking }) => asking.toldMs !== null && nowMs - asking.toldMs >= waitMs);
}

function isWithin(hours: Hours | null, nowMs: number): boolean {
  if (!hours) return true;
  const { fromMinute, toMinute, timeZone } = hours;
  const minute = localMinuteOfDay(nowMs, timeZone);
  return fromMinute <= toMinute
    ? minute >= fromMinute && minute < toMinute
    : minute >= fromMinute || minute < toMinute;
}
