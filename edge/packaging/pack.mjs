// Packs the agent alone: `npm run pack:edge [FOLDER]` writes dist/edge, some hundred kilobytes to copy to a board, where
// `npm install --omit=dev -w edge` adds its packages and its Node.js. The types are taken out here, once: a board that takes them out
// at every start spends 25 MB of memory on that.
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = process.argv[2] ?? join(root, "dist", "edge");

function copy(from, to = from) {
  mkdirSync(dirname(join(target, to)), { recursive: true });
  copyFileSync(join(root, from), join(target, to));
}

function strip(folder) {
  mkdirSync(join(target, folder), { recursive: true });
  for (const name of readdirSync(join(root, folder)).filter((file) => file.endsWith(".ts"))) {
    const code = stripTypeScriptTypes(readFileSync(join(root, folder, name), "utf8"));
    const imports = /(\bfrom\s+|\bimport\()"(\.[^"]+)\.ts"/g;
    writeFileSync(join(target, folder, name.replace(/\.ts$/, ".js")), code.replace(imports, '$1"$2.js"'));
  }
}

rmSync(target, { recursive: true, force: true });
for (const folder of ["edge", "src/model"]) strip(folder);
for (const file of ["package.json", "package-lock.json", ".npmrc", "LICENSE", "edge/package.json"])
  copy(file);
for (const file of ["nightflow-edge", "nightflow-edge.service", "agent.yaml"])
  copy(`edge/packaging/${file}`, file);
chmodSync(join(target, "nightflow-edge"), 0o755);
console.log(`packed into ${target}`);
