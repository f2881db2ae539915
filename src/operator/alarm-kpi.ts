/** The measures of ISA-18.2 / IEC 62682 over a journal of alarms, for each operating position. Pure. */
import { PRIORITIES, type Priority, type Rationalisation } from "../model/alarm.ts";
import type { AlarmKpis, AlarmSource, Measure, OperatingPosition, Rating } from "../model/alarm-kpi.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { TimeRange } from "../model/sample.ts";
import type { Topology } from "../model/topology.ts";
import type { Subject } from "../model/verdict.ts";
import type { AlarmJournal, Annunciation, Standing } from "./alarm-journal.ts";

const PERIOD_MS = 10 * MINUTE_MS;
/** More than this many in ten minutes are a flood. */
const FLOOD = 10;
const STALE_MS = DAY_MS;

/** Target and most manageable: ISA-18.2-2016, clause 16, as far as it gives both; otherwise the target stands for both. */
const LIMITS = {
  perTenMinutes: [1, 2],
  perHour: [6, 12],
  perDay: [150, 300],
  floodPercent: [1, 1],
  stale: [4, 4],
  topTenPercent: [1, 5],
} as const;

export interface KpiSources {
  readonly journal: AlarmJournal;
  readonly positions: readonly OperatingPosition[];
  readonly topology: Topology;
  readonly rationalisations: readonly Rationalisation[];
}

export function alarmKpis(sources: KpiSources, range: TimeRange): readonly AlarmKpis[] {
  const { journal, topology } = sources;
  return sources.positions.map((position) => {
    const districts = new Set(position.districts);
    const isOfPosition = (subject: Subject) =>
      topology.districtsOf(subject).some(({ id }) => districts.has(id));
    const asked = journal.annunciations.filter(
      ({ timeMs, hidden, subject }) =>
        !hidden && timeMs >= range.fromMs && timeMs < range.toMs && isOfPosition(subject),
    );
    const standings = journal.standings.filter(({ subject }) => isOfPosition(subject));
    return {
      position: position.id,
      ...range,
      ...ratesOf(asked, range),
      ...staleOf(standings, range),
      ...sourcesOf(asked),
      ...answersOf(asked, sources.rationalisations),
    };
  });
}

function ratesOf(asked: readonly Annunciation[], { fromMs, toMs }: TimeRange) {
  const periods = Math.max(1, Math.ceil((toMs - fromMs) / PERIOD_MS));
  const counts = new Map<number, number>();
  for (const { timeMs } of asked) {
    const period = Math.floor((timeMs - fromMs) / PERIOD_MS);
    counts.set(period, (counts.get(period) ?? 0) + 1);
  }
  const floods = [...counts.values()].filter((count) => count > FLOOD).length;
  const perMs = asked.length / Math.max(1, toMs - fromMs);
  return {
    annunciations: asked.length,
    perTenMinutes: measure(perMs * PERIOD_MS, LIMITS.perTenMinutes),
    perHour: measure(perMs * HOUR_MS, LIMITS.perHour),
    perDay: measure(perMs * DAY_MS, LIMITS.perDay),
    mostInTenMinutes: Math.max(0, ...counts.values()),
    floodPercent: measure((100 * floods) / periods, LIMITS.floodPercent),
  };
}

function staleOf(standings: readonly Standing[], { fromMs, toMs }: TimeRange) {
  const staleAt = (timeMs: number) =>
    standings.filter(
      ({ sinceMs, untilMs }) => timeMs - sinceMs > STALE_MS && (untilMs === null || untilMs > timeMs),
    );
  let most = staleAt(toMs).length;
  for (let timeMs = fromMs; timeMs < toMs; timeMs += DAY_MS) most = Math.max(most, staleAt(timeMs).length);
  return {
    staleOnWorstDay: measure(most, LIMITS.stale),
    stale: staleAt(toMs).map(({ alarm }) => alarm),
  };
}

function sourcesOf(asked: readonly Annunciation[]) {
  const topTen = mostFrequent(asked).slice(0, 10);
  const ofThem = topTen.reduce((sum, { annunciations }) => sum + annunciations, 0);
  return {
    topTen,
    topTenPercent: measure(percent(ofThem, asked.length) ?? 0, LIMITS.topTenPercent),
    chattering: mostFrequent(asked.filter(({ chattering }) => chattering)),
  };
}

function mostFrequent(asked: readonly Annunciation[]): readonly AlarmSource[] {
  const counts = new Map<string, number>();
  for (const { cause } of asked) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return [...counts]
    .map(([cause, annunciations]) => ({ cause, annunciations }))
    .sort((a, b) => b.annunciations - a.annunciations || (a.cause < b.cause ? -1 : 1));
}

function answersOf(asked: readonly Annunciation[], rationalisations: readonly Rationalisation[]) {
  const byKind = new Map(rationalisations.map((one) => [one.kind, one]));
  const shareOf = (priority: Priority) =>
    percent(asked.filter(({ kind }) => byKind.get(kind)?.priority === priority).length, asked.length) ?? 0;
  const answers = asked.flatMap(({ kind, timeMs, acknowledgedMs }) =>
    acknowledgedMs === null
      ? []
      : [{ tookMs: acknowledgedMs - timeMs, allowedMs: byKind.get(kind)?.timeToRespondMs ?? 0 }],
  );
  const inTime = answers.filter(({ tookMs, allowedMs }) => tookMs <= allowedMs).length;
  const took = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const [low, medium, high] = PRIORITIES.map(shareOf) as [number, number, number];
  return {
    priorityPercent: { low, medium, high },
    medianAcknowledgeMs: took[Math.floor((took.length - 1) / 2)] ?? null,
    acknowledgedInTimePercent: percent(inTime, answers.length),
  };
}

function measure(value: number, [target, most]: readonly [number, number]): Measure {
  const rating: Rating = value <= target ? "good" : value <= most ? "manageable" : "over";
  return { value, target, most, rating };
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole;
}
