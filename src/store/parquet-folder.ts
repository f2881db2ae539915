/**
 * The folder of sealed Parquet files, one a day or a month. A file is whole from the moment it has its name: it is written under
 * another one, brought to disk and renamed.
 *
 * Columns: sensor VARCHAR, time_utc TIMESTAMP (ms), value DOUBLE (NULL where there is none), status UINTEGER (OPC UA status code;
 * below 0x80000000 it is usable). Sorted by sensor and time, one row for each.
 */
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { TimeRange } from "../model/sample.ts";
import { isWithin, overlaps, type Stretch, stretchNamed } from "./sealed-stretch.ts";

export interface ParquetFolder {
  /** The sealed stretches that reach into the range, ascending. */
  overlapping(range: TimeRange): readonly Stretch[];
  pathOf(stretch: Stretch): string;
  /** Where to write a file that is to be put in place. */
  draftOf(stretch: Stretch): string;
  /** Resolves when the draft is on disk. */
  settle(stretch: Stretch): Promise<void>;
  /** Gives the settled draft its name; from then on it stands for all stretches within it. */
  put(stretch: Stretch): Promise<void>;
  /** Deletes files that a longer one stands for. */
  sweep(): Promise<void>;
}

const ENDING = ".parquet";
const DRAFT_ENDING = ".draft";

/** Sweeps up what a process that was killed left behind. */
export async function openParquetFolder(path: string): Promise<ParquetFolder> {
  await mkdir(path, { recursive: true });
  const pathOf = ({ name }: Stretch) => join(path, name + ENDING);
  const draftOf = ({ name }: Stretch) => join(path, name + DRAFT_ENDING);
  let stretches: Stretch[] = [];
  let replaced: Stretch[] = [];

  function add(stretch: Stretch): void {
    replaced.push(...stretches.filter((one) => isWithin(one, stretch) && one.name !== stretch.name));
    stretches = [...stretches.filter((one) => !isWithin(one, stretch)), stretch];
    stretches.sort((a, b) => a.fromMs - b.fromMs);
  }

  async function sweep(): Promise<void> {
    for (const stretch of replaced) await rm(pathOf(stretch), { force: true });
    replaced = [];
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
    sweep,
  };
}

async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
