/**
 * What the judgement costs: CPU for 10,000 districts of one-minute data in real time, a district-year of 5-minute data, memory a district, and
 * whether any of it grows with the length of history. Warm districts are measured in a smaller number and scaled, as is said in the figures'
 * names; the cold run of all 10,000 shows that the cost of one does not depend on their number.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createUtilityJudge, type UtilityJudge } from "../../src/detect/utility-judge.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { DEFAULT_DETECTION } from "../../src/model/detection-parameters.ts";
import { drawnFlow, metersRead, START_MS, utilityOf } from "./drawn-town.ts";
import { type BenchResult, thisMachine } from "./result.ts";

const ALL = 10_000;
const WARM = 40;
const WARM_DAYS = 16;
const COLD_HOURS = 1;
const YEAR_DAYS = 365;
/** Districts whose memory is watched over three years. */
const GROWN = 20;
/** A town judged before, so that compiled code is not counted as memory of districts. */
const COMPILED_DAYS = 100;
/** Share of a core that all districts may take. */
const SHARE_ALLOWED = 0.2;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

export async function run(): Promise<BenchResult> {
  // Memory first: nothing large has been freed yet.
  townOf(1, 15 * MINUTE_MS).live(COMPILED_DAYS * 24, DAY_MS);
  const before = heapBytes();
  const growing = townOf(GROWN, 15 * MINUTE_MS);
  growing.live(YEAR_DAYS * 24, DAY_MS);
  const afterOneYear = heapBytes();
  growing.live(2 * YEAR_DAYS * 24, DAY_MS);
  const afterThreeYears = heapBytes();
  growing.live(1);
  const warm = townOf(WARM, MINUTE_MS);
  warm.live(WARM_DAYS * 24);
  const warmCpuS = cpuS(() => warm.live(24));
  const year = townOf(1, 5 * MINUTE_MS);
  const districtYearS = cpuS(() => year.live(YEAR_DAYS * 24, DAY_MS));
  const cold = townOf(ALL, MINUTE_MS);
  const coldCpuS = cpuS(() => cold.live(COLD_HOURS));
  const perDistrict = (bytes: number) => Math.round((bytes - before) / GROWN);
  return {
    bench: "detect",
    figures: {
      coreShareOf10000WarmPercent: round((100 * warmCpuS * (ALL / WARM)) / (DAY_MS / 1000)),
      coreShareOf10000ColdPercent: round((100 * coldCpuS) / ((COLD_HOURS * HOUR_MS) / 1000)),
      warmDistrictsMeasured: WARM,
      perSlotUs: round((1e6 * warmCpuS) / (WARM * 1440)),
      districtYearOf5MinutesS: round(districtYearS),
      bytesPerDistrictAfter1Year: perDistrict(afterOneYear),
      bytesPerDistrictAfter3Years: perDistrict(afterThreeYears),
    },
    rival: null,
    limit: {
      name: "a fifth of one core, and a second a district-year",
      coreSharePercent: 100 * SHARE_ALLOWED,
    },
    machine: thisMachine(),
  };
}

interface Town {
  /** Judges so many hours more, in batches of an hour unless told otherwise. */
  live(hours: number, batchMs?: number): void;
}

function townOf(count: number, intervalMs: number): Town {
  const judge: UtilityJudge = createUtilityJudge(utilityOf(count, intervalMs), DEFAULT_DETECTION);
  const drawn = drawnFlow(intervalMs);
  let nowMs = START_MS;
  return {
    live(hours, batchMs = HOUR_MS) {
      const endMs = nowMs + hours * HOUR_MS;
      for (; nowMs < endMs; nowMs += batchMs) {
        judge.take(
          metersRead(drawn, count, { fromMs: nowMs, toMs: Math.min(nowMs + batchMs, endMs) }, intervalMs),
        );
      }
    },
  };
}

/** Processor time of this process, garbage collection included; what others do on the machine is not in it. */
function cpuS(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function heapBytes(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
