/**
 * One control-room page on the live protocol: greeted with a snapshot or with what it missed, then told of every change. It
 * cannot slow the others: more than a bound waiting for it and it is cut off; it comes back with its cursor and misses nothing.
 */
import type { Logger } from "pino";
import type { WebSocket } from "ws";
import { z } from "zod";
import type { Gate } from "../model/access.ts";
import { isRefusal } from "../model/alarm.ts";
import type { Clock } from "../model/clock.ts";
import { messageOf } from "../model/failure.ts";
import type { HistoryStore } from "../model/history-store.ts";
import { type Action, type ClientMessage, clientMessageSchema, type ServerMessage } from "../model/live.ts";
import { SESSION_OVER } from "../model/live-version.ts";
import type { Acting, Perform } from "./acting.ts";
import { eventsMessage, type LiveSources, readingsMessage, snapshotMessage } from "./live-messages.ts";

/** Events read from history at a time for a page that resumes. */
const RESUME_PAGE = 500;

/** A page that missed more than this is quicker served with a snapshot. */
const RESUME_LIMIT = 10_000;

/** A page with more than this waiting is cut off. */
const CUT_OFF_BYTES = 4 * 1024 * 1024;

/** Volatile readings are left out for a page that has this much waiting. */
const IDLE_BYTES = 64 * 1024;

/** Actions of one page that are being recorded at the same time. */
const ACTIONS_AT_ONCE = 16;

export interface LiveClientOptions extends LiveSources {
  readonly store: Pick<HistoryStore, "events">;
  readonly perform: Perform;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface LiveClient {
  /** Nothing is sent to a page before it was greeted: the greeting will hold it. */
  tell(text: string): void;
  /** Left out while much is waiting; then the page gets all readings as soon as it has caught up. */
  tellReadings(text: string): void;
  /** The instant the page was last heard of, ms UTC. */
  heardMs(): number;
  cutOff(why: string): void;
  /** Lets go of a page whose session is over. */
  mayStay(): boolean;
}

export function serveClient(socket: WebSocket, by: Acting, options: LiveClientOptions): LiveClient {
  const { standing, readings, configuration, store, gate, clock, log } = options;
  const { principal } = by;
  const actor = principal.name;
  let phase: "silent" | "catching-up" | "live" = "silent";
  let heardMs = clock();
  let acting = 0;
  let missedReadings = false;

  function cutOff(why: string): void {
    log.warn({ actor, why, bufferedBytes: socket.bufferedAmount }, "page cut off");
    socket.terminate();
  }

  function send(text: string, compress = false): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > CUT_OFF_BYTES) cutOff("too slow");
    else socket.send(text, { compress });
  }

  /** Compressed: a tenth of a snapshot's size matters on a GPRS link; what is told to every page is not worth the work. */
  function sendMessage(message: ServerMessage): void {
    send(JSON.stringify(message), true);
  }

  function refuse(request: string | null, code: string, message: string): void {
    sendMessage({ type: "refused", request, code, message });
  }

  function greet(cursor: number | undefined, known: string): void {
    const missed = standing.cursor() - (cursor ?? 0);
    if (cursor !== undefined && known === configuration && missed >= 0 && missed <= RESUME_LIMIT) {
      phase = "catching-up";
      catchUp(cursor).catch((failure: unknown) => {
        log.error({ err: failure }, "history could not be read for a page that resumes");
        cutOff("history could not be read");
      });
      return;
    }
    sendMessage(snapshotMessage(options, clock()));
    phase = "live";
  }

  /** Each page of history waits until the last one has left, so that resuming fills no buffer. */
  async function catchUp(from: number): Promise<void> {
    let cursor = from;
    while (cursor < standing.cursor() && socket.readyState === socket.OPEN) {
      const page = await store.events(cursor, RESUME_PAGE);
      // History may be ahead of what is applied here; the rest comes live.
      const missed = page.filter((event) => event.cursor <= standing.cursor());
      cursor = missed.at(-1)?.cursor ?? standing.cursor();
      if (missed.length > 0) await sent(socket, JSON.stringify(eventsMessage(standing, missed)));
    }
    phase = "live";
    tellAllReadings();
  }

  function tellAllReadings(): void {
    missedReadings = false;
    sendMessage(readingsMessage(readings.all(), clock()));
  }

  /** A session that ended or lost its role ends its page, which then asks to log in. */
  function mayStay(): boolean {
    if (gate.stands(principal)) return true;
    gate.refused("session-over", { user: actor, address: by.address });
    socket.close(SESSION_OVER, "log in again");
    return false;
  }

  async function perform(request: string, action: Action): Promise<void> {
    if (!mayStay()) return;
    if (acting >= ACTIONS_AT_ONCE)
      return refuse(request, "too-many-at-once", "Wait for the actions before this one.");
    acting += 1;
    try {
      const outcome = await options.perform(action, by);
      if (isRefusal(outcome)) refuse(request, outcome.code, outcome.message);
      else sendMessage({ type: "done", request });
    } catch (failure) {
      log.error({ err: failure, action, actor }, "action could not be recorded");
      refuse(request, "not-recorded", `The action could not be recorded: ${messageOf(failure)}`);
    } finally {
      acting -= 1;
    }
  }

  socket.on("message", (data, isBinary) => {
    heardMs = clock();
    const message = isBinary ? "Messages are JSON text." : parse(String(data));
    if (typeof message === "string") refuse(null, "bad-message", message);
    else if (message.type === "hello" && phase === "silent") {
      // A page that names no configuration is taken to have the present one.
      greet(message.cursor, message.configuration ?? configuration);
    } else if (message.type === "hello") refuse(null, "hello-again", "Hello was said already.");
    else if (phase === "silent") refuse(message.request, "hello-first", "Say hello first.");
    else void perform(message.request, message.action);
  });
  socket.on("pong", () => {
    heardMs = clock();
  });
  // The close event follows; the page comes back by itself.
  socket.on("error", (error) => log.info({ err: error, actor }, "connection to a page failed"));

  return {
    tell(text) {
      if (phase === "live") send(text);
    },
    tellReadings(text) {
      if (phase !== "live") return;
      if (socket.bufferedAmount >= IDLE_BYTES) missedReadings = true;
      else if (missedReadings) tellAllReadings();
      else send(text);
    },
    heardMs: () => heardMs,
    cutOff,
    mayStay,
  };
}

/** Resolves when the text has left, or the socket has. */
function sent(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => socket.send(text, () => resolve()));
}

/** The message, or what is wrong with it. */
function parse(text: string): ClientMessage | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (failure) {
    return `Not JSON: ${messageOf(failure)}`;
  }
  const parsed = clientMessageSchema.safeParse(json);
  return parsed.success ? parsed.data : z.prettifyError(parsed.error);
}
