/**
 * Standing alarms as retained MQTT messages, one topic each: whoever subscribes has the list at once, and an empty message takes an
 * alarm off it. What could not be published is published by a later tick.
 *
 *   nightflow/v1/{utility}/alarms/{alarm}     QoS 1, retained     an alarm in JSON, as GET /api/v1/alarms/{alarm} answers
 */
import type { AlarmSource } from "../model/live.ts";
import type { Utility } from "../model/utility.ts";
import { WIRE_VERSION } from "../model/wire.ts";

export interface AlarmTopicsOptions {
  readonly utility: Utility;
  readonly alarms: AlarmSource;
  readonly publish: (topic: string, payload: string, options: { readonly retain: true }) => Promise<void>;
}

export interface AlarmTopics {
  /** Publishes what has changed. Rejects when the broker does not take it; then the next tick tries again. */
  tick(): Promise<void>;
}

export function createAlarmTopics({ utility, alarms, publish }: AlarmTopicsOptions): AlarmTopics {
  const published = new Map<string, string>();
  let cursor: number | null = null;

  async function say(id: string, payload: string): Promise<void> {
    await publish(`nightflow/${WIRE_VERSION}/${utility.id}/alarms/${id}`, payload, { retain: true });
    if (payload === "") published.delete(id);
    else published.set(id, payload);
  }

  return {
    async tick() {
      const upTo = alarms.cursor();
      if (upTo === cursor) return;
      const standing = new Map(alarms.alarms("standing").map((alarm) => [alarm.id, JSON.stringify(alarm)]));
      for (const id of [...published.keys()]) if (!standing.has(id)) await say(id, "");
      for (const [id, payload] of standing) if (published.get(id) !== payload) await say(id, payload);
      cursor = upTo;
    },
  };
}
