/** The work order of an alarm: who was sent, what they found, and whether the night flow bears the repair out. */
import { useState } from "preact/hooks";
import type { Action, AlarmView } from "../../model/live.ts";
import type { RepairCheck, WorkOrder } from "../../model/work-order.ts";
import { useWords } from "../words/language.tsx";
import { filled, NONE } from "../words/words.ts";
import { CloseForm, ReportForm, SendForm } from "./alarm-forms.tsx";

export interface WorkPanelProps {
  readonly alarm: AlarmView;
  readonly timeZone: string;
  readonly act: (action: Action) => void;
}

type WorkForm = "send" | "report-location" | "report-repair" | "close";

export function WorkPanel({ alarm, timeZone, act }: WorkPanelProps) {
  const { text } = useWords();
  const [form, setForm] = useState<WorkForm | null>(null);
  const { work, id } = alarm;
  const done = () => setForm(null);
  const names: Readonly<Record<WorkForm, string>> = {
    send: text.work.send,
    "report-location": text.work.reportLocated,
    "report-repair": text.work.reportRepaired,
    close: text.work.close,
  };
  return (
    <>
      <h3>{text.work.heading}</h3>
      {work ? <Order work={work} timeZone={timeZone} /> : <p class="quiet">{text.work.none}</p>}
      <div class="buttons no-print">
        {formsFor(work).map((one) => (
          <button key={one} type="button" aria-expanded={form === one} onClick={() => setForm(one)}>
            {names[one]}
          </button>
        ))}
      </div>
      <div class="alarm-actions">
        {form === "send" && <SendForm alarm={id} act={act} onDone={done} />}
        {form === "close" && <CloseForm alarm={id} act={act} onDone={done} />}
        {(form === "report-location" || form === "report-repair") && (
          <ReportForm key={form} alarm={id} step={form} act={act} onDone={done} />
        )}
      </div>
    </>
  );
}

/** What can be said next about the order. */
function formsFor(work: WorkOrder | null): readonly WorkForm[] {
  if (!work || work.closed || work.check?.outcome === "confirmed") return ["send"];
  if (work.locatedMs === null) return ["report-location", "report-repair", "close"];
  return ["report-repair", "close"];
}

function Order({ work, timeZone }: { readonly work: WorkOrder; readonly timeZone: string }) {
  const { text, dayAndTime } = useWords();
  const { crew, openedBy, dueMs, reference, finding, repairedMs, check, closed } = work;
  return (
    <>
      <p>
        {filled(text.work.opened, { crew, name: openedBy, time: dayAndTime(dueMs, timeZone) })}
        {reference && ` · ${reference}`}
      </p>
      {finding && (
        <p>
          {text.work.where}: <strong>{text.work.places[finding.where]}</strong>
          {finding.note && ` – ${finding.note}`}
        </p>
      )}
      {repairedMs !== null && (check ? <Check check={check} /> : <p class="quiet">{text.work.pending}</p>)}
      {closed && <p>{filled(text.work.closed, { name: closed.by, reason: closed.reason })}</p>}
    </>
  );
}

function Check({ check }: { readonly check: RepairCheck }) {
  const { text, flow } = useWords();
  const told = (flowM3h: number | null) => (flowM3h === null ? NONE : flow(flowM3h));
  return (
    <div class="repair-check" data-outcome={check.outcome}>
      <p>{text.work.check}</p>
      <dl class="figures small">
        <div>
          <dt>{text.work.before}</dt>
          <dd>{told(check.beforeM3h)}</dd>
        </div>
        <div>
          <dt>{text.work.after}</dt>
          <dd>{told(check.afterM3h)}</dd>
        </div>
        <div>
          <dt>{text.work.expectedDrop}</dt>
          <dd>{told(check.expectedDropM3h)}</dd>
        </div>
      </dl>
      <p>
        <strong>{text.work.outcomes[check.outcome]}</strong>
      </p>
    </div>
  );
}
