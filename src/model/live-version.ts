/** The two numbers of the live protocol that a page needs at run time, apart from the schemas that only the centre runs. */
export const LIVE_VERSION = 1;

/** Milliseconds between heartbeats; a client that hears nothing for three of them reconnects. */
export const HEARTBEAT_MS = 5_000;

/** Close code of a page whose session is over: it logs in before it comes back. */
export const SESSION_OVER = 4401;
