/**
 * Samples, events and watermarks as InfluxDB line protocol, times in ms. Pure.
 *
 *   sample,sensor=ID value=..,status=..i TIME      status is the OPC UA code, plus 2^32 where there is no value;
 *                                                  server_delay=..i, where a server gave its time, is that less TIME, ms
 *   event time_ms=..,actor="..",body="JSON" CURSOR  the cursor stands as the time, so that events are read on from it
 *   share_event,log=..                             the same, of one of several centres that write into one database
 *   watermark,site=..,epoch=.. stored=..i 0
 *
 * A point written again replaces its fields one by one: a missing value could not take a number's place, so the status says it, and a
 * sensor that ever had a server's time says by a number of its own that a sample has none.
 */
import type { Watermark } from "../model/agent.ts";
import type { StoredEvent } from "../model/event.ts";
import type { Series } from "../model/sample.ts";

export const NO_VALUE = 2 ** 32;
/** Further than any two clocks are apart. */
export const NO_SERVER_TIME = 2 ** 52;

/** The series' rows, one line each, in their order. `delays`: whether its points may have a server's delay. */
export function sampleLines(
  { sensor, timesMs, values, statuses, serverDelaysMs }: Series,
  delays: boolean,
): string[] {
  const key = `sample,sensor=${tag(sensor)} `;
  return Array.from(timesMs, (timeMs, row) => {
    const value = values[row]!;
    const status = statuses[row]!;
    const fields = Number.isNaN(value) ? `status=${status + NO_VALUE}i` : `value=${value},status=${status}i`;
    return `${key}${fields}${delays ? delayField(serverDelaysMs?.[row]) : ""} ${timeMs}`;
  });
}

function delayField(delayMs = Number.NaN): string {
  return `,server_delay=${Number.isNaN(delayMs) ? NO_SERVER_TIME : delayMs}i`;
}

/** Which of the event logs in one database; null for that of a centre that holds every district. */
export type EventLog = string | null;

/** `origin` says where an event was copied from, such as "LOG/17"; null for one that was made here. */
export function eventLine(
  { cursor, timeMs, actor, body }: StoredEvent,
  log: EventLog = null,
  origin: string | null = null,
): string {
  const key = log === null ? "event" : `share_event,log=${tag(log)}`;
  const copied = origin === null ? "" : `,origin=${text(origin)}`;
  return `${key} time_ms=${timeMs},actor=${text(actor)},body=${text(JSON.stringify(body))}${copied} ${cursor}`;
}

export function watermarkLine({ site, epoch, stored }: Watermark): string {
  return `watermark,site=${tag(site)},epoch=${tag(epoch)} stored=${stored}i 0`;
}

export function tag(value: string): string {
  return value.replace(/[,= ]/g, "\\$&").replaceAll("\n", "\\n");
}

export function text(value: string): string {
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
