/**
 * How things stand: what all events, applied in order, make of districts and alarms. A projection: it reads no clock and
 * touches nothing, and replaying the same events gives the same views.
 */
import {
  type Alarm,
  type AlarmChange,
  isRefusal,
  type Rationalisation,
  type Refusal,
} from "../model/alarm.ts";
import type { AlarmKpis, OperatingPosition } from "../model/alarm-kpi.ts";
import { causeOf, type Findings, findingsWith, standingOf } from "../model/cause.ts";
import type { NewEvent, StoredEvent } from "../model/event.ts";
import type { AlarmView, DistrictView } from "../model/live.ts";
import type { Night } from "../model/night.ts";
import type { TimeRange } from "../model/sample.ts";
import { tellingFor } from "../model/telling.ts";
import { topologyOf } from "../model/topology.ts";
import type { District, Utility } from "../model/utility.ts";
import type { Verdict } from "../model/verdict.ts";
import { createAlarmJournal } from "./alarm-journal.ts";
import { alarmKpis } from "./alarm-kpi.ts";
import { alarmView } from "./alarm-view.ts";
import { type FlowHistory, flowHistoryWith } from "./water-lost.ts";

/** Nights in a district's trend. */
const TREND_NIGHTS = 30;

/** The life cycle of alarms, handed in: this folder does not know the alarm stage. */
export type ApplyChange = (
  alarm: Alarm | null,
  event: {
    readonly alarm: string;
    readonly timeMs: number;
    readonly actor: string;
    readonly change: AlarmChange;
  },
) => Alarm | Refusal;

export interface StandingOptions {
  readonly utility: Utility;
  readonly rationalisations: readonly Rationalisation[];
  readonly positions: readonly OperatingPosition[];
  readonly applyChange: ApplyChange;
  /** False for what is another centre's to show; everything is shown when left out. */
  readonly concerns?: (event: NewEvent) => boolean;
  /** Source time of the newest sample of any of the sensors, ms UTC. */
  readonly newestMs: (sensors: readonly string[]) => number | null;
}

/** What a run of events may have changed. */
interface Touched {
  readonly alarms: ReadonlySet<string>;
  readonly districts: ReadonlySet<string>;
}

export interface Standing {
  /** Events with the cursors that follow, without a gap. Hands back those that contradict the ones before. */
  apply(events: readonly StoredEvent[]): readonly StoredEvent[];
  cursor(): number;
  touchedBy(events: readonly StoredEvent[]): Touched;
  alarm(id: string): AlarmView | null;
  /** Newest activation first. */
  alarms(which: "standing" | "all"): readonly AlarmView[];
  district(id: string): DistrictView | null;
  districts(): readonly DistrictView[];
  /** Ascending by date. */
  nights(district: string): readonly Night[];
  /** One for each operating position. */
  kpis(range: TimeRange): readonly AlarmKpis[];
}

export function createStanding(options: StandingOptions): Standing {
  const { utility, applyChange, concerns = () => true } = options;
  const rationalisations = new Map(options.rationalisations.map((one) => [one.kind, one]));
  const districts = new Map(utility.districts.map((district) => [district.id, district]));
  const topology = topologyOf(utility);
  const { districtsOf } = topology;
  const journal = createAlarmJournal();
  const alarms = new Map<string, Alarm>();
  const flowHistories = new Map<string, FlowHistory>();
  const findings = new Map<string, Findings>();
  const nights = new Map<string, Map<string, Night>>();
  let cursor = 0;

  function applyOne(event: StoredEvent): boolean {
    if (!concerns(event)) return true;
    const { timeMs, actor, body } = event;
    if (body.kind === "night") {
      const known = nights.get(body.night.district) ?? new Map<string, Night>();
      nights.set(body.night.district, known.set(body.night.date, body.night));
    } else if (body.kind === "verdict") {
      const cause = causeOf(body.verdict);
      findings.set(cause, findingsWith(findings.get(cause), body.verdict));
    } else if (body.kind === "alarm") {
      const { alarm, change } = body;
      const before = alarms.get(alarm) ?? null;
      const outcome = applyChange(before, { alarm, timeMs, actor, change });
      if (isRefusal(outcome)) return false;
      alarms.set(alarm, outcome);
      journal.add(event, outcome);
      const told = before?.verdict ?? null;
      flowHistories.set(alarm, flowHistoryWith(flowHistories.get(alarm), change, told));
    }
    return true;
  }

  function viewOf(alarm: Alarm): AlarmView {
    // A meter between two districts: the first in the configuration pays.
    const district = districtsOf(alarm.verdict.subject)[0];
    return alarmView(alarm, {
      rationalisation: rationalisations.get(alarm.verdict.kind),
      waterValuePerM3: district?.waterValuePerM3 ?? null,
      flowHistory: flowHistories.get(alarm.id) ?? new Map(),
      telling: tellingFor(utility, district?.timeZone ?? "UTC"),
      seenUntilMs: district ? options.newestMs(district.meters.map((meter) => meter.sensor)) : null,
    });
  }

  function nightsOf(district: string): readonly Night[] {
    return [...(nights.get(district)?.values() ?? [])].sort((a, b) => (a.date < b.date ? -1 : 1));
  }

  function districtView(district: District): DistrictView {
    const known = nightsOf(district.id);
    return {
      district: district.id,
      lastNight: known.at(-1) ?? null,
      trend: known.slice(-TREND_NIGHTS).map(({ date, outcome }) => ({
        date,
        minimumNightFlowM3h: outcome.kind === "assessed" ? outcome.flows.minimumNightFlowM3h : null,
      })),
      standing: standingIn(district),
    };
  }

  function standingIn(district: District): readonly Verdict[] {
    return [...findings.values()]
      .flatMap(standingOf)
      .filter((verdict) => districtsOf(verdict.subject).includes(district));
  }

  return {
    apply(events) {
      const contradictions = events.filter((event) => !applyOne(event));
      cursor = events.at(-1)?.cursor ?? cursor;
      return contradictions;
    },
    cursor: () => cursor,
    touchedBy(events) {
      const touched = { alarms: new Set<string>(), districts: new Set<string>() };
      for (const { body } of events) {
        if (body.kind === "night") touched.districts.add(body.night.district);
        if (body.kind === "alarm") touched.alarms.add(body.alarm);
        if (body.kind === "verdict")
          for (const { id } of districtsOf(body.verdict.subject)) touched.districts.add(id);
      }
      return touched;
    },
    alarm(id) {
      const alarm = alarms.get(id);
      return alarm ? viewOf(alarm) : null;
    },
    alarms(which) {
      return [...alarms.values()]
        .filter(({ state }) => which === "all" || state !== "normal")
        .sort((a, b) => b.activatedMs - a.activatedMs || (a.id < b.id ? -1 : 1))
        .map(viewOf);
    },
    district(id) {
      const district = districts.get(id);
      return district ? districtView(district) : null;
    },
    districts: () => utility.districts.map(districtView),
    nights: nightsOf,
    kpis: (range) => alarmKpis({ ...options, journal, topology }, range),
  };
}
