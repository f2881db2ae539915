/**
 * The connection to the centre, opened while the page's words and code are still on their way: on a slow link each thing that waits
 * for another costs a second. Whoever shows the page takes it over; where nobody is logged in it is let go.
 */
import { createLiveConnection, type LiveConnection } from "./live-connection.ts";
import type { LiveState } from "./live-state.ts";

interface Early {
  readonly connection: LiveConnection;
  onState: (state: LiveState) => void;
}

let early: Early | null = null;

export function openEarly(): void {
  early ??= opened(() => {});
}

/** Told of its state at once, and of each that follows. */
export function takeConnection(onState: (state: LiveState) => void): LiveConnection {
  const taken = early ?? opened(onState);
  early = null;
  taken.onState = onState;
  onState(taken.connection.state());
  return taken.connection;
}

export function dropEarly(): void {
  early?.connection.close();
  early = null;
}

function opened(onState: (state: LiveState) => void): Early {
  const made: Early = {
    onState,
    connection: createLiveConnection({
      url: liveUrl(),
      clock: Date.now,
      onState: (state) => made.onState(state),
    }),
  };
  return made;
}

function liveUrl(): string {
  const url = new URL("/api/v1/live", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
