/**
 * The live stream, GET /api/v1/live: accepts pages of our own host only, tells all of them of events at once and of readings at
 * most four times a second, and lets go of pages that fell silent. The protocol is src/model/live.ts.
 */
import { once } from "node:events";
import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Principal } from "../model/access.ts";
import { isRefusal } from "../model/alarm.ts";
import type { StoredEvent } from "../model/event.ts";
import { HEARTBEAT_MS, type ServerMessage } from "../model/live.ts";
import { statusOfRefusal } from "./http-answers.ts";
import { admit } from "./http-gate.ts";
import { eventsMessage, readingsMessage } from "./live-messages.ts";
import { isFromSameHost } from "./same-host.ts";
import { type LiveClient, type LiveClientOptions, serveClient } from "./websocket-client.ts";

const LIVE_PATH = "/api/v1/live";
const READINGS_EVERY_MS = 250;
const MAX_MESSAGE_BYTES = 16 * 1024;
/** Of messages for one page. Below it one fits into a few packets as it is. */
const COMPRESSED_FROM_BYTES = 4096;
const MAX_CLIENTS = 1000;
/** How long a page has to answer a good-bye. */
const FAREWELL_MS = 500;
/** Events in one message; more come in several. */
const MAX_EVENTS = 500;

export interface Live {
  /** Events that `standing` has just applied. */
  onEvents(events: readonly StoredEvent[]): void;
  /** Something in `readings` may have changed. */
  onReadings(): void;
  /** Says good-bye to every page; resolves when all are gone. */
  close(): Promise<void>;
}

export function serveLive(server: Server, options: LiveClientOptions): Live {
  const { standing, readings, clock, gate } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: {
      threshold: COMPRESSED_FROM_BYTES,
      // No window is kept between messages: memory does not grow with the number of pages.
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
    },
  });
  const clients = new Map<WebSocket, LiveClient>();
  let readingsTimer: NodeJS.Timeout | null = null;

  server.on("upgrade", (request, stream, head) => {
    const principal = admitPage(request);
    if (typeof principal === "number") return refuseUpgrade(stream, principal);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      clients.set(
        socket,
        serveClient(socket, { principal, address: request.socket.remoteAddress ?? "" }, options),
      );
      socket.on("close", () => clients.delete(socket));
    });
  });

  /** Whose page it is, or the HTTP status it is refused with. */
  function admitPage(request: IncomingMessage): Principal | number {
    const path = request.url?.split("?")[0];
    const facts = { path, origin: request.headers.origin, address: request.socket.remoteAddress };
    const refuse = (reason: string, status: number) => {
      gate.refused(reason, facts);
      return status;
    };
    if (path !== LIVE_PATH) return refuse("unknown-upgrade", 404);
    if (!isFromSameHost(request.headers)) return refuse("other-site", 403);
    const admitted = admit(gate, request, "see");
    if (isRefusal(admitted)) return statusOfRefusal(admitted);
    return clients.size >= MAX_CLIENTS ? refuse("too-many-pages", 503) : admitted;
  }

  function tellReadings(): void {
    const changed = readings.takeChanged();
    readingsTimer = changed ? setTimeout(tellReadings, READINGS_EVERY_MS) : null;
    if (!changed || clients.size === 0) return;
    const text = JSON.stringify(readingsMessage(changed, clock()));
    for (const client of clients.values()) client.tellReadings(text);
  }

  const heart = setInterval(() => {
    const nowMs = clock();
    const beat: ServerMessage = { type: "heartbeat", nowMs, cursor: standing.cursor() };
    const text = JSON.stringify(beat);
    for (const [socket, client] of clients) {
      if (nowMs - client.heardMs() > 3 * HEARTBEAT_MS) {
        client.cutOff("not heard of");
        continue;
      }
      if (!client.mayStay()) continue;
      socket.ping();
      client.tell(text);
    }
  }, HEARTBEAT_MS);

  return {
    onEvents(events) {
      if (clients.size === 0) return;
      for (let start = 0; start < events.length; start += MAX_EVENTS) {
        const text = JSON.stringify(eventsMessage(standing, events.slice(start, start + MAX_EVENTS)));
        for (const client of clients.values()) client.tell(text);
      }
    },
    onReadings() {
      if (readingsTimer === null) tellReadings();
    },
    async close() {
      clearInterval(heart);
      if (readingsTimer) clearTimeout(readingsTimer);
      const gone = [...clients.keys()].map((socket) => once(socket, "close"));
      for (const socket of clients.keys()) socket.close(1001, "the centre is stopping");
      const impatience = setTimeout(() => {
        for (const socket of clients.keys()) socket.terminate();
      }, FAREWELL_MS);
      await Promise.all(gone);
      clearTimeout(impatience);
      sockets.close();
    },
  };
}

function refuseUpgrade(stream: Duplex, status: number): void {
  stream.on("error", () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
