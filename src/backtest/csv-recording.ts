/** Reads a recording, plain or gzip, whole into columns: a backtest goes over it many times. */
import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { Failure, messageOf } from "../model/failure.ts";
import { createRecordingParser, type Recording, type RecordingFault } from "../model/recording.ts";
import type { Series } from "../model/sample.ts";

export interface CsvRecording {
  readonly series: readonly Series[];
  readonly faults: readonly RecordingFault[];
}

/** Throws Failure "no-recording" or "recording-unreadable". A row that is wrong is a fault and spares the others. */
export async function readCsvRecording(file: string, recording: Recording): Promise<CsvRecording> {
  if (!existsSync(file)) throw new Failure("no-recording", `there is no file ${file}`);
  const parser = createRecordingParser(recording);
  const faults: RecordingFault[] = [];
  const bytes = createReadStream(file);
  const input = file.endsWith(".gz") ? pipeline(bytes, createGunzip(), () => undefined) : bytes;
  try {
    // A file that breaks off does not reach the line reader as an error, only as an end.
    const broken = new Promise<never>((_, reject) => {
      bytes.once("error", reject);
      input.once("error", reject);
    });
    const read = async () => {
      for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
        faults.push(...parser.line(line));
      }
    };
    await Promise.race([read(), broken]);
  } catch (thrown) {
    throw new Failure("recording-unreadable", `${file} cannot be read: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
  return { series: parser.take(), faults };
}
