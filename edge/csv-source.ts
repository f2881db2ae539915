/**
 * Plays a recording into the spool, as fast as the centre takes it: memory holds one chunk of the file, and reading pauses while the spool
 * holds many batches. A restart plays the file from its start; the same sample again changes nothing at the centre.
 */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Failure, messageOf } from "../src/model/failure.ts";
import { createRecordingParser, type RecordingFault } from "../src/model/recording.ts";
import type { CsvSourceConfig } from "./agent-config.ts";
import { arrivingQuantity } from "./reading-config.ts";
import type { Source, SourceParts } from "./source.ts";
import { createSourceStanding } from "./source-standing.ts";

const LOGGED_FAULTS = 20;

export function startCsvSource(config: CsvSourceConfig, { spool, log, clock }: SourceParts): Source {
  const stopping = new AbortController();
  const standing = createSourceStanding(clock);
  const columns = Object.entries(config.recording.columns).map(([name, { counter, ...column }]) => {
    return [name, { ...column, quantity: arrivingQuantity({ ...column, counter }) }] as const;
  });
  const parser = createRecordingParser({ ...config.recording, columns: Object.fromEntries(columns) });
  const faultCounts = new Map<RecordingFault["code"], number>();
  let changed = Promise.withResolvers<void>();
  spool.onChange(() => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  });

  function take(line: string): void {
    for (const { code, line: number, message } of parser.line(line)) {
      const count = (faultCounts.get(code) ?? 0) + 1;
      faultCounts.set(code, count);
      if (count <= LOGGED_FAULTS) log.warn({ file: config.file, line: number, code }, message);
    }
  }

  async function store(): Promise<void> {
    const series = parser.take();
    await spool.append(series);
    if (series.length > 0) standing.heard();
    while (spool.heldBatches() > config.pauseAboveBatches && !stopping.signal.aborted) await changed.promise;
  }

  async function readLines(chunks: AsyncIterable<Buffer>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of chunks) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(take);
      await store();
    }
    if (rest !== "") take(rest);
    await store();
  }

  async function play(): Promise<void> {
    const file = createReadStream(config.file);
    try {
      if (config.file.endsWith(".gz"))
        await pipeline(file, createGunzip(), readLines, { signal: stopping.signal });
      else await pipeline(file, readLines, { signal: stopping.signal });
    } catch (error) {
      if (stopping.signal.aborted) return;
      throw new Failure("recording-unreadable", `cannot read ${config.file}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    const missing = faultCounts.get("missing-column");
    if (faultCounts.size > 0) {
      const figures = { file: config.file, ...Object.fromEntries(faultCounts) };
      await spool.append([], [{ timeMs: clock(), code: "recording-faults", figures }]);
    }
    if (missing) {
      throw new Failure(
        "recording-incomplete",
        `${config.file} lacks ${missing} of the columns it should have`,
      );
    }
  }

  standing.become("connected");
  const playing = play();
  playing.then(
    () => standing.become("exhausted"),
    (error: unknown) => standing.become("failed", messageOf(error)),
  );
  return {
    name: config.name,
    kind: "csv",
    items: Object.keys(config.recording.columns).length,
    standing,
    exhausted: playing,
    async stop() {
      stopping.abort();
      changed.resolve();
      await playing.catch(() => {});
    },
  };
}
