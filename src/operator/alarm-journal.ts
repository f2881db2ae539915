/**
 * What the alarm system did, as far as its performance is measured: when each alarm asked for attention, for how long it stood open
 * to view, and how soon it was acknowledged. Fed with the alarm events in order. Pure.
 */
import { type Alarm, isActive, isHidden } from "../model/alarm.ts";
import { causeOf } from "../model/cause.ts";
import type { NewEvent } from "../model/event.ts";
import type { Subject, VerdictKind } from "../model/verdict.ts";

/** One time that an alarm asked for attention. */
export interface Annunciation {
  readonly alarm: string;
  readonly cause: string;
  readonly kind: VerdictKind;
  readonly subject: Subject;
  readonly timeMs: number;
  readonly chattering: boolean;
  acknowledgedMs: number | null;
  /** Hidden by design in the moment it came: nobody was asked. */
  hidden: boolean;
}

/** A time during which an alarm stood open to view. */
export interface Standing {
  readonly alarm: string;
  readonly subject: Subject;
  readonly sinceMs: number;
  untilMs: number | null;
}

export interface AlarmJournal {
  readonly annunciations: readonly Annunciation[];
  readonly standings: readonly Standing[];
  /** An alarm event that was applied, with the alarm as it is after it. */
  add(event: NewEvent, alarm: Alarm): void;
}

export function createAlarmJournal(): AlarmJournal {
  const annunciations: Annunciation[] = [];
  const standings: Standing[] = [];
  const asking = new Map<string, Annunciation>();
  const open = new Map<string, Standing>();

  function annunciate({ timeMs }: NewEvent, alarm: Alarm): void {
    const { id, verdict, chattering } = alarm;
    const annunciation: Annunciation = {
      alarm: id,
      cause: causeOf(verdict),
      kind: verdict.kind,
      subject: verdict.subject,
      timeMs,
      chattering,
      acknowledgedMs: null,
      hidden: isHidden(alarm),
    };
    asking.set(id, annunciation);
    annunciations.push(annunciation);
  }

  function followView(timeMs: number, alarm: Alarm): void {
    const shown = isActive(alarm) && !isHidden(alarm);
    const standing = open.get(alarm.id);
    if (shown && !standing) {
      const opened: Standing = {
        alarm: alarm.id,
        subject: alarm.verdict.subject,
        sinceMs: timeMs,
        untilMs: null,
      };
      open.set(alarm.id, opened);
      standings.push(opened);
    } else if (!shown && standing) {
      standing.untilMs = timeMs;
      open.delete(alarm.id);
    }
  }

  return {
    annunciations,
    standings,
    add(event, alarm) {
      if (event.body.kind !== "alarm") return;
      const { type } = event.body.change;
      const asked = asking.get(alarm.id);
      if (type === "activated" || type === "re-alarmed") annunciate(event, alarm);
      if (type === "suppressed" && asked?.timeMs === event.timeMs) asked.hidden = true;
      if (type === "acknowledged" && asked) asked.acknowledgedMs ??= event.timeMs;
      followView(event.timeMs, alarm);
    },
  };
}
