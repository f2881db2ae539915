/** What a process costs the machine, by /proc: share of one core, and resident memory. */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** Of Linux on every machine this runs on. */
const TICKS_PER_S = 100;
const LOOK_EVERY_MS = 500;

export interface ProcessCost {
  readonly cpuPercentOfCore: number;
  /** Median of what was looked at twice a second. */
  readonly rssMb: number;
  readonly worstRssMb: number;
}

/** Over so long a time, or until it is stopped. */
export function observeProcess(child: ChildProcess, forMs: number): Promise<ProcessCost>;
export function observeProcess(child: ChildProcess, forMs: null): { stop(): Promise<ProcessCost> };
export function observeProcess(child: ChildProcess, forMs: number | null) {
  const { pid } = child;
  if (pid === undefined) throw new Error("the process has not started");
  const startedMs = performance.now();
  const startedTicks = ticksOf(pid);
  const rss: number[] = [];
  let stopped = false;
  const looking = (async () => {
    while (!stopped && (forMs === null || performance.now() - startedMs < forMs)) {
      rss.push(rssOf(pid));
      await wait(LOOK_EVERY_MS);
    }
    const elapsedS = (performance.now() - startedMs) / 1000;
    const cpuS = (ticksOf(pid) - startedTicks) / TICKS_PER_S;
    rss.sort((a, b) => a - b);
    return {
      cpuPercentOfCore: Math.round((1000 * cpuS) / elapsedS) / 10,
      rssMb: Math.round((rss[rss.length >> 1] ?? 0) / 1e6),
      worstRssMb: Math.round((rss.at(-1) ?? 0) / 1e6),
    };
  })();
  if (forMs !== null) return looking;
  return {
    stop() {
      stopped = true;
      return looking;
    },
  };
}

/** User and system time; proc(5), fields 14 and 15, after the name in brackets. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

function rssOf(pid: number): number {
  const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kb) * 1024;
}
