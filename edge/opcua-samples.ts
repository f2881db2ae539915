/** Values of a server's variables on their way to the spool: judged one by one, remembered from one connection to the next. */
import type { DataValue } from "node-opcua-client";
import type { Clock } from "../src/model/clock.ts";
import { isOverflow } from "../src/model/status.ts";
import { createOccasionalNotices } from "./occasional-notice.ts";
import { nodeNameOf, type OpcuaItemConfig, type OpcuaSourceConfig } from "./opcua-config.ts";
import type { Arrival } from "./opcua-items.ts";
import {
  type ItemMemory,
  type JudgedSample,
  type JudgingRules,
  judge,
  type TimeDoubt,
} from "./opcua-judging.ts";
import { type OpcuaReading, readingOf } from "./opcua-reading.ts";
import { type Conversion, conversionOf } from "./reading-config.ts";
import type { SampleGathering } from "./sample-gathering.ts";

type Figures = Readonly<Record<string, number | string>>;

export interface OpcuaSamples {
  take(item: OpcuaItemConfig, data: DataValue, arrival: Arrival): void;
  /** What the server's history holds of a gap, in its order. Resolves when it is spooled. */
  takeHistory(item: OpcuaItemConfig, values: readonly DataValue[]): Promise<void>;
  /** Up to which time each sensor was read. */
  upToMs(): ReadonlyMap<string, number>;
  /** `deadband` in the item's own unit; undefined where one in per cent has no range to be of. */
  setDeadband(item: OpcuaItemConfig, deadband: number | undefined): void;
}

export interface SamplesParts {
  /** By an earlier run: up to which time each sensor was read. */
  readonly readBefore: ReadonlyMap<string, number>;
  readonly tell: (code: string, figures: Figures, sensor: string) => void;
  /** The server's queue did not hold what came between. */
  readonly onGap: (item: OpcuaItemConfig, fromMs: number, toMs: number) => void;
}

const DOUBT_CODES: Readonly<Record<TimeDoubt, string>> = {
  absent: "no-source-time",
  frozen: "source-time-frozen",
  future: "source-time-future",
};

/** Of an item that is not in the configuration: no value can be trusted. */
const UNKNOWN: Conversion = { factor: Number.NaN, offset: 0 };

export function createOpcuaSamples(
  { items, timeToleranceMs }: Pick<OpcuaSourceConfig, "items" | "timeToleranceMs">,
  gathering: Pick<SampleGathering, "add" | "settled">,
  clock: Clock,
  { readBefore, tell, onGap }: SamplesParts,
): OpcuaSamples {
  const occasional = createOccasionalNotices();
  const conversions = new Map(items.map((item) => [item, conversionOf(item)]));
  const deadbands = new Map<OpcuaItemConfig, number>();
  const memories = new Map<OpcuaItemConfig, ItemMemory>();
  const upToMs = new Map(readBefore);

  /** The server's queue was too short: what came between the value before and this one is lost, or in its history. */
  function tellGap(item: OpcuaItemConfig, fromMs: number | undefined, toMs: number): void {
    if (fromMs !== undefined) onGap(item, fromMs, toMs);
    const { sensor } = item;
    const count = occasional.happened(`overflow ${sensor}`, clock());
    if (count === undefined) return;
    tell("overflow", { ...(fromMs !== undefined && { fromMs }), toMs, count }, sensor);
  }

  function tellDoubt(
    sensor: string,
    doubt: TimeDoubt | undefined,
    { timeMs, serverMs, receivedMs }: OpcuaReading,
  ) {
    const code = doubt ? DOUBT_CODES[doubt] : "source-time-right";
    tell(code, { timeMs, serverMs, receivedMs }, sensor);
  }

  function add({ sensor }: OpcuaItemConfig, sample: JudgedSample | undefined): void {
    if (sample) gathering.add(sensor, sample.timeMs, sample.value, sample.status, sample.serverDelayMs);
  }

  function rulesOf(item: OpcuaItemConfig): JudgingRules {
    const { longestSilenceMs } = item;
    return { deadband: deadbands.get(item) ?? 0, longestSilenceMs, timeToleranceMs };
  }

  return {
    take(item, data, arrival) {
      const reading = readingOf(data, conversions.get(item) ?? UNKNOWN, clock());
      const { memory, sample, doubtChanged } = judge(
        memories.get(item),
        reading,
        rulesOf(item),
        arrival === "watched",
      );
      memories.set(item, memory);
      add(item, sample);
      if (isOverflow(reading.status)) tellGap(item, upToMs.get(item.sensor), reading.timeMs);
      // A future time would hide every gap after it; a value that was looked up says nothing of those that were never reported before it.
      if (memory.doubt !== "future" && arrival !== "watched")
        upToMs.set(item.sensor, Math.max(upToMs.get(item.sensor) ?? 0, reading.timeMs));
      if (doubtChanged) tellDoubt(item.sensor, memory.doubt, reading);
    },
    async takeHistory(item, values) {
      let memory: ItemMemory | undefined;
      for (const data of values) {
        const reading = readingOf(data, conversions.get(item) ?? UNKNOWN, clock());
        // It was there to be received at its own time.
        const judged = judge(memory, { ...reading, receivedMs: reading.timeMs }, rulesOf(item));
        memory = judged.memory;
        add(item, judged.sample);
      }
      await gathering.settled();
    },
    upToMs: () => upToMs,
    setDeadband(item, deadband) {
      const known = deadbands.has(item);
      deadbands.set(item, (deadband ?? 0) * Math.abs((conversions.get(item) ?? UNKNOWN).factor));
      if (deadband === undefined && !known)
        tell(
          "deadband-unusable",
          { node: nodeNameOf(item), percent: item.deadbandPercent ?? 0 },
          item.sensor,
        );
    },
  };
}
