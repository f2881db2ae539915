/** Readings in the order in which they arrive: some come long after they were taken. */
import type { Reading } from "../simulate/sensor-reading.ts";
import type { Simulation } from "../simulate/simulation.ts";

/** Ask at each beat: takes the sensor's reading of now, and hands back those that have arrived since the last beat. */
export function arrivals(simulation: Simulation): (sensor: string, nowMs: number) => readonly Reading[] {
  const waiting = new Map<string, Reading[]>();
  return (sensor, nowMs) => {
    const taken = simulation.reading(sensor, nowMs);
    const all = [...(waiting.get(sensor) ?? []), ...(taken ? [taken] : [])];
    waiting.set(
      sensor,
      all.filter(({ arrivesMs }) => arrivesMs > nowMs),
    );
    return all.filter(({ arrivesMs }) => arrivesMs <= nowMs);
  };
}
