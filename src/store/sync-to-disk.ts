/** A file or folder brought to disk: a name that a file was given lasts once its folder is there. */
import { open } from "node:fs/promises";

/** Resolves to its size in bytes when it is on disk. */
export async function syncToDisk(path: string): Promise<number> {
  const opened = await open(path, "r");
  try {
    await opened.sync();
    return (await opened.stat()).size;
  } finally {
    await opened.close();
  }
}
