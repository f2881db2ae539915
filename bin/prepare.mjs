// Installs what the lockfile names when it is missing or outdated and, asked for "page", builds the control-room page when its sources
// are newer. Runs on the machine's own Node, before anything is installed, so it uses nothing but Node's own modules.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function timeOf(path) {
  return existsSync(root + path) ? statSync(root + path).mtimeMs : Number.NEGATIVE_INFINITY;
}

function run(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}

// `npm install` keeps to the lockfile too; `npm ci` refuses it where a registry lacks some other platform's optional package.
if (timeOf("node_modules/.package-lock.json") < timeOf("package-lock.json")) {
  console.log("Installing what package-lock.json names ...");
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
}

if (process.argv[2] === "page") {
  const sources = ["src/web", "src/model"].flatMap((folder) =>
    readdirSync(root + folder).map((name) => timeOf(`${folder}/${name}`)),
  );
  if (timeOf("dist/web/index.html") < Math.max(...sources)) {
    run("npm", ["run", "--silent", "build:page", "--", "--logLevel", "warn"]);
  }
}
