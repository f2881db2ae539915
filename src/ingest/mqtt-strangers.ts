/**
 * Connections to the broker that have not said yet who they are. Whoever takes too long over it, or sends more than an introduction takes, is
 * cut off: a byte now and then, or a first packet of 256 MB, holds nothing up and fills no memory.
 */
import type { Socket } from "node:net";
import type { BrokerGuard } from "../model/broker-guard.ts";

/** MQTT's CONNECT with a long name, password and will. */
const MOST_BYTES = 64 * 1024;
const LOOK_EVERY_MS = 100;

export interface Strangers {
  meet(socket: Socket): void;
  /** It has said who it is. */
  know(socket: unknown): void;
  close(): void;
}

export function createStrangers(withinMs: number, refused: BrokerGuard["refused"]): Strangers {
  const since = new Map<Socket, number>();

  function look(): void {
    for (const [socket, metMs] of since) {
      const reason =
        socket.bytesRead > MOST_BYTES
          ? "connect-too-large"
          : performance.now() - metMs > withinMs
            ? "slow-connect"
            : null;
      if (!reason) continue;
      since.delete(socket);
      refused(reason, { address: socket.remoteAddress, bytes: socket.bytesRead });
      socket.destroy();
    }
  }

  const looking = setInterval(look, LOOK_EVERY_MS);
  looking.unref();
  return {
    meet(socket) {
      since.set(socket, performance.now());
      socket.on("close", () => since.delete(socket));
    },
    know: (socket) => void since.delete(socket as Socket),
    close: () => clearInterval(looking),
  };
}
