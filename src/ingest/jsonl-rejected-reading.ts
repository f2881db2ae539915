/** Looks into what was turned away, from outside the centre; and remembers what has been tried again, in a file beside it. */
import { appendFile, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { filesOf } from "./jsonl-rejected-log.ts";
import type { RejectedEntry } from "./rejection.ts";

export interface RejectedEntries {
  /** In the order of arrival, without those tried again. */
  readonly entries: readonly RejectedEntry[];
  /** Lines that are no entries: a process was killed while it wrote them. */
  readonly unreadable: number;
}

const retriedFile = (folder: string) => join(folder, "rejected.retried");

export async function readRejected(folder: string): Promise<RejectedEntries> {
  const retried = new Set((await readFile(retriedFile(folder), "utf8").catch(whenMissing)).split("\n"));
  const entries: RejectedEntry[] = [];
  let unreadable = 0;
  for (const file of filesOf(folder)) {
    for await (const line of linesOf(file)) {
      const entry = entryIn(line);
      if (!entry) unreadable += 1;
      else if (!retried.has(entry.id)) entries.push(entry);
    }
  }
  return { entries, unreadable };
}

export async function markRetried(folder: string, ids: readonly string[]): Promise<void> {
  await appendFile(retriedFile(folder), ids.map((id) => `${id}\n`).join(""), { flush: true });
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const opened = await open(file).catch(whenMissing);
  if (opened) yield* opened.readLines();
}

function entryIn(line: string): RejectedEntry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null && "id" in entry && "reason" in entry
      ? (entry as RejectedEntry)
      : undefined;
  } catch {
    return undefined;
  }
}

function whenMissing(thrown: NodeJS.ErrnoException): "" {
  if (thrown.code === "ENOENT") return "";
  throw thrown;
}
