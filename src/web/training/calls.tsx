/** What the trainee thinks of each district. */
import { JUDGEMENTS } from "../../model/training.ts";
import { useWords } from "../words/language.tsx";
import type { PartProps } from "./parts.ts";

export function Calls({ training, utility, timeZone, act }: PartProps) {
  const { text, timeOfDay } = useWords();
  const { calls } = training.exercise;
  return (
    <section class="panel">
      <h3>{text.training.judge}</h3>
      <p class="quiet">{text.training.judgeAbout}</p>
      <ul class="judged-districts">
        {utility.districts.map(({ id, name }) => {
          const last = calls.findLast((call) => call.district === id);
          return (
            <li key={id} data-district={id}>
              <strong>{name}</strong>
              <fieldset class="buttons" aria-label={name}>
                {JUDGEMENTS.map((judgement) => (
                  <button
                    key={judgement}
                    type="button"
                    aria-pressed={last?.judgement === judgement}
                    onClick={() => act({ type: "judge", district: id, judgement })}
                  >
                    {text.training.judgements[judgement]}
                  </button>
                ))}
              </fieldset>
              <small class="quiet">
                {last &&
                  `${text.training.lastCall}: ${text.training.judgements[last.judgement]}, ${timeOfDay(last.atMs, timeZone)}`}
              </small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
