/** A recorded event as a CloudEvent 1.0 in JSON. Pure. */
import type { EventBody, StoredEvent } from "../model/event.ts";

export interface CloudEvent {
  readonly specversion: "1.0";
  /** The same when it is sent again. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: StoredEvent;
}

/** `source`: see NotifierOptions. */
export function cloudEventOf(event: StoredEvent, source: string): CloudEvent {
  return {
    specversion: "1.0",
    id: String(event.cursor),
    source: `/nightflow/${source}`,
    type: typeOf(event.body),
    subject: subjectOf(event.body),
    time: new Date(event.timeMs).toISOString(),
    datacontenttype: "application/json",
    data: event,
  };
}

function typeOf(body: EventBody): string {
  return body.kind === "alarm" ? `nightflow.alarm.${body.change.type}.v1` : `nightflow.${body.kind}.v1`;
}

function subjectOf(body: EventBody): string {
  switch (body.kind) {
    case "alarm":
      return body.alarm;
    case "verdict":
      return body.verdict.key;
    case "night":
      return `${body.night.district}/${body.night.date}`;
    case "notice":
      return body.site;
    case "entry":
      return body.entry.type;
  }
}
