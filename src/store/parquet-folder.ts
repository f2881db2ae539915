/**
 * A folder of sealed Parquet files, one a day or a month. A file is whole from the moment it has its name: it is written under
 * another one, brought to disk and renamed.
 */
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { TimeRange } from "../model/sample.ts";
import { isWithin, overlaps, type Stretch, stretchNamed } from "./sealed-stretch.ts";
import { syncToDisk } from "./sync-to-disk.ts";

export interface ParquetFolder {
  /** The sealed stretches that reach into the range, ascending. */
  overlapping(range: TimeRange): readonly Stretch[];
  pathOf(stretch: Stretch): string;
  /** Where to write a file that is to be put in place. */
  draftOf(stretch: Stretch): string;
  /** Resolves when the draft is on disk. */
  settle(stretch: Stretch): Promise<unknown>;
  /** Gives the settled draft its name; from then on it stands for all stretches within it. */
  put(stretch: Stretch): Promise<void>;
  /** The file stands for nothing more. */
  remove(stretch: Stretch): void;
  /** Deletes the files that stand for nothing more. */
  sweep(): Promise<void>;
  bytesOf(stretch: Stretch): Promise<number>;
}

const ENDING = ".parquet";
const DRAFT_ENDING = ".draft";

/** Sweeps up what a process that was killed left behind. */
export async function openParquetFolder(path: string): Promise<ParquetFolder> {
  await mkdir(path, { recursive: true });
  const pathOf = ({ name }: Stretch) => join(path, name + ENDING);
  const draftOf = ({ name }: Stretch) => join(path, name + DRAFT_ENDING);
  let stretches: Stretch[] = [];
  let superfluous: Stretch[] = [];

  function add(stretch: Stretch): void {
    superfluous.push(...stretches.filter((one) => isWithin(one, stretch) && one.name !== stretch.name));
    stretches = [...stretches.filter((one) => !isWithin(one, stretch)), stretch];
    stretches.sort((a, b) => a.fromMs - b.fromMs);
  }

  async function sweep(): Promise<void> {
    for (const stretch of superfluous) await rm(pathOf(stretch), { force: true });
    superfluous = [];
  }

  const found: Stretch[] = [];
  for (const name of await readdir(path)) {
    if (name.endsWith(DRAFT_ENDING)) await rm(join(path, name));
    const stretch = name.endsWith(ENDING) && stretchNamed(name.slice(0, -ENDING.length));
    if (stretch) found.push(stretch);
  }
  // Months after their days, so that they take their place.
  for (const stretch of found.sort((a, b) => a.toMs - a.fromMs - (b.toMs - b.fromMs))) add(stretch);
  await sweep();

  return {
    overlapping: (range) => stretches.filter((stretch) => overlaps(stretch, range)),
    pathOf,
    draftOf,
    settle: (stretch) => syncToDisk(draftOf(stretch)),
    async put(stretch) {
      await rename(draftOf(stretch), pathOf(stretch));
      add(stretch);
      await syncToDisk(path);
    },
    remove(stretch) {
      stretches = stretches.filter((one) => one !== stretch);
      superfluous.push(stretch);
    },
    sweep,
    bytesOf: async (stretch) => (await stat(pathOf(stretch))).size,
  };
}
