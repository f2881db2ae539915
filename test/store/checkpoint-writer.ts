/** A process that writes checkpoints until it is killed: number n is n in every place of three MB; it prints n when n is written. */
import { openCheckpointFolder } from "../../src/store/checkpoint-folder.ts";

export const PARTS = 4;
const NUMBERS = 100_000;

/** Values that gzip cannot make small, so that writing takes its time. */
export function partOf(n: number, part: number): { readonly n: number; readonly values: Float64Array } {
  return { n, values: Float64Array.from({ length: NUMBERS }, (_, at) => Math.sin(at * (part + 1)) + n) };
}

if (process.argv[1] === import.meta.filename) {
  const checkpoints = await openCheckpointFolder(process.argv[2] ?? "");
  const [newest = 0] = await checkpoints.horizons();
  for (let n = newest + 1; ; n += 1) {
    const packed = await checkpoints.pack(Array.from({ length: PARTS }, (_, part) => partOf(n, part)));
    await packed.write(n, n);
    process.stdout.write(`${n}\n`);
  }
}
