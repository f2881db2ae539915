/** The messages of the live protocol that tell how things stand, each made in one place. Pure. */
import type { StoredEvent } from "../model/event.ts";
import type { ServerMessage } from "../model/live.ts";
import type { Utility } from "../model/utility.ts";
import type { LatestReadings, Readings } from "./latest-readings.ts";
import type { Standing } from "./standing.ts";

/** Alarms that have returned to normal and are still of interest to a page that opens. */
const PAST_ALARMS = 200;

export interface LiveSources {
  readonly utility: Utility;
  readonly demo: boolean;
  readonly exercise: boolean;
  readonly tour: boolean;
  /** Changes whenever the configuration does. */
  readonly configuration: string;
  readonly standing: Standing;
  readonly readings: LatestReadings;
}

export function snapshotMessage(sources: LiveSources, nowMs: number): ServerMessage {
  const { utility, demo, exercise, tour, configuration, standing, readings } = sources;
  const alarms = standing.alarms("all");
  const past = alarms.filter((alarm) => alarm.state === "normal").slice(0, PAST_ALARMS);
  return {
    type: "snapshot",
    cursor: standing.cursor(),
    snapshot: {
      nowMs,
      demo,
      ...(exercise && { exercise }),
      ...(tour && { tour }),
      configuration,
      utility,
      districts: standing.districts(),
      alarms: [...alarms.filter((alarm) => alarm.state !== "normal"), ...past],
      ...readings.all(),
    },
  };
}

export function eventsMessage(standing: Standing, events: readonly StoredEvent[]): ServerMessage {
  const touched = standing.touchedBy(events);
  return {
    type: "events",
    cursor: events.at(-1)?.cursor ?? standing.cursor(),
    events,
    alarms: [...touched.alarms].flatMap((id) => standing.alarm(id) ?? []),
    districts: [...touched.districts].flatMap((id) => standing.district(id) ?? []),
  };
}

export function readingsMessage(readings: Readings, nowMs: number): ServerMessage {
  return { type: "readings", nowMs, ...readings };
}
