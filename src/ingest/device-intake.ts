/**
 * Bare readings of third-party devices: every mapping that matches a topic takes its own from the message. No sequence and no answer:
 * what finds no room is lost and counted.
 */
import type { Clock } from "../model/clock.ts";
import type { Sensor } from "../model/utility.ts";
import type { Committer } from "./committer.ts";
import { decodeDevice } from "./device-decoder.ts";
import { type DeviceTopic, sensorOnTopic } from "./device-topic.ts";
import type { InboxMessage } from "./mqtt-inbox.ts";
import type { Rejection } from "./rejection.ts";
import { type Screening, screen } from "./sample-screening.ts";

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

export function createDeviceIntake(parts: DeviceIntakeParts): DeviceIntake {
  const { devices, sensors, committer, clock } = parts;
  const counts: DeviceCounts = { accepted: 0, refused: 0, lost: 0 };

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
    const { series, rejections } = screen([reading.series], { ...parts.screening, nowMs });
    if (series.length > 0) counts[committer.offer({ series, events: [] }) ? "accepted" : "refused"] += 1;
    return rejections;
  }

  return {
    take(message, session) {
      const matches = devices.flatMap((device) => {
        const id = sensorOnTopic(device, message.topic);
        return id === undefined ? [] : [{ device, id }];
      });
      if (matches.length === 0) {
        return [{ reason: "unknown-topic", detail: `nothing is expected on ${message.topic}`, samples: 0 }];
      }
      return matches
        .filter(({ id }) => parts.takes(id, session))
        .flatMap(({ device, id }) => takeOne(device, id, message));
    },
    lose(messages) {
      counts.lost += messages;
    },
    counts: () => ({ ...counts }),
  };
}
