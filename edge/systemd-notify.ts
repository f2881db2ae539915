/**
 * Tells systemd that the agent is up, alive, and about to stop. Node.js has no datagram sockets of the file system, and the packages that add
 * them (sd-notify, unix-dgram) are compiled on the board; so systemd's own systemd-notify says it: a process of a few
 * milliseconds, twice a watchdog interval. Without systemd nothing is said.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Logger } from "pino";
import { messageOf } from "../src/model/failure.ts";

export interface SystemdNotify {
  /** From now on the watchdog hears nothing more: stopping takes its time. */
  stopping(): Promise<void>;
}

const SAYING_MS = 5000;

/** `isAlive` resolves while the agent works; while it does not, the watchdog is not told, and systemd starts the agent anew. */
export function startSystemdNotify(
  environment: Readonly<Record<string, string | undefined>>,
  isAlive: () => Promise<void>,
  log: Logger,
): SystemdNotify {
  if (!environment.NOTIFY_SOCKET) return { stopping: async () => {} };
  const intervalMs = Number(environment.WATCHDOG_USEC ?? 0) / 1000;

  async function say(...states: string[]): Promise<void> {
    try {
      await promisify(execFile)("systemd-notify", states, { timeout: SAYING_MS });
    } catch (error) {
      log.error({ states, reason: messageOf(error) }, "systemd not told");
    }
  }

  async function live(): Promise<void> {
    await isAlive();
    await say("WATCHDOG=1");
  }

  say("READY=1");
  const watchdog =
    intervalMs > 0
      ? setInterval(() => {
          live().catch((error) =>
            log.error({ reason: messageOf(error) }, "not alive, by the watchdog's measure"),
          );
        }, intervalMs / 3)
      : undefined;
  return {
    async stopping() {
      clearInterval(watchdog);
      await say("STOPPING=1");
    },
  };
}
