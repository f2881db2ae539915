/** Runs one benchmark: npm run bench -- NAME [--flags]. The last line it prints is one JSON object, see result.ts. */
import type { BenchResult } from "./result.ts";

const BENCHES: Readonly<Record<string, () => Promise<{ run(flags: string[]): Promise<BenchResult> }>>> = {
  backtest: () => import("./backtest.ts"),
  detect: () => import("./detect.ts"),
  edge: () => import("./edge.ts"),
  faults: () => import("./faults.ts"),
  history: () => import("./history.ts"),
  ingest: () => import("./ingest.ts"),
  locate: () => import("./locate.ts"),
  simulate: () => import("./simulate.ts"),
  latency: () => import("./latency.ts"),
  page: () => import("./page.ts"),
  restart: () => import("./restart.ts"),
  soak: () => import("./soak.ts"),
  stores: () => import("./stores.ts"),
  variants: () => import("./variants.ts"),
};

const [name = "", ...flags] = process.argv.slice(2);
const load = BENCHES[name];
if (!load) {
  console.error(`usage: npm run bench -- NAME, where NAME is one of ${Object.keys(BENCHES).join(", ")}`);
  process.exit(1);
}
const bench = await load();
console.log(JSON.stringify(await bench.run(flags)));
