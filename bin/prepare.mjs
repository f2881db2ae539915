// Installs what the lockfile names when it is missing or outdated. Runs on the machine's own Node, before anything is
// installed, so it uses nothing but Node's own modules.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function timeOf(path) {
  return existsSync(root + path) ? statSync(root + path).mtimeMs : Number.NEGATIVE_INFINITY;
}

// `npm install` keeps to the lockfile too; `npm ci` refuses it where a registry lacks some other platform's optional package.
if (timeOf("node_modules/.package-lock.json") < timeOf("package-lock.json")) {
  console.log("Installing what package-lock.json names ...");
  const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}
