import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";
import type { ClientMessage, ServerMessage } from "../../src/model/live.ts";
import { createLiveConnection, type LiveConnection } from "../../src/web/live/live-connection.ts";
import { until } from "../support/waiting.ts";
import { alarmView, snapshot } from "./sample-messages.ts";

/** A centre that does nothing but record what pages say; the test answers. */
interface Centre {
  readonly port: number;
  readonly server: WebSocketServer;
  readonly said: ClientMessage[];
  tell(message: ServerMessage): void;
}

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function startCentre(port = 0): Promise<Centre> {
  const server = new WebSocketServer({ host: "127.0.0.1", port });
  await once(server, "listening");
  open.push({ close: () => stop(server) });
  const said: ClientMessage[] = [];
  let newest: ServerSocket | undefined;
  server.on("connection", (socket) => {
    newest = socket;
    socket.on("message", (data) => said.push(JSON.parse(String(data))));
  });
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return { port: address.port, server, said, tell: (message) => newest?.send(JSON.stringify(message)) };
}

function stop(server: WebSocketServer): void {
  for (const socket of server.clients) socket.terminate();
  server.close();
}

function connect(port: number): LiveConnection {
  const connection = createLiveConnection({
    url: `ws://127.0.0.1:${port}/api/v1/live`,
    clock: Date.now,
    onState: () => {},
  });
  open.push(connection);
  return connection;
}

test("comes back by itself after the centre was away, with the cursor of the last event it knows", async () => {
  const first = await startCentre();
  const connection = connect(first.port);
  await until("hello", () => first.said.length === 1);
  expect(first.said[0]).toEqual({ type: "hello", version: 1 });
  first.tell(snapshot(7));
  await until("live", () => connection.state().link.kind === "live");

  stop(first.server);
  await until("lost", () => connection.state().link.kind === "lost");
  const second = await startCentre(first.port);
  await until("hello again", () => second.said.length === 1);
  expect(second.said[0]).toEqual({ type: "hello", version: 1, cursor: 7, configuration: "one" });
  second.tell({ type: "heartbeat", nowMs: 0, cursor: 7 });
  await until("live again", () => connection.state().link.kind === "live");
});

test("sends an action once and tells what became of it; without a connection it says that nothing was sent", async () => {
  const centre = await startCentre();
  const connection = connect(centre.port);
  await until("hello", () => centre.said.length === 1);
  centre.tell(snapshot(1, { alarms: [alarmView("a")] }));
  await until("live", () => connection.state().link.kind === "live");

  connection.act({ type: "acknowledge", alarm: "a" });
  await until("action", () => centre.said.length === 2);
  const sent = centre.said[1];
  expect(sent).toMatchObject({ type: "act", action: { type: "acknowledge", alarm: "a" } });
  if (sent?.type === "act") centre.tell({ type: "done", request: sent.request });
  await until("answer", () => connection.state().pending.size === 0);

  stop(centre.server);
  await until("lost", () => connection.state().link.kind === "lost");
  connection.act({ type: "acknowledge", alarm: "a" });
  expect(connection.state().refusals.get("a")?.code).toBe("not-sent");
});
