/**
 * One child process of the demo, kept running: started again when it dies, ended with the demo and, by its leash, also with a demo
 * that was killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { Failure } from "../model/failure.ts";

const LEASH = new URL("./leash.ts", import.meta.url);
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A process that ran for so long had nothing wrong with its start: the next pause is short again. */
const SOUND_RUN_MS = 60_000;
/** An agent takes up to five seconds to hand over what it has. */
const STOP_GRACE_MS = 10_000;

export interface ProcessToKeep {
  readonly name: string;
  readonly script: URL;
  readonly arguments: readonly string[];
  readonly logger: Logger;
}

export interface KeptProcess {
  readonly name: string;
  /** Undefined while it is down. */
  pid(): number | undefined;
  /** Resolves when the process says "ready" on its standard output; rejects with a Failure when it ends before that. */
  readonly ready: Promise<void>;
  /** Without power it is gone at once, and stays so until there is some again. */
  setPower(on: boolean): void;
  /** Asks it to end, insists after ten seconds, resolves when it is gone. */
  stop(): Promise<void>;
}

export function keepProcess(what: ProcessToKeep): KeptProcess {
  const logger = what.logger.child({ process: what.name });
  const ready = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  let child: ChildProcess | undefined;
  let everReady = false;
  let stopping = false;
  let powered = true;
  let pauseMs = FIRST_PAUSE_MS;
  let restart: NodeJS.Timeout | undefined;

  function start(): void {
    if (child || stopping) return;
    const startedMs = performance.now();
    let lastWords = "";
    const started = spawn(
      process.execPath,
      ["--import", LEASH.href, fileURLToPath(what.script), ...what.arguments],
      // Detached, or Ctrl-C in a terminal would end it at the same time as the demo that is to end it in order.
      { stdio: ["pipe", "pipe", "pipe"], detached: true },
    );
    child = started;
    createInterface({ input: started.stdout }).on("line", (line) => {
      logger.debug(line);
      if (!line.startsWith("ready ")) return;
      everReady = true;
      ready.resolve();
    });
    createInterface({ input: started.stderr }).on("line", (line) => {
      lastWords = line;
      logger.warn(line);
    });
    started.once("error", (error) => ended(startedMs, error.message));
    started.once("close", (code, signal) => {
      ended(startedMs, lastWords || (signal ? `ended by ${signal}` : `ended with exit code ${code}`));
    });
  }

  function ended(startedMs: number, why: string): void {
    if (!child) return;
    child = undefined;
    if (!everReady) ready.reject(new Failure("demo-process-ended", `${what.name} did not start: ${why}`));
    if (stopping) {
      gone.resolve();
      return;
    }
    if (!powered) return;
    if (performance.now() - startedMs >= SOUND_RUN_MS) pauseMs = FIRST_PAUSE_MS;
    logger.warn({ why, pauseMs }, "a process of the demo ended and is started again after a pause");
    restart = setTimeout(start, pauseMs);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }

  start();
  // Whoever does not wait for it to be ready still learns of its end from the log.
  ready.promise.catch(() => {});
  return {
    name: what.name,
    pid: () => child?.pid,
    ready: ready.promise,
    setPower(on) {
      if (on === powered) return;
      powered = on;
      clearTimeout(restart);
      if (on) start();
      else child?.kill("SIGKILL");
    },
    async stop() {
      stopping = true;
      clearTimeout(restart);
      if (!child) return;
      child.kill("SIGTERM");
      const insist = setTimeout(() => child?.kill("SIGKILL"), STOP_GRACE_MS);
      await gone.promise;
      clearTimeout(insist);
    },
  };
}
