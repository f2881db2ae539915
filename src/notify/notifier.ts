/**
 * From events to letters: follows the recorded events, lets the plan decide, commits what is due to the outbox together with the
 * plan, and sends from there. A letter may be sent twice when the process dies between sending and noting it; none is lost.
 *
 *   events -> plan -> outbox (durable) -> one sender a channel -> delivered | postponed | given up
 */
import type { Logger } from "pino";
import { isUnacknowledged } from "../model/alarm.ts";
import { type Clock, DAY_MS, MINUTE_MS } from "../model/clock.ts";
import type { StoredEvent } from "../model/event.ts";
import { messageOf } from "../model/failure.ts";
import type { HistoryStore } from "../model/history-store.ts";
import type { AlarmSource } from "../model/live.ts";
import type { Channel, NotificationSettings } from "../model/notification.ts";
import { topologyOf } from "../model/topology.ts";
import type { Utility } from "../model/utility.ts";
import { cloudEventOf } from "./cloudevents-payload.ts";
import type { Deliver, Delivery } from "./delivery.ts";
import { type Notification, notificationOf, watchdogNotification } from "./notification.ts";
import { due, firstPlan, type PlanContext, type PlanState, planWith } from "./notification-plan.ts";
import type { NewMessage, Outbox, WaitingMessage } from "./outbox.ts";

const PAGE = 500;
/** An alarm that nobody could be told of for a day is told by the page. */
const EXPIRES_AFTER_MS = DAY_MS;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 10 * MINUTE_MS;

export interface NotifierOptions {
  readonly settings: NotificationSettings;
  readonly utility: Utility;
  /** Who tells, where several centres of a utility do: receivers know repetitions by it. The utility's id when left out. */
  readonly source?: string;
  readonly alarms: AlarmSource;
  readonly store: Pick<HistoryStore, "events">;
  readonly outbox: Outbox;
  readonly deliver: (channel: Channel) => Deliver;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Notifier {
  /** Takes in what was recorded, commits what is due, and starts sending. Call it every second. */
  tick(): Promise<void>;
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export function createNotifier(options: NotifierOptions): Notifier {
  const { settings, utility, source = utility.id, alarms, store, outbox, clock, log } = options;
  const context: PlanContext = { settings, topology: topologyOf(utility), alarm: alarms.alarm };
  const deliver = new Map(settings.channels.map((channel) => [channel.id, options.deliver(channel)]));
  const sending = new Map<string, Promise<void>>();
  let plan = outbox.plan() ?? begun();
  let saved = "";
  let closed = false;

  /** Durable before anything else happens: what happens from now on is told, whatever becomes of this process. */
  function begun(): PlanState {
    const first = firstPlan(alarms.cursor(), alarms.alarms("standing"), context);
    outbox.commit(first, []);
    return first;
  }

  function commit(next: PlanState, messages: readonly NewMessage[]): void {
    const text = JSON.stringify(next);
    if (messages.length > 0 || text !== saved) outbox.commit(next, messages);
    saved = text;
    plan = next;
  }

  async function follow(): Promise<void> {
    // A history that was begun anew, or one of another utility: its events are not those of the plan.
    if (alarms.cursor() < plan.cursor) plan = begun();
    while (plan.cursor < alarms.cursor()) {
      const page = await store.events(plan.cursor, PAGE);
      const events = page.filter(({ cursor }) => cursor <= alarms.cursor());
      if (events.length === 0) return;
      commit(planWith(plan, events, context), rawEvents(events));
    }
  }

  function rawEvents(events: readonly StoredEvent[]): readonly NewMessage[] {
    return settings.channels.flatMap((channel) => {
      if (channel.kind !== "cloudevents") return [];
      return events
        .filter(({ body }) => channel.events.includes(body.kind))
        .map((event) => messageTo(channel.id, { kind: "event", event: cloudEventOf(event, source) }));
    });
  }

  function messageTo(channel: string, letter: NewMessage["letter"], expiresAfterMs = EXPIRES_AFTER_MS) {
    return { channel, letter, createdMs: clock(), expiresMs: clock() + expiresAfterMs };
  }

  function decide(): void {
    const nowMs = clock();
    const told = due(plan, nowMs, context);
    if (told.messages.length === 0 && !told.watchdog) {
      commit(told.state, []);
      return;
    }
    const unacknowledged = alarms.alarms("standing").filter(isUnacknowledged).length;
    const common = { ...context, ...settings, utility, nowMs, unacknowledged };
    const messages = told.messages.flatMap((message) =>
      message.channels.flatMap((channel) => letters(channel, notificationOf(message, common))),
    );
    const { watchdog } = settings;
    const alive =
      told.watchdog && watchdog
        ? watchdog.channels.flatMap((id) => letters(id, watchdogNotification(common), watchdog.everyMs))
        : [];
    commit(told.state, [...messages, ...alive]);
  }

  /** A text message goes to one telephone at a time: one that fails does not send the others theirs again. */
  function letters(id: string, notification: Notification, expiresAfterMs?: number): readonly NewMessage[] {
    const channel = settings.channels.find((one) => one.id === id);
    const recipients = channel?.kind === "sms" ? channel.to : [null];
    return recipients.map((to) => messageTo(id, { kind: "notification", notification, to }, expiresAfterMs));
  }

  function sendAll(): void {
    for (const channel of deliver.keys()) {
      if (closed || sending.has(channel)) continue;
      const sent = send(channel)
        .catch((failure: unknown) => log.error({ err: failure, channel }, "the outbox failed; tried again"))
        .finally(() => sending.delete(channel));
      sending.set(channel, sent);
    }
  }

  /** One after another, in order; the first that cannot pass holds those behind it. */
  async function send(channel: string): Promise<void> {
    for (let next = outbox.first(channel); next && !closed; next = outbox.first(channel)) {
      if (next.dueMs > clock()) return;
      if (next.expiresMs <= clock()) giveUp(next, "expired before it could be sent");
      else if (!(await sendOne(next))) return;
    }
  }

  async function sendOne(message: WaitingMessage): Promise<boolean> {
    const { id, channel, letter, attempts } = message;
    const send = deliver.get(channel)!;
    const outcome = await send(letter, `${source}.${id}`).catch(
      (failure: unknown): Delivery => ({ kind: "passing", why: messageOf(failure) }),
    );
    if (outcome.kind === "delivered") outbox.delivered(id);
    if (outcome.kind === "permanent") giveUp(message, outcome.why);
    if (outcome.kind !== "passing") return true;
    const backOffMs = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS);
    const waitMs = Math.min(Math.max(backOffMs, outcome.retryAfterMs ?? 0), DAY_MS);
    outbox.postpone(id, clock() + waitMs);
    log.warn(
      { channel, attempts: attempts + 1, waitMs, why: outcome.why },
      "notification not sent; tried again",
    );
    return false;
  }

  function giveUp({ id, channel, attempts }: WaitingMessage, why: string): void {
    outbox.giveUp(id, why, clock());
    log.error({ channel, attempts, why }, "notification given up");
  }

  return {
    async tick() {
      await follow();
      decide();
      sendAll();
    },
    async idle() {
      await Promise.all(sending.values());
    },
    async close() {
      closed = true;
      await Promise.all(sending.values());
      outbox.close();
    },
  };
}
