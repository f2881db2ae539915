/** The configuration, read: its files, what `nightflow check` says of them now, and whether the centre runs on them. */
import type { ConfigurationView } from "../../model/configuration-view.ts";
import { useAnswer } from "../shell/ask-centre.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";

export function ConfigurationSection() {
  const { text, counted } = useWords();
  const { answer, problem } = useAnswer<ConfigurationView>("/api/v1/configuration");
  return (
    <section class="panel" aria-labelledby="configuration-heading">
      <h2 id="configuration-heading">{text.settings.configuration}</h2>
      <p class="quiet">{text.settings.configurationWhat}</p>
      {problem !== null && <p role="alert">{filled(text.settings.failed, { message: problem })}</p>}
      {answer && answer.faults.length === 0 && <p role="status">{text.settings.right}</p>}
      {answer && answer.faults.length > 0 && (
        <div role="alert">
          <p class="refusal">{counted(text.settings.faults, answer.faults.length)}</p>
          <ul class="why">
            {answer.faults.map(({ file, line, key, message }) => (
              <li key={`${file} ${line} ${key} ${message}`}>
                {filled(text.settings.line, { file, line })}: <code>{key}</code> {message}
              </li>
            ))}
          </ul>
        </div>
      )}
      {answer?.files.map(({ name, text: yaml, changed }) => (
        <details key={name}>
          <summary>
            {name}
            {changed && <strong class="changed"> {text.settings.changed}</strong>}
          </summary>
          <pre>{yaml}</pre>
        </details>
      ))}
    </section>
  );
}
