/** Planned works: those of the file and those entered here, which an engineer adds and cancels. */
import { utcOfLocal } from "../../model/local-time.ts";
import type { PlannedWork } from "../../model/planned-work.ts";
import { useNow } from "../clock.tsx";
import { send, useAct, useAnswer } from "../shell/ask-centre.ts";
import { useLogIn } from "../shell/log-in.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { CalendarPanel } from "./calendar-panel.tsx";
import type { SettingsProps } from "./settings-props.ts";

interface Work extends PlannedWork {
  /** Null for works of works.yaml. */
  readonly id: string | null;
  readonly by: string | null;
}

export function WorksSection({ utility, timeZone }: SettingsProps) {
  const { text } = useWords();
  const mayPlan = useLogIn().user?.permissions.includes("engineer") ?? false;
  const { answer, problem, askAgain } = useAnswer<{ readonly works: readonly Work[] }>("/api/v1/works");
  return (
    <section class="panel" aria-labelledby="works-heading">
      <h2 id="works-heading">{text.settings.works}</h2>
      <p class="quiet">{text.settings.worksWhat}</p>
      {problem !== null && <p role="alert">{filled(text.settings.failed, { message: problem })}</p>}
      {answer && (
        <WorksList
          works={answer.works}
          utility={utility}
          timeZone={timeZone}
          mayPlan={mayPlan}
          onChanged={askAgain}
        />
      )}
      {mayPlan && <PlanForm utility={utility} timeZone={timeZone} onChanged={askAgain} />}
      <CalendarPanel utility={utility} />
    </section>
  );
}

interface WorksListProps extends SettingsProps {
  readonly works: readonly Work[];
  readonly mayPlan: boolean;
  readonly onChanged: () => void;
}

function WorksList({ works, utility, timeZone, mayPlan, onChanged }: WorksListProps) {
  const { text, dayAndTime } = useWords();
  const nowMs = useNow();
  const { act, busy, problem } = useAct();
  if (works.length === 0) return <p>{text.settings.noWorks}</p>;
  const nameOf = (id: string) => utility.districts.find((one) => one.id === id)?.name ?? id;
  return (
    <ul class="entries works">
      {works.map(({ id, by, districts, fromMs, toMs, reason }) => (
        <li key={id ?? `${fromMs} ${reason}`} class={toMs <= nowMs ? "quiet" : ""}>
          <span>
            <strong>{reason}</strong>
            {" · "}
            {nowMs < fromMs ? text.settings.coming : nowMs < toMs ? text.settings.now : text.settings.over}
            <small>
              {dayAndTime(fromMs, timeZone)} – {dayAndTime(toMs, timeZone)}
              {" · "}
              {districts.map(nameOf).join(", ")}
              {" · "}
              {by === null ? text.settings.inFile : filled(text.settings.enteredBy, { name: by })}
            </small>
          </span>
          {mayPlan && id !== null && (
            <button
              type="button"
              disabled={busy}
              aria-label={`${text.settings.cancel}: ${reason}`}
              onClick={() =>
                void act(async () => {
                  await send("DELETE", `/api/v1/works/${id}`);
                  onChanged();
                })
              }
            >
              {text.settings.cancel}
            </button>
          )}
        </li>
      ))}
      {problem !== null && <li role="alert">{filled(text.settings.failed, { message: problem })}</li>}
    </ul>
  );
}

function PlanForm({ utility, timeZone, onChanged }: SettingsProps & { readonly onChanged: () => void }) {
  const { text } = useWords();
  const { act, busy, problem } = useAct();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    const instant = (name: string) => {
      const [date = "", clock = ""] = String(data.get(name)).split("T");
      const [hour = 0, minute = 0] = clock.split(":").map(Number);
      return utcOfLocal({ date, minute: hour * 60 + minute }, timeZone);
    };
    void act(async () => {
      await send("POST", "/api/v1/works", {
        districts: data.getAll("district").map(String),
        fromMs: instant("from"),
        toMs: instant("to"),
        reason: String(data.get("reason")),
      });
      form.reset();
      onChanged();
    });
  };
  return (
    <form class="entry-form" onSubmit={submit}>
      <fieldset>
        <legend>{text.settings.districts}</legend>
        {utility.districts.map(({ id, name }) => (
          <label key={id} class="choice">
            <input type="checkbox" name="district" value={id} />
            {name}
          </label>
        ))}
      </fieldset>
      <label>
        {text.settings.from}
        <input type="datetime-local" name="from" required />
      </label>
      <label>
        {text.settings.to}
        <input type="datetime-local" name="to" required />
        <small>{filled(text.settings.timeZoneHint, { zone: timeZone })}</small>
      </label>
      <label>
        {text.settings.reason}
        <input name="reason" required maxLength={200} />
      </label>
      {problem !== null && (
        <p role="alert" class="refusal">
          {filled(text.settings.failed, { message: problem })}
        </p>
      )}
      <button type="submit" class="main" disabled={busy}>
        {text.settings.plan}
      </button>
    </form>
  );
}
