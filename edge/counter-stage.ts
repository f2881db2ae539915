/**
 * Between the sources and the spool: samples of registers that count volume become flow, whichever kind of source they come from. What is
 * remembered of a register is made durable together with the flow it gave, so a restart neither counts water twice nor loses any.
 */
import type { Notice } from "../src/model/agent.ts";
import type { Clock } from "../src/model/clock.ts";
import { type Series, seriesOf } from "../src/model/sample.ts";
import type { AgentConfig } from "./agent-config.ts";
import {
  type CounterMemory,
  type CounterRules,
  counterRules,
  type FlowSample,
  followCounter,
} from "./counter-flow.ts";
import { createOccasionalNotices } from "./occasional-notice.ts";
import type { ReadingConfig } from "./reading-config.ts";
import type { Spool } from "./sqlite-spool.ts";

export interface CounterStage extends Pick<Spool, "append" | "heldBatches" | "onChange"> {
  /** The next reading of this sensor is the first of another register, or of one that was set anew. */
  restart(sensor: string): void;
  /** What the register showed at its last reading, m3, and when; undefined for one that was never read or is no counter. */
  lastTotal(sensor: string): { readonly timeMs: number; readonly totalM3: number } | undefined;
  configure(sources: AgentConfig["sources"]): void;
}

export function createCounterStage(
  spool: Pick<Spool, "append" | "heldBatches" | "onChange" | "recall">,
  initial: AgentConfig["sources"],
  clock: Clock,
): CounterStage {
  const memories = new Map<string, CounterMemory>();
  const restarting = new Set<string>();
  const occasional = createOccasionalNotices();
  let rulesOf = counterLookup(initial);
  /** Said of readings that the disk refused. */
  let owed: readonly Notice[] = [];

  function memoryOf(sensor: string): CounterMemory {
    const known = memories.get(sensor) ?? recalled(spool.recall(keyOf(sensor)));
    memories.set(sensor, known);
    return known;
  }

  function follow(series: Series, rules: CounterRules, told: Notice[]): Series {
    const { sensor, timesMs, values, statuses, serverDelaysMs } = series;
    const flows: FlowSample[] = [];
    const delaysMs: number[] = [];
    let memory = memoryOf(sensor);
    for (let i = 0; i < timesMs.length; i += 1) {
      const reading = { timeMs: timesMs[i]!, totalM3: values[i]!, status: statuses[i]! };
      const restarts = restarting.delete(sensor);
      const followed = followCounter(memory, restarts ? { ...reading, restarts } : reading, rules);
      memory = followed.memory;
      flows.push(...followed.samples);
      // The server's time is that of the reading; a flow of another time has none.
      const delayMs = serverDelaysMs?.[i] ?? Number.NaN;
      for (const { timeMs } of followed.samples)
        delaysMs.push(timeMs === reading.timeMs ? delayMs : Number.NaN);
      for (const { code, figures } of followed.events) {
        const count = occasional.happened(`${sensor} ${code}`, clock());
        if (count !== undefined) told.push({ timeMs: clock(), code, sensor, figures: { ...figures, count } });
      }
    }
    memories.set(sensor, memory);
    return seriesOf(
      sensor,
      flows.map(({ timeMs }) => timeMs),
      flows.map(({ flowM3h }) => flowM3h),
      flows.map(({ status }) => status),
      delaysMs,
    );
  }

  return {
    async append(series, notices = []) {
      const told = [...owed];
      owed = [];
      const before = new Map<string, CounterMemory>();
      const wereRestarting = new Set<string>();
      const flows = series.map((one) => {
        const rules = rulesOf(one.sensor);
        if (!rules) return one;
        if (restarting.has(one.sensor)) wereRestarting.add(one.sensor);
        if (!before.has(one.sensor)) before.set(one.sensor, memoryOf(one.sensor));
        return follow(one, rules, told);
      });
      const kept = new Map(
        [...before.keys()].map((sensor) => [keyOf(sensor), JSON.stringify(memories.get(sensor))]),
      );
      try {
        const full = flows.filter(({ timesMs }) => timesMs.length > 0);
        await spool.append(full, [...notices, ...told], kept);
      } catch (error) {
        // The source brings the same readings again; what was noticed of them is not noticed twice.
        owed = [...told, ...owed];
        for (const [sensor, memory] of before) memories.set(sensor, memory);
        for (const sensor of wereRestarting) restarting.add(sensor);
        throw error;
      }
    },
    heldBatches: spool.heldBatches,
    onChange: spool.onChange,
    restart: (sensor) => void restarting.add(sensor),
    lastTotal: (sensor) => (rulesOf(sensor) ? memoryOf(sensor).newest?.last : undefined),
    configure(sources) {
      rulesOf = counterLookup(sources);
    },
  };
}

function keyOf(sensor: string): string {
  return `counter ${sensor}`;
}

function recalled(text: string | undefined): CounterMemory {
  return text === undefined ? {} : (JSON.parse(text) as CounterMemory);
}

interface CountedConfig extends ReadingConfig {
  readonly sensor: string;
}

function counterLookup(sources: AgentConfig["sources"]): (sensor: string) => CounterRules | undefined {
  const exact = new Map<string, CounterRules>();
  const patterns: (readonly [RegExp, CounterRules])[] = [];
  for (const config of countedIn(sources)) {
    const rules = counterRules(config);
    if (!rules) continue;
    const { sensor } = config;
    // A sensor whose name takes levels of a topic stands for many.
    if (/\{\d\}/.test(sensor)) patterns.push([patternOf(sensor), rules]);
    else exact.set(sensor, rules);
  }
  return (sensor) => exact.get(sensor) ?? patterns.find(([pattern]) => pattern.test(sensor))?.[1];
}

function countedIn({ opcua, mqtt, sparkplug, csv, hand }: AgentConfig["sources"]): CountedConfig[] {
  return [
    ...opcua.flatMap(({ items }) => items),
    ...mqtt.flatMap(({ topics }) => topics),
    ...sparkplug.flatMap(({ metrics }) => metrics),
    ...csv.flatMap(({ recording }) => Object.values(recording.columns)),
    ...hand,
  ];
}

function patternOf(sensor: string): RegExp {
  const literal = sensor.split(/\{\d\}/).map((part) => part.replace(/[.]/g, "\\."));
  return new RegExp(`^${literal.join("(.+)")}$`);
}
