/**
 * Samples, events and watermarks as InfluxDB line protocol, times in ms. Pure.
 *
 *   sample,sensor=ID value=..,status=..i TIME      status is the OPC UA code, plus 2^32 where there is no value
 *   event time_ms=..,actor="..",body="JSON" CURSOR  the cursor stands as the time, so that events are read on from it
 *   watermark,site=..,epoch=.. stored=..i 0
 *
 * A point written again replaces its fields one by one: a missing value could not take a number's place, so the status says it.
 */
import type { Watermark } from "../model/agent.ts";
import type { StoredEvent } from "../model/event.ts";
import type { Series } from "../model/sample.ts";

export const NO_VALUE = 2 ** 32;

/** The series' rows, one line each, in their order. */
export function sampleLines({ sensor, timesMs, values, statuses }: Series): string[] {
  const key = `sample,sensor=${tag(sensor)} `;
  return Array.from(timesMs, (timeMs, row) => {
    const value = values[row]!;
    const status = statuses[row]!;
    const fields = Number.isNaN(value) ? `status=${status + NO_VALUE}i` : `value=${value},status=${status}i`;
    return `${key}${fields} ${timeMs}`;
  });
}

export function eventLine({ cursor, timeMs, actor, body }: StoredEvent): string {
  return `event time_ms=${timeMs},actor=${text(actor)},body=${text(JSON.stringify(body))} ${cursor}`;
}

export function watermarkLine({ site, epoch, stored }: Watermark): string {
  return `watermark,site=${tag(site)},epoch=${tag(epoch)} stored=${stored}i 0`;
}

function tag(value: string): string {
  return value.replace(/[,= ]/g, "\\$&").replaceAll("\n", "\\n");
}

function text(value: string): string {
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
