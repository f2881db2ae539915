/** A file system so small that a test can fill it: a tmpfs of its own, which takes root to mount. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export interface SmallDisk {
  readonly folder: string;
  /** Takes every byte that is left. */
  fill(): void;
  /** Gives back what fill() took. */
  empty(): void;
}

let mountable: boolean | undefined;

/** Use as: test.skipIf(!canMount()). Says so where it cannot. */
export function canMount(): boolean {
  if (mountable === undefined) {
    const done = spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", tmpdir()], {
      stdio: "ignore",
    });
    mountable = done.status === 0;
    if (!mountable) process.stderr.write("skipped: this machine lets nobody mount a small file system\n");
  }
  return mountable;
}

export async function smallDisk(bytes: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), "nightflow-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder]);
  if (mounted.status !== 0) throw new Error(`cannot mount: ${mounted.stderr}`);
  onTestFinished(async () => {
    spawnSync("umount", ["--lazy", folder]);
    await rm(folder, { recursive: true, force: true });
  });
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill() {
      const file = openSync(ballast, "a");
      for (let piece = 65_536; piece >= 1; ) {
        try {
          // A disk that is nearly full takes a part and says so.
          if (writeSync(file, Buffer.alloc(piece)) < piece) piece = Math.floor(piece / 2);
        } catch {
          piece = Math.floor(piece / 2);
        }
      }
      closeSync(file);
    },
    empty: () => rmSync(ballast, { force: true }),
  };
}
