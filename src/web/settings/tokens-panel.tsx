/** Tokens by which programs ask: made with an end, revoked at once; the secret is shown once. */
import { useState } from "preact/hooks";
import type { TokenView } from "../../model/accounts.ts";
import { send, useAct, useAnswer } from "../shell/ask-centre.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { NameAndRole } from "./name-and-role.tsx";
import type { SettingsProps } from "./settings-props.ts";

interface MadeToken {
  readonly secret: string;
  readonly token: TokenView;
}

export function TokensPanel({ utility, timeZone }: SettingsProps) {
  const { text, dayAndTime } = useWords();
  const { answer, problem, askAgain } = useAnswer<{ readonly tokens: readonly TokenView[] }>(
    "/api/v1/tokens",
  );
  const change = useAct();
  const [made, setMade] = useState<MadeToken | null>(null);
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    const district = String(data.get("district"));
    void change.act(async () => {
      setMade(null);
      const body = {
        name: String(data.get("name")),
        role: String(data.get("role")),
        days: Number(data.get("days")),
      };
      setMade(
        await send<MadeToken>("POST", "/api/v1/tokens", {
          ...body,
          ...(district && { districts: [district] }),
        }),
      );
      form.reset();
      askAgain();
    });
  };
  const nameOf = (id: string) => utility.districts.find((one) => one.id === id)?.name ?? id;
  return (
    <section class="panel" aria-labelledby="tokens-heading">
      <h2 id="tokens-heading">{text.settings.tokens}</h2>
      {answer?.tokens.length === 0 && <p class="quiet">{text.settings.noTokens}</p>}
      <ul class="entries">
        {answer?.tokens.map(({ id, name, role, districts, expiresMs, usedMs }) => (
          <li key={id} data-token={name}>
            <span>
              <strong>{name}</strong> · {text.roles[role]} ·{" "}
              {districts === null ? text.settings.allDistricts : districts.map(nameOf).join(", ")}
              <small>
                {text.settings.expires} {dayAndTime(expiresMs, timeZone)} · {text.settings.used}{" "}
                {usedMs === null ? text.settings.never : dayAndTime(usedMs, timeZone)}
              </small>
            </span>
            <button
              type="button"
              disabled={change.busy}
              aria-label={`${text.settings.revoke}: ${name}`}
              onClick={() =>
                void change.act(async () => {
                  await send("DELETE", `/api/v1/tokens/${encodeURIComponent(id)}`);
                  askAgain();
                })
              }
            >
              {text.settings.revoke}
            </button>
          </li>
        ))}
      </ul>
      {(problem ?? change.problem) !== null && (
        <p role="alert" class="refusal">
          {filled(text.settings.failed, { message: problem ?? change.problem ?? "" })}
        </p>
      )}
      {made && (
        <p role="status" class="secret">
          {filled(text.settings.secretOf, { name: made.token.name })}
          <code>{made.secret}</code>
        </p>
      )}
      <form class="row-form" onSubmit={add}>
        <NameAndRole />
        <label>
          {text.settings.districts}
          <select name="district">
            <option value="">{text.settings.allDistricts}</option>
            {utility.districts.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {text.settings.validDays}
          <input name="days" type="number" min="1" max="1100" defaultValue="365" required />
        </label>
        <button type="submit" class="main" disabled={change.busy}>
          {text.settings.addToken}
        </button>
      </form>
    </section>
  );
}
