/** The way in as the centre wires it, with nothing behind it but a store; and what its benchmarks share. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { type Ingest, startIngest } from "../../src/ingest/ingest.ts";
import { openRejectedLog } from "../../src/ingest/jsonl-rejected-log.ts";
import { createExternalInbox } from "../../src/ingest/mqtt-external-inbox.ts";
import type { HistoryStore } from "../../src/model/history-store.ts";
import { until } from "../support/waiting.ts";
import { BENCH_UTILITY, benchSensors, DEVICES } from "./ingest-utility.ts";
import type { Figures } from "./result.ts";

export interface BenchCentre {
  readonly ingest: Ingest;
  readonly store: HistoryStore;
  readonly folder: string;
  /** Stores what has come; may be called again. */
  close(): Promise<void>;
}

export async function startBenchCentre(
  url: string,
  store: HistoryStore,
  folder: string,
): Promise<BenchCentre> {
  const log = pino({ level: "warn" });
  const inbox = createExternalInbox({ url, utility: BENCH_UTILITY, log });
  const ingest = await startIngest({
    utility: { id: BENCH_UTILITY, name: "Bench", currency: "EUR", sensors: benchSensors, districts: [] },
    inbox,
    store,
    devices: DEVICES,
    rejected: await openRejectedLog(join(folder, "rejected")),
    log,
    clock: Date.now,
    onCommitted: () => {},
  });
  await until("the centre listens", () => inbox.connected());
  let closing: Promise<void> | undefined;
  return {
    ingest,
    store,
    folder,
    close() {
      closing ??= (async () => {
        await ingest.close();
        await inbox.close();
        await store.close();
      })();
      return closing;
    },
  };
}

/** Runs a script beside this one and reads the JSON it prints. */
export async function printed<T>(script: string, flags: readonly string[]): Promise<T> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    once(child, "exit").then(([code]) => {
      throw new Error(`${script} ended with ${code}`);
    }),
  ]);
  return JSON.parse(line);
}

export async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

export function rounded(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  );
}
