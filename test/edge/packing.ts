/** The agent packed for a board, with this Node.js beside it as `npm install` puts it there, and nothing else of the repository in reach. */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packing = fileURLToPath(new URL("../../edge/packaging/pack.mjs", import.meta.url));

/** Hands back its command. */
export function packAgentInto(folder: string): string {
  execFileSync(process.execPath, [packing, folder], { stdio: "pipe" });
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(process.execPath, join(folder, "node_modules/.bin/node"));
  return join(folder, "nightflow-edge");
}
