/** An alarm in words: what it is about and how it stands. Pure. */
import type { Alarm } from "../../model/alarm.ts";
import type { Utility } from "../../model/utility.ts";
import type { Subject } from "../../model/verdict.ts";
import type { Words } from "../words/words.ts";

export function subjectName(subject: Subject, utility: Utility): string {
  const known = subject.kind === "district" ? utility.districts : utility.sensors;
  return known.find(({ id }) => id === subject.id)?.name ?? subject.id;
}

export function standingInWords(
  {
    state,
    shelved,
    suppressed,
    outOfService,
  }: Pick<Alarm, "state" | "shelved" | "suppressed" | "outOfService">,
  { text }: Words,
): string {
  const overlays = [
    shelved && text.alarms.shelved,
    suppressed && text.alarms.suppressed,
    outOfService && text.alarms.outOfService,
  ];
  return [text.states[state], ...overlays.filter((overlay) => overlay !== null)].join(", ");
}
