/** The demo's mobile link from the station to the centre: a TCP proxy on loopback that can be cut, as such links are. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Failure } from "../model/failure.ts";

export interface TcpLink {
  /** Of the near end. */
  readonly url: string;
  /** While it is cut every connection is broken, and none comes about. */
  setCut(cut: boolean): void;
  close(): Promise<void>;
}

/** To a broker such as mqtt://127.0.0.1:1883. */
export async function openLink(targetUrl: string): Promise<TcpLink> {
  const { protocol, hostname, port } = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    near.pipe(far);
    far.pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      // A broken connection breaks its other half; both ends see that for themselves.
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Failure("no-port", "the link has no port");
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `${protocol}//127.0.0.1:${address.port}`,
    setCut(cut) {
      isCut = cut;
      if (cut) breakAll();
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      breakAll();
      await closed;
    },
  };
}
