/** Values of a server's variables on their way to the spool: judged one by one, remembered from one connection to the next. */
import type { DataValue } from "node-opcua-client";
import type { Clock } from "../src/model/clock.ts";
import { isOverflow } from "../src/model/status.ts";
import { createOccasionalNotices } from "./occasional-notice.ts";
import { nodeNameOf, type OpcuaItemConfig, type OpcuaSourceConfig } from "./opcua-config.ts";
import type { Arrival } from "./opcua-items.ts";
import { type ItemMemory, judge, type TimeDoubt } from "./opcua-judging.ts";
import { type OpcuaReading, readingOf } from "./opcua-reading.ts";
import { type Conversion, conversionOf } from "./reading-config.ts";
import type { SampleGathering } from "./sample-gathering.ts";

type Figures = Readonly<Record<string, number | string>>;

export interface OpcuaSamples {
  take(item: OpcuaItemConfig, data: DataValue, arrival: Arrival): void;
  /** `deadband` in the item's own unit; undefined where one in per cent has no range to be of. */
  setDeadband(item: OpcuaItemConfig, deadband: number | undefined): void;
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
  gathering: Pick<SampleGathering, "add">,
  clock: Clock,
  tell: (code: string, figures: Figures, sensor: string) => void,
): OpcuaSamples {
  const occasional = createOccasionalNotices();
  const conversions = new Map(items.map((item) => [item, conversionOf(item)]));
  const deadbands = new Map<OpcuaItemConfig, number>();
  const memories = new Map<OpcuaItemConfig, ItemMemory>();

  /** The server's queue was too short: what came between the value before and this one is lost. */
  function tellGap(sensor: string, before: ItemMemory | undefined, toMs: number): void {
    const count = occasional.happened(`overflow ${sensor}`, clock());
    if (count === undefined) return;
    const fromMs = before?.passedTimeMs;
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

  return {
    take(item, data, arrival) {
      const reading = readingOf(data, conversions.get(item) ?? UNKNOWN, clock());
      const before = memories.get(item);
      const { longestSilenceMs } = item;
      const rules = { deadband: deadbands.get(item) ?? 0, longestSilenceMs, timeToleranceMs };
      const { memory, sample, doubtChanged } = judge(before, reading, rules, arrival === "watched");
      memories.set(item, memory);
      if (sample) gathering.add(item.sensor, sample.timeMs, sample.value, sample.status);
      if (isOverflow(reading.status)) tellGap(item.sensor, before, reading.timeMs);
      if (doubtChanged) tellDoubt(item.sensor, memory.doubt, reading);
    },
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
