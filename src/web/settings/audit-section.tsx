/** Who did what, the newest first, and how often each reason turned somebody away. */
import type { AuditEntry } from "../../model/accounts.ts";
import { useAnswer } from "../shell/ask-centre.ts";
import { useLogIn } from "../shell/log-in.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import type { SettingsProps } from "./settings-props.ts";

interface Audit {
  readonly entries: readonly AuditEntry[];
  readonly refusals: Readonly<Record<string, number>>;
}

export function AuditSection({ timeZone }: SettingsProps) {
  const { text, dayAndTime } = useWords();
  const kept = useLogIn().logOut !== null;
  const { answer, problem } = useAnswer<Audit>(kept ? "/api/v1/audit?limit=200" : null);
  const refusals = Object.entries(answer?.refusals ?? {});
  return (
    <section class="panel" aria-labelledby="audit-heading">
      <h2 id="audit-heading">{text.settings.audit}</h2>
      <p class="quiet">{kept ? text.settings.auditWhat : text.settings.nobodyLogsIn}</p>
      {problem !== null && <p role="alert">{filled(text.settings.failed, { message: problem })}</p>}
      {refusals.length > 0 && (
        <p>
          {text.settings.refusals}: {refusals.map(([reason, count]) => `${reason} ${count}`).join(", ")}
        </p>
      )}
      <table class="settings-table audit">
        <thead>
          <tr>
            <th scope="col">{text.settings.time}</th>
            <th scope="col">{text.settings.who}</th>
            <th scope="col">{text.settings.act}</th>
            <th scope="col">{text.settings.detail}</th>
          </tr>
        </thead>
        <tbody>
          {answer?.entries.map(({ id, timeMs, who, address, act, detail }) => (
            <tr key={id}>
              <td>{dayAndTime(timeMs, timeZone)}</td>
              <th scope="row">
                {who} <small>{address}</small>
              </th>
              <td>{act}</td>
              <td class="detail">
                {Object.entries(detail)
                  .map(
                    ([name, value]) =>
                      `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
                  )
                  .join(", ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
