/**
 * What events say, once more as points at the time they speak of, for Grafana and whoever asks InfluxDB itself. Derived: a point written
 * again says the same. Pure.
 *
 *   night,district=ID assessed=1i,completeness=..,minimum_night_flow_m3h=..,... WINDOW_START
 *   alarm,change=activated,kind=leak,subject=ID id="..",actor="..",flow_m3h=.. TIME
 */
import type { StoredEvent } from "../model/event.ts";
import type { Night } from "../model/night.ts";
import { aboutOf } from "../model/verdict.ts";
import { tag, text } from "./influx-lines.ts";

export function viewLines({ timeMs, actor, body }: StoredEvent): readonly string[] {
  if (body.kind === "night") return [nightLine(body.night)];
  if (body.kind !== "alarm") return [];
  const { change } = body;
  const { subject, kind } = aboutOf(body.alarm);
  const verdict = "verdict" in change ? change.verdict : null;
  const flow = verdict?.size ? `,flow_m3h=${verdict.size.estimate}` : "";
  const key = `alarm,change=${tag(change.type)},kind=${tag(kind)},subject=${tag(subject.id)}`;
  return [`${key} id=${text(body.alarm)},actor=${text(actor)}${flow} ${Math.round(timeMs)}`];
}

function nightLine({ district, windowStartMs, completeness, outcome }: Night): string {
  const figures = outcome.kind === "assessed" ? flowFields(outcome.flows) : ["assessed=0i"];
  return `night,district=${tag(district)} ${[...figures, `completeness=${completeness}`].join(",")} ${windowStartMs}`;
}

function flowFields(flows: Extract<Night["outcome"], { kind: "assessed" }>["flows"]): readonly string[] {
  return [
    "assessed=1i",
    `minimum_night_flow_m3h=${flows.minimumNightFlowM3h}`,
    `legitimate_night_use_m3h=${flows.legitimateNightUseM3h}`,
    `background_leakage_m3h=${flows.backgroundLeakageM3h}`,
    `excess_night_flow_m3h=${flows.excessNightFlowM3h}`,
    `pressure_m=${flows.pressureM}`,
  ];
}
