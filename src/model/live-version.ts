/** The two numbers of the live protocol that a page needs at run time, apart from the schemas that only the centre runs. */
export const LIVE_VERSION = 1;

/** Milliseconds between heartbeats; a client that hears nothing for three of them reconnects. */
export const HEARTBEAT_MS = 5_000;
