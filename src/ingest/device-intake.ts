/**
 * Bare readings of third-party devices: every mapping that matches a topic takes its own from the message. No sequence and no answer:
 * what finds no room is lost and counted.
 */
import type { Clock } from "../model/clock.ts";
import { GOOD } from "../model/status.ts";
import type { Sensor } from "../model/utility.ts";
import type { Committer } from "./committer.ts";
import { decodeDevice } from "./device-decoder.ts";
import { type DeviceTopic, sensorOnTopic } from "./device-topic.ts";
import type { InboxMessage } from "./mqtt-inbox.ts";
import type { Rejection } from "./rejection.ts";
import { refusalOf, type Screening, screen } from "./sample-screening.ts";

/** `refused` ones found no room; `lost` ones were accepted and went with a commit that was given up. */
export type DeviceCounts = Record<"accepted" | "refused" | "lost", number>;

export interface DeviceIntake {
  /** Answers what of the message is turned away for good. */
  take(message: InboxMessage, session: string | undefined): readonly Rejection[];
  /** So many accepted messages will never be stored. */
  lose(messages: number): void;
  counts(): Readonly<DeviceCounts>;
}

export interface DeviceIntakeParts {
  readonly devices: readonly DeviceTopic[];
  readonly sensors: ReadonlyMap<string, Sensor>;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly screening: Screening;
  /** Whether a sensor's readings are to be taken from this session: of several, one does. */
  readonly takes: (sensor: string, session: string | undefined) => boolean;
}

interface Match {
  readonly device: DeviceTopic;
  readonly id: string;
}

const TOPICS_REMEMBERED = 10_000;
const NO_REJECTIONS: readonly Rejection[] = [];

export function createDeviceIntake(parts: DeviceIntakeParts): DeviceIntake {
  const { devices, sensors, committer, clock } = parts;
  const counts: DeviceCounts = { accepted: 0, refused: 0, lost: 0 };
  const matchesByTopic = new Map<string, readonly Match[]>();

  function takeOne(device: DeviceTopic, id: string, message: InboxMessage): readonly Rejection[] {
    const sensor = sensors.get(id);
    const { payload, retained, topic } = message;
    if (!sensor) {
      return [
        {
          reason: "unknown-sensor",
          detail: `${topic} names sensor "${id}", not in the configuration`,
          samples: 1,
        },
      ];
    }
    const nowMs = clock();
    const reading = decodeDevice(device, sensor, { payload, retained, nowMs });
    if (!reading.ok) return [reading.rejection];
    const rules = { ...parts.screening, nowMs };
    const { t, v } = reading.series;
    const [timeMs, value] = [t[0], v[0]];
    // Nearly every message.
    if (
      t.length === 1 &&
      timeMs !== undefined &&
      typeof value === "number" &&
      !refusalOf(timeMs, value, rules)
    ) {
      count(committer.offerSample({ sensor: id, timeMs, value, status: GOOD }));
      return NO_REJECTIONS;
    }
    const { series, rejections } = screen([reading.series], rules);
    if (series.length > 0) count(committer.offer({ series, events: [] }));
    return rejections;
  }

  function count(isAccepted: boolean): void {
    counts[isAccepted ? "accepted" : "refused"] += 1;
  }

  /** The mappings that a topic matches, and for which sensor. */
  function matchesOf(topic: string): readonly Match[] {
    const known = matchesByTopic.get(topic);
    if (known) return known;
    const matches = devices.flatMap((device) => {
      const id = sensorOnTopic(device, topic);
      return id === undefined ? [] : [{ device, id }];
    });
    // Whoever publishes on ever new topics is not to fill the memory.
    if (matchesByTopic.size >= TOPICS_REMEMBERED) matchesByTopic.clear();
    matchesByTopic.set(topic, matches);
    return matches;
  }

  return {
    take(message, session) {
      const matches = matchesOf(message.topic);
      if (matches.length === 0) {
        return [{ reason: "unknown-topic", detail: `nothing is expected on ${message.topic}`, samples: 0 }];
      }
      let rejections = NO_REJECTIONS;
      for (const { device, id } of matches) {
        if (!parts.takes(id, session)) continue;
        const more = takeOne(device, id, message);
        if (more.length > 0) rejections = [...rejections, ...more];
      }
      return rejections;
    },
    lose(messages) {
      counts.lost += messages;
    },
    counts: () => ({ ...counts }),
  };
}
