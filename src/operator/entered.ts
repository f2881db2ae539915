/** What people entered, as it stands: a projection of the events, by which the last entry of a thing holds. Pure. */
import type { Notice } from "../model/agent.ts";
import type { HandReading, VolumeEntry } from "../model/entry.ts";
import type { StoredEvent } from "../model/event.ts";
import type { Partner } from "../model/exchange-file.ts";
import type { PlannedWork } from "../model/planned-work.ts";

/** Who entered it and when, by the centre's clock. */
interface Signed {
  readonly by: string;
  readonly enteredMs: number;
}

export type SignedVolume = VolumeEntry & Signed;
export type SignedReading = HandReading & Signed;

export interface EnteredWork extends PlannedWork, Signed {
  readonly id: string;
}

export type SignedPartner = Partner & Signed;

export interface SiteNotice extends Notice {
  readonly site: string;
}

/** Of each sensor, and of all agents together. */
const READINGS_KEPT = 50;
const NOTICES_KEPT = 500;

export interface Entered {
  apply(events: readonly StoredEvent[]): void;
  volumes(): readonly SignedVolume[];
  /** Newest first, by the time of reading. */
  handReadings(sensor: string): readonly SignedReading[];
  works(): readonly EnteredWork[];
  partners(): readonly SignedPartner[];
  /** Newest first. */
  notices(): readonly SiteNotice[];
}

export function createEntered(): Entered {
  const volumes = new Map<string, SignedVolume>();
  const readings = new Map<string, SignedReading[]>();
  const works = new Map<string, EnteredWork>();
  const partners = new Map<string, SignedPartner>();
  const notices: SiteNotice[] = [];

  function applyOne({ actor, timeMs, body }: StoredEvent): void {
    if (body.kind === "notice") {
      notices.unshift({ ...body.notice, site: body.site });
      notices.length = Math.min(notices.length, NOTICES_KEPT);
    }
    if (body.kind !== "entry") return;
    const { entry } = body;
    const signed = { by: actor, enteredMs: timeMs };
    switch (entry.type) {
      case "volume": {
        const { type: _, ...volume } = entry;
        volumes.set(`${entry.district} ${entry.month} ${entry.line}`, { ...volume, ...signed });
        return;
      }
      case "hand-reading": {
        const { type: _, ...reading } = entry;
        const others = (readings.get(entry.sensor) ?? []).filter(
          ({ timeMs: at, kind }) => at !== entry.timeMs || kind !== entry.kind,
        );
        const all = [...others, { ...reading, ...signed }].sort((a, b) => b.timeMs - a.timeMs);
        readings.set(entry.sensor, all.slice(0, READINGS_KEPT));
        return;
      }
      case "work-planned":
        works.set(entry.id, { ...entry.work, id: entry.id, ...signed });
        return;
      case "work-cancelled":
        works.delete(entry.id);
        return;
      case "partner-imported":
        partners.set(entry.id, { id: entry.id, name: entry.name, file: entry.file, ...signed });
        return;
      case "partner-removed":
        partners.delete(entry.id);
    }
  }

  return {
    apply: (events) => events.forEach(applyOne),
    volumes: () => [...volumes.values()],
    handReadings: (sensor) => readings.get(sensor) ?? [],
    works: () => [...works.values()],
    partners: () => [...partners.values()],
    notices: () => notices,
  };
}
