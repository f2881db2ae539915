/** A control-room page as far as the protocol goes: a real WebSocket client that keeps what it was told, and its cursor. */
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import type { AlarmView, ClientMessage, ServerMessage } from "../../src/model/live.ts";
import { checkMessage } from "../support/asyncapi-messages.ts";

const DEADLINE_MS = 10_000;

export interface Page {
  readonly socket: WebSocket;
  readonly messages: readonly ServerMessage[];
  send(message: ClientMessage): void;
  /** The first message, past or to come, that fits. */
  heard<T extends ServerMessage["type"]>(
    type: T,
    fits?: (message: Extract<ServerMessage, { type: T }>) => boolean,
  ): Promise<Extract<ServerMessage, { type: T }>>;
  /** Resolves when the connection has ended, with its close code. */
  readonly closed: Promise<number>;
}

export async function openPage(address: string, options: ClientOptions = {}): Promise<Page> {
  const socket = new WebSocket(address, options);
  onTestFinished(() => socket.terminate());
  const messages: ServerMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (data) => {
    const message: ServerMessage = JSON.parse(String(data));
    // Thrown here it fails the test as an uncaught error: no test of the stream passes on a message the document does not know.
    checkMessage(message.type, message);
    messages.push(message);
    for (const look of waiting) look();
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await once(socket, "open");
  return {
    socket,
    messages,
    closed,
    send: (message) => socket.send(JSON.stringify(message)),
    heard: (type, fits = () => true) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no ${type} that fits; heard ${messages.map((one) => one.type).join(", ")}`));
        }, DEADLINE_MS);
        function look() {
          for (const message of messages) {
            if (!isOf(message, type) || !fits(message)) continue;
            clearTimeout(late);
            waiting.delete(look);
            resolve(message);
            return;
          }
        }
        waiting.add(look);
        look();
      }),
  };
}

function isOf<T extends ServerMessage["type"]>(
  message: ServerMessage,
  type: T,
): message is Extract<ServerMessage, { type: T }> {
  return message.type === type;
}

/** What a page that applies every message to its list has at the end. */
export function listAfter(messages: readonly ServerMessage[]): {
  cursor: number;
  alarms: ReadonlyMap<string, AlarmView>;
  events: readonly number[];
} {
  let cursor = 0;
  let alarms = new Map<string, AlarmView>();
  const events: number[] = [];
  for (const message of messages) {
    if (message.type === "snapshot") alarms = new Map(message.snapshot.alarms.map((one) => [one.id, one]));
    if (message.type === "events") {
      for (const alarm of message.alarms) alarms.set(alarm.id, alarm);
      events.push(...message.events.map((event) => event.cursor));
    }
    if (message.type === "snapshot" || message.type === "events") cursor = message.cursor;
  }
  return { cursor, alarms, events };
}
