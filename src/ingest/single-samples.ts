/**
 * Samples that come one by one, gathered in columns by sensor: as a series each they would cost three arrays a sample, and a pass of their
 * own of whoever takes them.
 */
import { type Series, seriesOf } from "../model/sample.ts";

export interface Sample {
  readonly sensor: string;
  readonly timeMs: number;
  readonly value: number;
  readonly status: number;
}

export interface SingleSamples {
  add(sample: Sample): void;
  /** Hands over what was gathered of the sensor, in the order it came, and begins anew; undefined when there is nothing. */
  taken(sensor: string): Series | undefined;
  allTaken(): Series[];
}

export function createSingleSamples(): SingleSamples {
  const columns = new Map<string, { timesMs: number[]; values: number[]; statuses: number[] }>();

  function taken(sensor: string): Series | undefined {
    const known = columns.get(sensor);
    columns.delete(sensor);
    return known && seriesOf(sensor, known.timesMs, known.values, known.statuses);
  }

  return {
    add({ sensor, timeMs, value, status }) {
      let known = columns.get(sensor);
      if (!known) {
        known = { timesMs: [], values: [], statuses: [] };
        columns.set(sensor, known);
      }
      known.timesMs.push(timeMs);
      known.values.push(value);
      known.statuses.push(status);
    },
    taken,
    allTaken: () => [...columns.keys()].flatMap((sensor) => taken(sensor) ?? []),
  };
}
