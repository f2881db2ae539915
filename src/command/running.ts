/** What the commands that run until they are stopped have in common: the log, and an orderly end. */
import { once } from "node:events";
import { type Logger, pino } from "pino";

/** JSON lines on standard error; a person reads standard output. */
export function openLog(level: string): Logger {
  return pino({ level, base: undefined }, pino.destination({ dest: 2, sync: true }));
}

/** Resolves at Ctrl-C or SIGTERM. A second one ends the process at once. */
export async function untilStopped(): Promise<void> {
  const stop = new AbortController();
  await Promise.race([
    once(process, "SIGINT", { signal: stop.signal }),
    once(process, "SIGTERM", { signal: stop.signal }),
  ]);
  stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
}
