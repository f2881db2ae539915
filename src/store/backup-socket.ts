/**
 * How another process has a backup made of a history that is open: over a socket in the history folder, which only the owner of the
 * folder can reach. One line of JSON asks, one answers.
 */
import { once } from "node:events";
import { chmod, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { Failure, messageOf } from "../model/failure.ts";
import type { BackupReport } from "./duckdb-backup.ts";

const requestSchema = z.object({ target: z.string().min(1) });
const answerSchema = z.union([
  z.object({ report: z.object({ folder: z.string(), files: z.number(), bytes: z.number() }) }),
  z.object({ failure: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }) }),
]);
type Answer = z.infer<typeof answerSchema>;

/** The longest path a socket may have. */
const MAX_PATH_BYTES = 100;

const socketIn = (history: string) => join(history, "backup.sock");

/** Whoever calls owns the folder, so that a socket found there was left behind. Hands back how to stop. */
export async function listenForBackups(
  history: string,
  backUp: (target: string) => Promise<BackupReport>,
): Promise<() => Promise<void>> {
  const path = socketIn(history);
  await rm(path, { force: true });
  // Then a backup of the running centre cannot be asked for, and the command that asks says so.
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return async () => {};
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    answer(socket, backUp).catch(() => socket.destroy());
  });
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 0o600);
  server.unref();
  return async () => {
    server.close();
    await rm(path, { force: true });
  };
}

async function answer(socket: Socket, backUp: (target: string) => Promise<BackupReport>): Promise<void> {
  const [line] = await once(createInterface({ input: socket }), "line");
  let said: Answer;
  try {
    said = { report: await backUp(requestSchema.parse(JSON.parse(String(line))).target) };
  } catch (thrown) {
    const { code, retryable } =
      thrown instanceof Failure ? thrown : { code: "backup-failed", retryable: false };
    said = { failure: { code, message: messageOf(thrown), retryable } };
  }
  socket.end(`${JSON.stringify(said)}\n`);
}

/**
 * Has the process that has the history open write a backup; undefined when none has. Throws the Failure of that process, or "store-in-use" when it cannot
 * be asked.
 */
export async function requestBackup(history: string, target: string): Promise<BackupReport | undefined> {
  const socket = connect(socketIn(resolve(history)));
  try {
    await once(socket, "connect");
  } catch {
    return undefined;
  }
  socket.write(`${JSON.stringify({ target: resolve(target) })}\n`);
  const [line] = await Promise.race([
    once(createInterface({ input: socket }), "line"),
    once(socket, "close").then(() => {
      throw new Failure("backup-failed", "the running centre ended before the backup was made", {
        retryable: true,
      });
    }),
  ]);
  socket.destroy();
  const said = answerSchema.parse(JSON.parse(String(line)));
  if ("report" in said) return said.report;
  const { code, message, retryable } = said.failure;
  throw new Failure(code, message, { retryable });
}
