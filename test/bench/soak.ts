/**
 * A centre at half its top rate (of `ingest`, on the machine of the README's figures) for a long while: does memory stay flat, does the
 * event loop stay free, is everything acknowledged. What the process says of itself on /metrics is read every ten seconds; the limits are
 * those of the promise. The database keeps in memory what it wrote last, up to a bound: --database-mb sets a lower one, which is reached
 * sooner, so that a shorter run shows whether anything else grows.
 */
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startLiveTown } from "./live-load.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

const EVERY_MS = 10_000;
const MINUTE_MS = 60_000;

interface Reading {
  readonly atMin: number;
  readonly rssMb: number;
  /** In use. */
  readonly heapMb: number;
  /** Taken from the system: of JavaScript, with what it has free; of buffers; and of everything else, the database above all. */
  readonly heapTotalMb: number;
  readonly externalMb: number;
  readonly otherMb: number;
  readonly lagP99Ms: number;
  readonly pendingSamples: number;
}

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: flags,
    options: {
      rate: { type: "string", default: "130000" },
      minutes: { type: "string", default: "30" },
      "database-mb": { type: "string" },
    },
  });
  const minutes = Number(values.minutes);
  const databaseMb = values["database-mb"];
  const town = await startLiveTown([], databaseMb ? { memoryLimitMb: Number(databaseMb) } : undefined);
  try {
    const stopPublishing = town.publish(Number(values.rate));
    const readings: Reading[] = [];
    const startedMs = performance.now();
    while (performance.now() - startedMs < minutes * MINUTE_MS) {
      await wait(EVERY_MS);
      readings.push(await readMetrics(town.address, (performance.now() - startedMs) / MINUTE_MS));
      process.stderr.write(`${JSON.stringify(readings.at(-1))}\n`);
    }
    const { published, acknowledged, sentAgainBatches } = await stopPublishing();
    return {
      bench: "soak",
      figures: {
        minutes,
        samplesPerS: Math.round(published / (minutes * 60)),
        samples: published,
        unacknowledgedSamples: published - acknowledged,
        sentAgainBatches,
        ...summary(readings),
      },
      rival: null,
      limit: { name: "event-loop delay promised, p99", lagMs: 50 },
      machine: thisMachine(),
    };
  } finally {
    await town.stop();
  }
}

/**
 * The first half warms caches up to their bounds. From then on memory goes up and down with garbage waiting to be collected, so that a
 * slope through all readings tells of the moment it ends at; the least of the third and of the last quarter tell what stays.
 */
function summary(readings: readonly Reading[]): Figures {
  const quarter = (which: number) =>
    readings.slice(
      Math.floor((readings.length * which) / 4),
      Math.floor((readings.length * (which + 1)) / 4),
    );
  const least = (some: readonly Reading[], of: (reading: Reading) => number) =>
    Number(Math.min(...some.map(of)).toPrecision(4));
  const most = (of: (reading: Reading) => number) => Number(Math.max(...readings.map(of)).toPrecision(4));
  const [third, last] = [quarter(2), quarter(3)];
  const lags = readings.map(({ lagP99Ms }) => lagP99Ms).sort((a, b) => a - b);
  return {
    rssMostMb: most(({ rssMb }) => rssMb),
    rssLeastThirdQuarterMb: least(third, ({ rssMb }) => rssMb),
    rssLeastLastQuarterMb: least(last, ({ rssMb }) => rssMb),
    heapLeastThirdQuarterMb: least(third, ({ heapMb }) => heapMb),
    heapLeastLastQuarterMb: least(last, ({ heapMb }) => heapMb),
    otherLeastThirdQuarterMb: least(third, ({ otherMb }) => otherMb),
    otherLeastLastQuarterMb: least(last, ({ otherMb }) => otherMb),
    lagP99MedianMs: lags[Math.floor(lags.length / 2)] ?? Number.NaN,
    lagP99WorstTenSecondsMs: most(({ lagP99Ms }) => lagP99Ms),
    pendingSamplesMost: most(({ pendingSamples }) => pendingSamples),
  };
}

async function readMetrics(address: string, atMin: number): Promise<Reading> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const figure = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  const rounded = (value: number) => Number(value.toPrecision(5));
  const rssMb = figure("process_resident_memory_bytes") / 1e6;
  const heapTotalMb = figure("nodejs_heap_size_total_bytes") / 1e6;
  const externalMb = figure("nodejs_external_memory_bytes") / 1e6;
  return {
    atMin: rounded(atMin),
    rssMb: rounded(rssMb),
    heapMb: rounded(figure("nodejs_heap_size_used_bytes") / 1e6),
    heapTotalMb: rounded(heapTotalMb),
    externalMb: rounded(externalMb),
    otherMb: rounded(rssMb - heapTotalMb - externalMb),
    lagP99Ms: rounded(figure("nodejs_eventloop_lag_p99_seconds") * 1000),
    pendingSamples: figure("nightflow_pending_samples"),
  };
}
