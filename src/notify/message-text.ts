/** A notification as text: a subject and a body for mail, one short piece for a telephone. Pure. */
import { localDateOf, localMinuteOfDay } from "../model/local-time.ts";
import type { Notification, NotifiedAlarm } from "./notification.ts";
import { WORDING, type Wording } from "./wording.ts";

export function subjectOf(notification: Notification): string {
  const { utility, language } = notification;
  return `${utility.name}: ${headingOf(notification, WORDING[language])}`;
}

/** Every alarm with what it says, what it costs and what is to be done. */
export function bodyOf(notification: Notification): string {
  const { language, asking, over, more, unacknowledged, pageUrl, utility } = notification;
  const wording = WORDING[language];
  const parts = [
    ...asking.map((alarm) => alarmText(alarm, wording, utility.currency)),
    ...over.map((alarm) => `${wording.over} ${titleOf(alarm, wording)}`),
    ...(more > 0 ? [put(wording.more, { count: more })] : []),
    put(wording.unacknowledged, { count: unacknowledged }),
    ...(pageUrl === null ? [] : [pageUrl]),
  ];
  return [headingOf(notification, wording), ...parts].join("\n\n");
}

/** The most that fits: heading and titles, the most urgent first; what does not fit is counted. */
export function shortTextOf(notification: Notification, maxCharacters: number): string {
  const { language, asking, over, more } = notification;
  const wording = WORDING[language];
  const lines = [
    ...[...asking].sort(byUrgency).map((alarm) => titleOf(alarm, wording)),
    ...over.map((alarm) => `${wording.over} ${titleOf(alarm, wording)}`),
  ];
  const told = [subjectOf(notification)];
  const withRest = (left: number) =>
    [...told, ...(left > 0 ? [put(wording.more, { count: left })] : [])].join("\n");
  for (const [index, line] of lines.entries()) {
    told.push(line);
    if (withRest(lines.length - index - 1 + more).length <= maxCharacters) continue;
    told.pop();
    return withRest(lines.length - index + more).slice(0, maxCharacters);
  }
  return withRest(more).slice(0, maxCharacters);
}

function headingOf({ occasion, asking, over, more }: Notification, wording: Wording): string {
  if (asking.length === 0 && over.length > 0) return put(wording.onlyOver, { count: over.length + more });
  return put(wording.headings[occasion], { count: asking.length + more });
}

function alarmText(alarm: NotifiedAlarm, wording: Wording, currency: string): string {
  const { lostM3, lostMoney, moneyPerDay } = alarm;
  const money = (amount: number) => `${currency} ${Math.round(amount).toLocaleString("en-GB")}`;
  const costs = [
    ...(lostM3 === null || lostMoney === null
      ? []
      : [put(wording.lost, { volume: Math.round(lostM3), money: money(lostMoney) })]),
    ...(moneyPerDay ? [put(wording.perDay, { money: money(moneyPerDay) })] : []),
  ];
  return [
    titleOf(alarm, wording),
    ...alarm.explanation.map((sentence) => `- ${sentence}`),
    ...(costs.length > 0 ? [costs.join("; ")] : []),
    put(wording.response, { response: alarm.response }),
  ].join("\n");
}

/** "HIGH Sokoni: A pipe has burst in the district: 30 m3/h, between 25 and 35. (since 2026-03-01 05:00)" */
function titleOf(alarm: NotifiedAlarm, wording: Wording): string {
  const { priority, district, subject, claim, startMs, endMs, timeZone } = alarm;
  const where = district === null || district === subject ? subject : `${district}, ${subject}`;
  const when = [
    put(wording.since, { time: timeOf(startMs, timeZone) }),
    ...(endMs === null ? [] : [put(wording.until, { time: timeOf(endMs, timeZone) })]),
  ];
  return `${wording.priorities[priority]} ${where}: ${claim} (${when.join(" ")})`;
}

function byUrgency(a: NotifiedAlarm, b: NotifiedAlarm): number {
  const rank = { high: 0, medium: 1, low: 2 };
  return rank[a.priority] - rank[b.priority];
}

/** By the wall clock of the district. */
function timeOf(timeMs: number, timeZone: string): string {
  const minute = localMinuteOfDay(timeMs, timeZone);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${localDateOf(timeMs, timeZone)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function put(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
