/**
 * What a Sparkplug B host application says of itself, so that edge nodes which have it as their primary host keep what they measure while it
 * is away (Eclipse Sparkplug 3.0, 4.4.2 and 5.2): retained, at QoS 1, and as the will of its connection. All of one connection carry the
 * same timestamp, by which edge nodes tell the late will of an older one. Pure.
 */
import { z } from "zod";

export interface HostPresence {
  readonly topic: string;
  /** Of the connection that began at this time. */
  said(online: boolean, sinceMs: number): Buffer;
  /** True for a message on the topic that says the host is away. */
  saysAway(payload: Uint8Array): boolean;
}

const stateSchema = z.object({ online: z.boolean() });

export function hostPresence(hostId: string): HostPresence {
  return {
    topic: `spBv1.0/STATE/${hostId}`,
    said: (online, sinceMs) => Buffer.from(JSON.stringify({ online, timestamp: sinceMs })),
    saysAway(payload) {
      try {
        return stateSchema.safeParse(JSON.parse(Buffer.from(payload).toString())).data?.online === false;
      } catch {
        return false;
      }
    },
  };
}
