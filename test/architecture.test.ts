/** The structure of the code, held by a test: who may import whom, what a pure folder may touch, and no cycles. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const PURE_FOLDERS = [
  "src/model",
  "src/leakage",
  "src/report",
  "src/detect",
  "src/hydraulics",
  "src/simulate",
  "src/locate",
  "src/training",
  "src/access/policy.ts",
];
/** EPANET is WebAssembly that computes in memory. */
const PURE_PACKAGES = ["zod", "yaml", "simple-statistics", "epanet-js"];
/** Folders each folder may import besides itself. Only the composition roots (files directly in src, src/command) see all. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "src/model": [],
  "src/leakage": ["src/model"],
  "src/report": ["src/model", "src/leakage"],
  "src/detect": ["src/model", "src/leakage"],
  "src/backtest": ["src/model", "src/leakage", "src/detect"],
  "src/config": ["src/model"],
  "src/ingest": ["src/model"],
  "src/store": ["src/model"],
  "src/alarm": ["src/model"],
  "src/notify": ["src/model"],
  "src/scada": ["src/model"],
  "src/operator": ["src/model", "src/leakage"],
  "src/access": ["src/model"],
  "src/web": ["src/model", "src/leakage"],
  "src/hydraulics": ["src/model"],
  "src/simulate": ["src/model", "src/hydraulics"],
  "src/locate": ["src/model", "src/hydraulics"],
  "src/training": ["src/model", "src/simulate"],
  "src/demo": ["src/model", "src/simulate"],
  edge: ["src/model"],
};

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources = [...sourcesBelow("src"), ...sourcesBelow("edge")];

function sourcesBelow(folder: string): Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.name === "node_modules") return [];
    if (entry.isDirectory()) return sourcesBelow(path);
    if (!/\.tsx?$/.test(entry.name)) return [];
    const text = readFileSync(join(root, path), "utf8");
    const pattern =
      /(?:^|\n)\s*(?:import|export)\b[^;"]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;
    const imports = [...text.matchAll(pattern)].map((match) => {
      const name = match[1] ?? match[2] ?? match[3] ?? "";
      return name.startsWith(".") ? relative(root, join(root, dirname(path), name)) : name;
    });
    return [{ path, text, imports }];
  });
}

function folderOf(path: string): string {
  return path.startsWith("edge/") ? "edge" : path.split("/").slice(0, 2).join("/");
}

describe("architecture", () => {
  test("stages import the model and what lies before them, never each other", () => {
    const wrong = sources.flatMap((source) => {
      const allowed = MAY_IMPORT[folderOf(source.path)];
      if (!allowed) return [];
      return source.imports
        .filter((name) => name.startsWith("src/") || name.startsWith("edge/"))
        .filter((name) => folderOf(name) !== folderOf(source.path) && !allowed.includes(folderOf(name)))
        .map((name) => `${source.path} imports ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  test("nothing in src imports the agent", () => {
    const wrong = sources.filter(
      ({ path, imports }) => path.startsWith("src/") && imports.some((name) => name.startsWith("edge/")),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("pure folders touch no clock, timer, environment or package that does I/O", () => {
    const impure =
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bset(?:Timeout|Interval|Immediate)\(|\bprocess\.|\bperformance\.now\(/;
    const wrong = sources
      .filter(({ path }) => PURE_FOLDERS.some((folder) => `${path}/`.startsWith(`${folder}/`)))
      .flatMap(({ path, text, imports }) => [
        ...imports
          .filter((name) => !name.startsWith("src/") && !PURE_PACKAGES.includes(name))
          .map((name) => `${path} imports ${name}`),
        ...(impure.test(text) ? [`${path} uses ${impure.exec(text)?.[0]}`] : []),
      ]);
    expect(wrong).toEqual([]);
  });

  test("every HTTP route says who may use it", () => {
    const route =
      /\bapp\s*\.(?:get|head|post|put|patch|delete)\s*(?:<[^(]*>)?\(\s*["`][^"`]*["`],(?!\s*needs(?:ByDistrict)?\()/g;
    const wrong = sources.flatMap(({ path, text }) =>
      [...text.matchAll(route)].map(([found]) => `${path}: ${found} wants needs(PERMISSION) after its path`),
    );
    expect(wrong).toEqual([]);
  });

  test("no import cycles", () => {
    const importsOf = new Map(sources.map(({ path, imports }) => [path, imports]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      const start = trail.indexOf(path);
      if (start >= 0) cycles.push([...trail.slice(start), path].join(" -> "));
      if (start >= 0 || done.has(path)) return;
      for (const next of importsOf.get(path) ?? []) if (importsOf.has(next)) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of importsOf.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });
});
