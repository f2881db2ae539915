/** nightflow edge read METER VALUE: keeps what a person read, after a look at whether it can be true. */
import { userInfo } from "node:os";
import { Failure } from "../src/model/failure.ts";
import type { AgentConfig } from "./agent-config.ts";
import { inboxFolderOf, keepReading, readBefore } from "./hand-inbox.ts";
import { objection } from "./hand-reading.ts";

export interface ReadArguments {
  readonly meter: string | undefined;
  readonly value: string | undefined;
  readonly at?: string | undefined;
  readonly by?: string | undefined;
  readonly exchanged: boolean;
}

/** What was kept, in a line. Throws Failure "reading-refused" with the reason. */
export function keepHandReading(
  { sources, spool }: AgentConfig,
  given: ReadArguments,
  nowMs: number,
): string {
  const { meter, exchanged } = given;
  if (meter === undefined || given.value === undefined) throw refused("a meter and a value are wanted");
  const value = Number(given.value);
  if (given.value.trim() === "" || !Number.isFinite(value))
    throw refused(`"${given.value}" is not a number such as 1234.5`);
  const timeMs = given.at === undefined ? nowMs : timeOf(given.at);
  const reading = { meter, value, timeMs, by: (given.by ?? userName()).slice(0, 100), exchanged };
  const folder = inboxFolderOf(spool.path);
  const against = objection(reading, sources.hand, readBefore(folder, meter), nowMs);
  if (against !== undefined) throw refused(against);
  keepReading(folder, reading);
  const { unit } = sources.hand.find((item) => item.meter === meter) ?? { unit: "" };
  return `kept: ${meter} ${value} ${unit} at ${new Date(timeMs).toISOString()}, read by ${reading.by}`;
}

/** A day and a time of day; by the clock on the wall of this machine where no offset says otherwise. */
function timeOf(text: string): number {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?$/.exec(text);
  const timeMs = parts ? Date.parse(`${parts[1]}T${parts[2]}${parts[3] ?? ""}`) : Number.NaN;
  if (Number.isNaN(timeMs))
    throw refused(`"${text}" is not a time such as "2026-03-01 02:15" or 2026-03-01T02:15:00+03:00`);
  return timeMs;
}

function refused(reason: string): Failure {
  return new Failure("reading-refused", reason);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
