/** What the tour speaks of, as far as it is there to be seen, and how to find it on the page Now. Pure. */
import { isLeak } from "../../model/verdict.ts";
import { isUnacknowledged } from "../alarms/alarm-order.ts";
import type { Network } from "../live/live-state.ts";

export type TourTopic = "live" | "nights" | "leak" | "sensor" | "intermittent" | "onward";

export interface TourStep {
  readonly topic: TourTopic;
  /** CSS, of what is pointed at; null for what is everywhere. */
  readonly at: string | null;
  /** Names that the text speaks of. */
  readonly names: Readonly<Record<string, string>>;
}

export function tourSteps({ utility, districts, alarms }: Network): readonly TourStep[] {
  const standing = [...alarms.values()].filter(({ state }) => state !== "normal");
  const leak = standing.find(({ verdict }) => isLeak(verdict.kind));
  const fault = standing.find(
    ({ verdict }) => verdict.subject.kind === "sensor" && verdict.kind !== "data-gap",
  );
  const intermittent = utility.districts.find(({ id }) => {
    const outcome = districts.get(id)?.lastNight?.outcome;
    return outcome?.kind === "not-assessable" && outcome.because.some(({ code }) => code === "supply-off");
  });
  const district = utility.districts.find(({ id }) => id === leak?.verdict.subject.id);
  const sensor = utility.sensors.find(({ id }) => id === fault?.verdict.subject.id);
  const step = (topic: TourTopic, at: string | null, names: TourStep["names"] = {}): TourStep => ({
    topic,
    at,
    names,
  });
  return [
    step("live", "[data-link]"),
    step("nights", "table.districts"),
    ...(leak && district ? [step("leak", alarmOf(leak.id), { district: district.name })] : []),
    ...(fault && sensor ? [step("sensor", alarmOf(fault.id), { sensor: sensor.name })] : []),
    ...(intermittent
      ? [
          step("intermittent", `tr[data-district=${JSON.stringify(intermittent.id)}]`, {
            district: intermittent.name,
          }),
        ]
      : []),
    step("onward", "nav"),
  ];
}

function alarmOf(id: string): string {
  return `li.alarm[data-alarm=${JSON.stringify(id)}]`;
}

/** When the newest alarm that waits began to wait; the tour steps aside for one that is newer than itself. */
export function newestWaitingMs({ alarms }: Network): number {
  return [...alarms.values()]
    .filter(isUnacknowledged)
    .reduce((newest, { activatedMs }) => Math.max(newest, activatedMs), Number.NEGATIVE_INFINITY);
}
