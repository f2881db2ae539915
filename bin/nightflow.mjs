#!/usr/bin/env node
// Runs the command line on the pinned Node, whatever Node the machine has.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

await import("./prepare.mjs");
const node = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
