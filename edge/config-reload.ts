/**
 * Follows the agent's file: read again when it changes and on SIGHUP, one at a time. A file that is wrong stays without effect, and why is
 * said. The file is looked at rather than listened to: editors replace it, and network drives tell nothing.
 */
import { unwatchFile, watchFile } from "node:fs";
import type { Logger } from "pino";
import { formatFault } from "../src/model/checked-yaml.ts";
import { messageOf } from "../src/model/failure.ts";
import type { Agent } from "./agent.ts";
import { loadAgentConfig } from "./agent-config.ts";

export interface FollowedFile {
  /** Reads the file now. */
  reload(): void;
  /** Resolves when a change that is under way is done. */
  stop(): Promise<void>;
}

const LOOK_MS = 1000;

export function followConfigFile(
  file: string,
  agent: Pick<Agent, "reconfigure" | "refuse">,
  log: Logger,
): FollowedFile {
  let work = Promise.resolve();
  let changedMs = 0;
  let stopping = false;

  async function read(): Promise<void> {
    if (stopping) return;
    const loaded = loadAgentConfig(file);
    if (!loaded.ok) {
      agent.refuse(loaded.faults.map(formatFault).join("; "));
      return;
    }
    try {
      await agent.reconfigure(loaded.config);
      log.info({ file }, "configuration in force");
    } catch (error) {
      agent.refuse(`${file}: ${messageOf(error)}`);
    }
  }

  function reload(): void {
    work = work.then(read);
  }

  /** An editor that is still writing changes it again before the next look. */
  const settle = (modifiedMs: number) => {
    changedMs = modifiedMs;
    setTimeout(
      () => {
        if (changedMs === modifiedMs) reload();
      },
      LOOK_MS + LOOK_MS / 2,
    ).unref();
  };
  const listener = (now: { readonly mtimeMs: number }, before: { readonly mtimeMs: number }) => {
    if (now.mtimeMs !== before.mtimeMs) settle(now.mtimeMs);
  };
  watchFile(file, { interval: LOOK_MS, persistent: false }, listener);
  return {
    reload,
    async stop() {
      stopping = true;
      unwatchFile(file, listener);
      await work;
    },
  };
}
