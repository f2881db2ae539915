/**
 * What other centres recorded in this database about districts that are held here now, copied into this centre's log in its order: alarms
 * go on as they stood, acknowledged or not, whoever raised them. Each event is copied once, however often it is asked.
 */
import { createHash } from "node:crypto";
import type { NewEvent } from "../model/event.ts";
import type { InfluxConnection } from "./influx-connection.ts";
import type { EventLog } from "./influx-lines.ts";
import { createInfluxReading } from "./influx-reading.ts";
import type { CopiedEvent } from "./influx-store.ts";

const PAGE = 5_000;

/** The log of a centre that holds these districts and no others, the same after a restart. */
export function logOf(districts: readonly string[]): string {
  return createHash("sha256")
    .update([...districts].sort().join(" "))
    .digest("hex")
    .slice(0, 12);
}

/**
 * Ascending by time. `isWanted` sees every event of the other logs in that order. Throws Failure "store-read".
 */
export async function missingFrom(
  connection: InfluxConnection,
  own: EventLog,
  isWanted: (event: NewEvent) => boolean,
): Promise<readonly CopiedEvent[]> {
  const [logs] = await connection.query("SHOW TAG VALUES FROM share_event WITH KEY = log");
  const names: EventLog[] = [null, ...(logs?.rows.map(([, name]) => String(name)) ?? [])];
  const others = await Promise.all(
    names.filter((name) => name !== own).map((name) => eventsOf(connection, name)),
  );
  const mine = await createInfluxReading(connection, own).origins();
  const known = new Set(mine.values());
  const copies: CopiedEvent[] = [];
  const all = others.flat().sort((a, b) => a.event.timeMs - b.event.timeMs);
  for (const { event, origin } of all) {
    if (!isWanted(event) || known.has(origin) || origin.startsWith(`${own ?? ""}/`)) continue;
    known.add(origin);
    copies.push({ event, origin });
  }
  return copies;
}

/** Each with the place where it was first recorded. */
async function eventsOf(connection: InfluxConnection, log: EventLog): Promise<readonly CopiedEvent[]> {
  const reading = createInfluxReading(connection, log);
  const origins = await reading.origins();
  const events: CopiedEvent[] = [];
  for (let cursor = 0; ; ) {
    const page = await reading.events(cursor, PAGE);
    for (const { cursor: at, ...event } of page)
      events.push({ event, origin: origins.get(at) ?? `${log ?? ""}/${at}` });
    const last = page.at(-1);
    if (!last) return events;
    cursor = last.cursor;
  }
}
