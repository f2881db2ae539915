/** What every benchmark answers; main.ts prints it as one JSON object on the last line. Figure names end in their unit. */
import { cpus, totalmem } from "node:os";

export type Figures = Readonly<Record<string, number>>;

export interface BenchResult {
  readonly bench: string;
  readonly figures: Figures;
  /** Another program doing the same job, measured in the same run. */
  readonly rival: { readonly name: string; readonly figures: Figures } | null;
  /** What no program of this kind can exceed here, measured in the same run. */
  readonly limit: ({ readonly name: string } & Readonly<Record<string, number | string>>) | null;
  readonly machine: string;
}

export function thisMachine(): string {
  const [first, ...others] = cpus();
  const memoryGb = Math.round(totalmem() / 1e9);
  return `${others.length + 1} x ${first?.model.trim()}, ${memoryGb} GB, Node ${process.versions.node}`;
}
