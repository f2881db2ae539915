/** Who sends, and when each was last heard: what agents say about themselves on their status topic, and that they speak at all. */
import { z } from "zod";
import type { SiteView } from "../model/live.ts";
import { statusSchema } from "../model/wire.ts";
import type { Rejection } from "./rejection.ts";
import { decodeJson } from "./telemetry-decoder.ts";

export interface SiteRegister {
  heard(site: string, nowMs: number): void;
  /** Takes a status message in; answers why not when it is none. */
  status(site: string, payload: Uint8Array, retained: boolean, nowMs: number): readonly Rejection[];
  views(): readonly SiteView[];
}

/** A status with a thousand sources and certificates stays below it. */
const MAX_STATUS_BYTES = 1_000_000;

const NOTHING_KNOWN: Omit<SiteView, "site"> = {
  online: null,
  lastHeardMs: null,
  oldestUnacknowledgedMs: null,
  version: null,
  agent: null,
  agentSaidMs: null,
};

export function createSiteRegister(): SiteRegister {
  const sites = new Map<string, SiteView>();

  function update(site: string, change: Partial<SiteView>): void {
    sites.set(site, { ...NOTHING_KNOWN, ...sites.get(site), site, ...change });
  }

  return {
    heard: (site, nowMs) => update(site, { lastHeardMs: nowMs }),
    status(site, payload, retained, nowMs) {
      const json = decodeJson(payload, MAX_STATUS_BYTES);
      if (!json.ok) return [json.rejection];
      const status = statusSchema.safeParse(json.value);
      if (!status.success) {
        return [{ reason: "wrong-shape", detail: z.prettifyError(status.error), samples: 0 }];
      }
      const { online, timeMs, oldestUnacknowledgedMs = null, version, agent } = status.data;
      update(site, {
        online,
        oldestUnacknowledgedMs,
        // A retained status and a last will are the broker's voice, not the agent's.
        ...(online && !retained && { lastHeardMs: nowMs }),
        ...(version !== undefined && { version }),
        ...(agent && { agent, agentSaidMs: timeMs }),
      });
      return [];
    },
    views: () => [...sites.values()],
  };
}
