/**
 * Benchmark data that stands beside the repository and never enters it. Without it its tests are skipped with a line that says so; under
 * CI=true that is a failure.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Path of a file below ../shared/data, or undefined. Use as: describe.skipIf(!sharedData("ltown/...")). */
export function sharedData(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
  if (existsSync(path)) return path;
  if (process.env.CI === "true") throw new Error(`${path} is absent, and CI must run every test`);
  process.stderr.write(`skipped: ${path} is absent\n`);
  return undefined;
}
