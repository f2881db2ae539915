/** Runs one benchmark: npm run bench -- NAME [--flags]. The last line it prints is one JSON object, see result.ts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BenchResult } from "./result.ts";

/** A benchmark is a module here that exports run(arguments). */
const BENCHES = ["ingest", "stores", "backtest"].filter((name) =>
  existsSync(join(import.meta.dirname, `${name}.ts`)),
);

const [name, ...flags] = process.argv.slice(2);
if (!name || !BENCHES.includes(name)) {
  console.error(`usage: npm run bench -- NAME, where NAME is one of ${BENCHES.join(", ")}`);
  process.exit(1);
}
const { run }: { run: (flags: string[]) => Promise<BenchResult> } = await import(`./${name}.ts`);
console.log(JSON.stringify(await run(flags)));
