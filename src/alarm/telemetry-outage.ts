/**
 * When nothing of a site is heard any more, the fault is the link, the power or the agent, and not each of its meters: one finding
 * for the site, made from the data gaps of all its sensors. Pure.
 */
import { type Findings, standingOf } from "../model/cause.ts";
import { evidence } from "../model/evidence.ts";
import type { Topology } from "../model/topology.ts";
import { type Subject, type Verdict, verdictKey } from "../model/verdict.ts";

/** A site with one sensor needs no second alarm to say that it is silent. */
const LEAST_SENSORS = 2;

/** The outage that a finding may begin or end, or null when it is about something else. */
export function outageCauseOf(topology: Topology, { kind, subject }: Verdict): string | null {
  if (kind !== "data-gap" || subject.kind !== "sensor") return null;
  const site = topology.siteOf(subject.id);
  return site === undefined ? null : outageCause(site);
}

export function outageCause(site: string): string {
  return `site:${site}:telemetry-outage`;
}

/** The outage as the finding just told makes it: begun, over, or null when it leaves things as they were. */
export function outageAfter(
  findings: ReadonlyMap<string, Findings>,
  topology: Topology,
  told: Verdict,
): Verdict | null {
  const cause = outageCauseOf(topology, told);
  const site = cause === null ? undefined : topology.siteOf(told.subject.id);
  if (cause === null || site === undefined) return null;
  const sensors = topology.sensorsAt(site);
  const gaps = sensors.flatMap((sensor) => standingFor(findings, `sensor:${sensor}:data-gap`) ?? []);
  const known = standingFor(findings, cause);
  if (sensors.length < LEAST_SENSORS) return null;
  if (gaps.length === sensors.length) return known ? null : begun(site, gaps);
  return known && over(known, told);
}

function standingFor(findings: ReadonlyMap<string, Findings>, cause: string): Verdict | null {
  return standingOf(findings.get(cause)).at(-1) ?? null;
}

function begun(site: string, gaps: readonly Verdict[]): Verdict {
  const subject: Subject = { kind: "site", id: site };
  const startMs = Math.max(...gaps.map((gap) => gap.startMs));
  return {
    key: verdictKey(subject, "telemetry-outage", startMs),
    subject,
    kind: "telemetry-outage",
    startMs,
    endMs: null,
    decidedMs: Math.max(...gaps.map((gap) => gap.decidedMs)),
    size: null,
    confidence: 1,
    evidence: [evidence("site-silent", { sensors: gaps.length })],
    ruledOut: [],
    missing: [],
  };
}

function over(outage: Verdict, told: Verdict): Verdict {
  const heard = evidence("site-heard-again", { sensor: told.subject.id });
  return {
    ...outage,
    endMs: Math.max(outage.startMs, told.endMs ?? told.decidedMs),
    decidedMs: told.decidedMs,
    evidence: [...outage.evidence, heard],
  };
}
