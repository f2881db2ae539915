/** Users and the tokens of programs: added, changed and removed; a secret is shown once. */
import { useState } from "preact/hooks";
import { ROLES, type Role } from "../../model/access.ts";
import type { OneTimeLink, SessionView, UserView } from "../../model/accounts.ts";
import { send, useAct, useAnswer } from "../shell/ask-centre.ts";
import { useLogIn } from "../shell/log-in.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { NameAndRole } from "./name-and-role.tsx";
import type { SettingsProps } from "./settings-props.ts";
import { TokensPanel } from "./tokens-panel.tsx";

export function UsersSection(props: SettingsProps) {
  const { text } = useWords();
  if (useLogIn().logOut === null)
    return (
      <section class="panel">
        <p role="note">{text.settings.nobodyLogsIn}</p>
      </section>
    );
  return (
    <>
      <UsersPanel {...props} />
      <TokensPanel {...props} />
      <SessionsPanel {...props} />
    </>
  );
}

function UsersPanel({ timeZone }: SettingsProps) {
  const { text, dayAndTime } = useWords();
  const { answer, problem, askAgain } = useAnswer<{ readonly users: readonly UserView[] }>("/api/v1/users");
  const change = useAct();
  const [link, setLink] = useState<OneTimeLink | null>(null);
  const during = (work: () => Promise<unknown>) =>
    void change.act(async () => {
      setLink(null);
      await work();
      askAgain();
    });
  const linkFrom = (made: Promise<{ readonly link: OneTimeLink }>) => made.then((said) => setLink(said.link));
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    during(async () => {
      await linkFrom(send("POST", "/api/v1/users", Object.fromEntries(new FormData(form))));
      form.reset();
    });
  };
  const path = (name: string) => `/api/v1/users/${encodeURIComponent(name)}`;
  return (
    <section class="panel" aria-labelledby="users-heading">
      <h2 id="users-heading">{text.settings.users}</h2>
      <table class="settings-table">
        <thead>
          <tr>
            <th scope="col">{text.settings.name}</th>
            <th scope="col">{text.settings.role}</th>
            <th scope="col">{text.settings.logsIn}</th>
            <th scope="col">{text.settings.lastSeen}</th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody>
          {answer?.users.map(({ name, role, logsInBy, lastSeenMs }) => (
            <tr key={name} data-user={name}>
              <th scope="row">{name}</th>
              <td>
                <RoleChoice
                  label={`${text.settings.role}: ${name}`}
                  role={role}
                  onRole={(next) => during(() => send("PATCH", path(name), { role: next }))}
                />
              </td>
              <td>{text.settings.logsInBy[logsInBy]}</td>
              <td>{lastSeenMs === null ? text.settings.never : dayAndTime(lastSeenMs, timeZone)}</td>
              <td class="action">
                <button
                  type="button"
                  disabled={change.busy}
                  onClick={() => during(() => linkFrom(send("POST", `${path(name)}/link`, {})))}
                >
                  {text.settings.newLink}
                </button>
                <button
                  type="button"
                  disabled={change.busy}
                  aria-label={`${text.settings.remove}: ${name}`}
                  onClick={() =>
                    confirm(filled(text.settings.confirmRemove, { name })) &&
                    during(() => send("DELETE", path(name)))
                  }
                >
                  {text.settings.remove}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {(problem ?? change.problem) !== null && (
        <p role="alert" class="refusal">
          {filled(text.settings.failed, { message: problem ?? change.problem ?? "" })}
        </p>
      )}
      {link && (
        <p role="status" class="secret">
          {filled(text.settings.linkFor, { user: link.user, time: dayAndTime(link.expiresMs, timeZone) })}
          <code>{link.url}</code>
        </p>
      )}
      <form class="row-form" onSubmit={add}>
        <NameAndRole />
        <button type="submit" class="main" disabled={change.busy}>
          {text.settings.addUser}
        </button>
      </form>
    </section>
  );
}

interface RoleChoiceProps {
  readonly label: string;
  readonly role: Role;
  readonly onRole: (role: Role) => void;
}

function RoleChoice({ label, role, onRole }: RoleChoiceProps) {
  const { text } = useWords();
  return (
    <select
      aria-label={label}
      value={role}
      onChange={({ currentTarget }) => {
        const chosen = ROLES.find((one) => one === currentTarget.value);
        if (chosen) onRole(chosen);
      }}
    >
      {ROLES.map((one) => (
        <option key={one} value={one}>
          {text.roles[one]}
        </option>
      ))}
    </select>
  );
}

function SessionsPanel({ timeZone }: SettingsProps) {
  const { text, dayAndTime } = useWords();
  const { answer, askAgain } = useAnswer<{ readonly sessions: readonly SessionView[] }>("/api/v1/sessions");
  const { act, busy, problem } = useAct();
  return (
    <section class="panel" aria-labelledby="sessions-heading">
      <h2 id="sessions-heading">{text.settings.sessions}</h2>
      <ul class="entries">
        {answer?.sessions.map(({ id, user, createdMs, usedMs, address, browser }) => (
          <li key={id}>
            <span>
              <strong>{user}</strong> · {address}
              <small>
                {text.settings.since} {dayAndTime(createdMs, timeZone)} · {text.settings.lastSeen}{" "}
                {dayAndTime(usedMs, timeZone)} · {browser}
              </small>
            </span>
            <button
              type="button"
              disabled={busy}
              aria-label={`${text.settings.end}: ${user}, ${address}`}
              onClick={() =>
                void act(async () => {
                  await send("DELETE", `/api/v1/sessions/${encodeURIComponent(id)}`);
                  askAgain();
                })
              }
            >
              {text.settings.end}
            </button>
          </li>
        ))}
        {problem !== null && <li role="alert">{filled(text.settings.failed, { message: problem })}</li>}
      </ul>
    </section>
  );
}
