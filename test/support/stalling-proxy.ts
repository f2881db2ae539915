/** A TCP proxy that can stall like a radio link: connections stay open, and nothing passes. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface StallingProxy {
  readonly port: number;
  /** From now on nothing passes, or everything does again. */
  stall(yes: boolean): void;
  /** Breaks every connection there is. */
  cut(): void;
  /** Pieces that have come from the target so far. */
  passed(): number;
}

export async function startStallingProxy(targetPort: number): Promise<StallingProxy> {
  const sockets = new Set<Socket>();
  let stalled = false;
  let passed = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    if (stalled) socket.pause();
  };
  const server = createServer((near) => {
    const far = connect(targetPort, "127.0.0.1");
    far.on("data", () => {
      passed += 1;
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (chunk) => to.write(chunk));
      from.on("close", () => to.destroy());
      keep(from);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return {
    port: address.port,
    stall(yes) {
      stalled = yes;
      for (const socket of sockets) {
        if (yes) socket.pause();
        else socket.resume();
      }
    },
    cut,
    passed: () => passed,
  };
}
