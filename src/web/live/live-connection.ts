/**
 * Keeps one WebSocket to the centre, whatever happens to it: says hello with the last cursor, so that nothing is missed, and
 * tries again for as long as the page is open. What is heard goes through live-state.ts.
 */
import type { Clock } from "../../model/clock.ts";
import type { Action, ClientMessage, ServerMessage } from "../../model/live.ts";
import { HEARTBEAT_MS, LIVE_VERSION } from "../../model/live-version.ts";
import { type LiveInput, type LiveState, NOTHING_HEARD, next } from "./live-state.ts";

/** A centre that is silent for this long is lost, even if its socket still looks open. */
const SILENCE_MS = 3 * HEARTBEAT_MS;
/** A first word is large, and nothing of it is seen before all of it has come: so long it may take on a slow link. */
const FIRST_WORD_MS = 90_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;

export interface LiveConnection {
  state(): LiveState;
  act(action: Action): void;
  /** Tries at once instead of when the next try is due: the machine is back on the network, or somebody asked. */
  retry(): void;
  close(): void;
}

export interface LiveConnectionOptions {
  /** ws: or wss: address of /api/v1/live. */
  readonly url: string;
  readonly clock: Clock;
  readonly onState: (state: LiveState) => void;
}

export function createLiveConnection({ url, clock, onState }: LiveConnectionOptions): LiveConnection {
  let state = NOTHING_HEARD;
  let socket: WebSocket | null = null;
  let failures = 0;
  let requests = 0;
  let closed = false;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;

  function take(input: LiveInput): void {
    state = next(state, input);
    onState(state);
  }

  function connect(): void {
    clearTimeout(retryTimer);
    const mine = new WebSocket(url);
    socket = mine;
    expectWord(mine, SILENCE_MS);
    mine.addEventListener("open", () => {
      expectWord(mine, FIRST_WORD_MS);
      send(mine, {
        type: "hello",
        version: LIVE_VERSION,
        ...(state.cursor === null
          ? {}
          : { cursor: state.cursor, configuration: state.network?.configuration }),
      });
    });
    mine.addEventListener("message", ({ data }) => {
      if (socket !== mine) return;
      failures = 0;
      expectWord(mine, SILENCE_MS);
      take({ type: "heard", atMs: clock(), message: JSON.parse(String(data)) as ServerMessage });
    });
    mine.addEventListener("close", () => lose(mine));
  }

  function expectWord(mine: WebSocket, withinMs: number): void {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => lose(mine), withinMs);
  }

  /** Once a socket, whoever notices first: the socket itself or the silence. */
  function lose(mine: WebSocket): void {
    if (socket !== mine) return;
    socket = null;
    clearTimeout(silenceTimer);
    mine.close();
    if (closed) return;
    take({ type: "lost" });
    retryTimer = setTimeout(connect, Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS));
    failures += 1;
  }

  function send(to: WebSocket, message: ClientMessage): void {
    to.send(JSON.stringify(message));
  }

  connect();
  return {
    state: () => state,
    act(action) {
      requests += 1;
      const request = String(requests);
      const sent = socket !== null && state.link.kind === "live";
      if (socket && sent) send(socket, { type: "act", request, action });
      take({ type: "acted", request, action, sent });
    },
    retry() {
      if (!socket && !closed) connect();
    },
    close() {
      closed = true;
      clearTimeout(retryTimer);
      clearTimeout(silenceTimer);
      socket?.close();
    },
  };
}
