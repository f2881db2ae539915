/**
 * Suppression by design (ISA-18.2): alarms that say nothing an operator can act on, because something known explains them. Each
 * rule hides an alarm for as long as it holds; beneath it the alarm is evaluated and logged as ever. Pure.
 */
import { type Alarm, isActive } from "../model/alarm.ts";
import { DAY_MS } from "../model/clock.ts";
import { isLeak, type VerdictKind } from "../model/verdict.ts";
import type { AlarmBook, DecidedChange } from "./alarm-book.ts";
import { outageCause } from "./telemetry-outage.ts";

/** Why an alarm is to be hidden now, in a sentence for the operator; null when the rule has nothing against it. */
type Rule = (book: AlarmBook, alarm: Alarm, nowMs: number) => string | null;

/** A leak and a moved valve this far apart are two things. */
const SAME_EVENT_MS = DAY_MS;

/** A meter through which no water is sent reads zero, and is right. */
const MUTE_WITHOUT_SUPPLY: readonly VerdictKind[] = ["sensor-dead", "sensor-stuck"];

const RULES: readonly Rule[] = [siteIsSilent, worksAreOn, supplyIsOff, boundaryMoved];

/** Brings the suppression of every alarm in line with the rules: what is in line already changes nothing. */
export function suppressionChanges(book: AlarmBook, nowMs: number): readonly DecidedChange[] {
  const changes: DecidedChange[] = [];
  for (const alarm of book.alarms.values()) {
    const reason = alarm.state === "normal" ? null : reasonToSuppress(book, alarm, nowMs);
    if (reason !== null && !alarm.suppressed)
      changes.push({ alarm: alarm.id, change: { type: "suppressed", reason } });
    if (reason === null && alarm.suppressed)
      changes.push({ alarm: alarm.id, change: { type: "unsuppressed" } });
  }
  return changes;
}

function reasonToSuppress(book: AlarmBook, alarm: Alarm, nowMs: number): string | null {
  for (const rule of RULES) {
    const reason = rule(book, alarm, nowMs);
    if (reason !== null) return reason;
  }
  return null;
}

/** One alarm for the site stands for those of its sensors. */
function siteIsSilent(book: AlarmBook, { verdict }: Alarm): string | null {
  if (verdict.kind !== "data-gap") return null;
  const site = book.topology.siteOf(verdict.subject.id);
  const outage = site === undefined ? undefined : book.alarms.get(book.newest.get(outageCause(site)) ?? "");
  return outage && isActive(outage)
    ? `The whole site ${site} is silent; its alarm stands for this one.`
    : null;
}

/** What was raised while works are under way is expected; what stood before them is not. */
function worksAreOn(book: AlarmBook, alarm: Alarm, nowMs: number): string | null {
  const districts = book.topology.districtsOf(alarm.verdict.subject).map(({ id }) => id);
  const works = [...book.plannedWorks, ...book.enteredWorks.values()].find(
    (one) =>
      one.fromMs <= nowMs &&
      nowMs < one.toMs &&
      alarm.activatedMs >= one.fromMs &&
      (one.kinds === null || one.kinds.includes(alarm.verdict.kind)) &&
      one.districts.some((district) => districts.includes(district)),
  );
  return works ? `Planned works until ${minuteOf(works.toMs)}: ${works.reason}` : null;
}

function supplyIsOff(book: AlarmBook, { verdict }: Alarm): string | null {
  if (!MUTE_WITHOUT_SUPPLY.includes(verdict.kind)) return null;
  const districts = book.topology.districtsOf(verdict.subject);
  const off = districts.find(({ id }) => {
    const outcome = book.nights.get(id)?.at(-1)?.outcome;
    return outcome?.kind === "not-assessable" && outcome.because.some(({ code }) => code === "supply-off");
  });
  return off ? `The supply of ${off.name} is off: nothing flows through the meter.` : null;
}

/** Water that a neighbour lost is not leaking here. */
function boundaryMoved(book: AlarmBook, { verdict }: Alarm): string | null {
  if (verdict.subject.kind !== "district" || !isLeak(verdict.kind)) return null;
  const [district] = book.topology.districtsOf(verdict.subject);
  for (const id of district ? [district.id, ...district.neighbours] : []) {
    const moved = book.boundaries.get(id);
    if (moved && moved.endMs === null && Math.abs(moved.startMs - verdict.startMs) <= SAME_EVENT_MS)
      return `A boundary valve of ${id} was moved at that time: what one district gained, its neighbour lost.`;
  }
  return null;
}

function minuteOf(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
