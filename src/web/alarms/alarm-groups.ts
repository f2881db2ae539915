/**
 * A flood in rows that somebody can read: when many alarms wait, those of one kind stand together behind one row that counts them. What
 * is rare, such as the leak among a hundred silent meters, keeps a row of its own. Pure.
 */
import type { AlarmView } from "../../model/live.ts";
import type { VerdictKind } from "../../model/verdict.ts";
import { isUnacknowledged } from "./alarm-order.ts";

/** So many rows are still read one by one. */
const FLOOD_ROWS = 30;
/** More of one kind than this stand together in a flood. */
const MOST_OF_ONE_KIND = 8;

export interface AlarmGroup {
  readonly kind: VerdictKind;
  /** In the order of the list. */
  readonly alarms: readonly AlarmView[];
  readonly unacknowledged: number;
}

export type AlarmLine =
  | { readonly type: "alarm"; readonly alarm: AlarmView }
  | { readonly type: "group"; readonly group: AlarmGroup };

/** Keeps the order of `alarms`: a group stands where the first of its alarms stood. The open alarm always has a row of its own. */
export function linesOf(alarms: readonly AlarmView[], opened: string | null = null): readonly AlarmLine[] {
  if (alarms.length <= FLOOD_ROWS) return alarms.map((alarm) => ({ type: "alarm", alarm }));
  const byKind = new Map<VerdictKind, AlarmView[]>();
  for (const alarm of alarms) {
    const { kind } = alarm.verdict;
    if (alarm.id === opened) continue;
    const ofKind = byKind.get(kind);
    if (ofKind) ofKind.push(alarm);
    else byKind.set(kind, [alarm]);
  }
  const together = new Map([...byKind].filter(([, ofKind]) => ofKind.length > MOST_OF_ONE_KIND));
  return alarms.flatMap((alarm): readonly AlarmLine[] => {
    const { kind } = alarm.verdict;
    const ofKind = alarm.id === opened ? undefined : together.get(kind);
    if (!ofKind) return [{ type: "alarm", alarm }];
    if (ofKind[0] !== alarm) return [];
    const unacknowledged = ofKind.filter(isUnacknowledged).length;
    return [{ type: "group", group: { kind, alarms: ofKind, unacknowledged } }];
  });
}
