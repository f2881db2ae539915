/** Asks who is there before anything is shown: a name and a password, or a first password over a one-time link. */
import { type ComponentChildren, createContext } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";
import type { Permission, Role } from "../../model/access.ts";
import { messageOf } from "../../model/failure.ts";
import { dropEarly } from "../live/early-connection.ts";
import type { Catalogue } from "../words/en.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";

export interface LoggedIn {
  readonly name: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
}

interface WhoAmI {
  readonly user: LoggedIn | null;
  /** Null when nobody logs in to this centre. */
  readonly logIn: LogInWays | null;
}

interface LogInWays {
  readonly password: boolean;
  /** The utility's identity provider, by what people call it. */
  readonly openId?: { readonly label: string } | null;
}

interface LogInState {
  readonly user: LoggedIn | null;
  /** Asks again who is logged in; after a lost connection a session may be over. */
  readonly askAgain: () => void;
  /** Null when nobody logs in. */
  readonly logOut: (() => void) | null;
}

const LogIn = createContext<LogInState>({ user: null, askAgain: () => {}, logOut: null });

/** Who is logged in, and how to leave. */
export function useLogIn(): LogInState {
  return useContext(LogIn);
}

/** Fails when the centre does not answer. */
export async function askWho(): Promise<WhoAmI> {
  return (await fetch("/api/v1/whoami")).json();
}

interface LogInFirstProps {
  /** Asked before there was anything to show. */
  readonly first: Promise<WhoAmI>;
  readonly children: ComponentChildren;
}

/** Shows what is inside only to somebody who is logged in. */
export function LogInFirst({ first, children }: LogInFirstProps) {
  const [who, setWho] = useState<WhoAmI | null>(null);
  const [link, setLink] = useState(() => /^#link=([\w-]+)$/.exec(location.hash)?.[1] ?? null);

  /** Without an answer nothing changes: the page itself says that the connection is lost. */
  const hear = useCallback((answer: Promise<WhoAmI>) => {
    answer.then(setWho, () => {});
  }, []);
  const ask = useCallback(() => hear(askWho()), [hear]);
  useEffect(() => hear(first), [hear, first]);
  const nobody = who !== null && who.user === null && who.logIn !== null;
  useEffect(() => {
    if (nobody) dropEarly();
  }, [nobody]);
  const enter = (user: LoggedIn) => {
    history.replaceState(null, "", `${location.pathname}${location.search}`);
    setLink(null);
    setWho({ user, logIn: { password: true } });
  };
  const { text } = useWords();
  const logOut = () => void post("log-out", {}).finally(ask);

  if (link !== null) return <ChoosePassword link={link} onIn={enter} />;
  if (who === null) return <p class="waiting">{text.shell.waiting}</p>;
  if (who.user === null && who.logIn !== null) return <AskPassword ways={who.logIn} onIn={enter} />;
  return (
    <LogIn.Provider value={{ user: who.user, askAgain: ask, logOut: who.logIn && logOut }}>
      {children}
    </LogIn.Provider>
  );
}

/** One line with who is logged in and the way out; nothing where nobody logs in. */
export function LoggedInAs() {
  const { user, logOut } = useLogIn();
  const { text } = useWords();
  if (user === null || logOut === null) return null;
  return (
    <p class="logged-in-as">
      {user.name} ({text.roles[user.role]}){" "}
      <button type="button" onClick={logOut}>
        {text.logIn.out}
      </button>
    </p>
  );
}

/** What the centre said of a log-in at the identity provider that it did not take. */
function refusalIn(refusals: Catalogue["logIn"]["refused"], code: string): string {
  const known = Object.hasOwn(refusals, code) ? refusals[code as keyof typeof refusals] : undefined;
  return known ?? filled(refusals.other, { code });
}

/** Whoever comes here comes to type; stable, so that it is called once. */
const focus = (element: HTMLInputElement | null) => element?.focus();

interface FormProps {
  readonly onIn: (user: LoggedIn) => void;
}

function AskPassword({ onIn, ways }: FormProps & { readonly ways: LogInWays }) {
  const { problem, sending, submit } = useSubmit("log-in", onIn);
  const { text } = useWords();
  const refused = /^#refused=([\w-]+)$/.exec(location.hash)?.[1];
  return (
    <main class="log-in">
      <h1>Nightflow</h1>
      {ways.openId && (
        <>
          <a class="log-in-elsewhere" href="/api/v1/open-id">
            {filled(text.logIn.with, { provider: ways.openId.label })}
          </a>
          {refused !== undefined && <p role="alert">{refusalIn(text.logIn.refused, refused)}</p>}
          <p class="quiet">{text.logIn.orPassword}</p>
        </>
      )}
      <form onSubmit={submit}>
        <label>
          {text.logIn.name}
          <input name="name" autocomplete="username" autocapitalize="none" required ref={focus} />
        </label>
        <label>
          {text.logIn.password}
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        {problem && <p role="alert">{problem}</p>}
        <button type="submit" class="main" disabled={sending}>
          {text.logIn.in}
        </button>
      </form>
    </main>
  );
}

function ChoosePassword({ link, onIn }: FormProps & { readonly link: string }) {
  const { problem, sending, submit } = useSubmit("link", onIn);
  const { text } = useWords();
  return (
    <main class="log-in">
      <h1>{text.logIn.choosePassword}</h1>
      <form onSubmit={submit}>
        <input type="hidden" name="link" value={link} />
        <label>
          {text.logIn.newPassword}
          <input
            name="password"
            type="password"
            autocomplete="new-password"
            aria-describedby="rule"
            required
            ref={focus}
          />
        </label>
        <p id="rule">{text.logIn.rule}</p>
        {problem && <p role="alert">{problem}</p>}
        <button type="submit" class="main" disabled={sending}>
          {text.logIn.choose}
        </button>
      </form>
    </main>
  );
}

/** Sends a form's fields as JSON; what the centre refuses is said in its own words. */
function useSubmit(path: string, onIn: (user: LoggedIn) => void) {
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget instanceof HTMLFormElement ? event.currentTarget : undefined;
    setSending(true);
    setProblem(null);
    post(path, Object.fromEntries(new FormData(form)))
      .then(({ user }) => onIn(user))
      .catch((thrown: unknown) => setProblem(messageOf(thrown)))
      .finally(() => setSending(false));
  };
  return { problem, sending, submit };
}

async function post(path: string, body: object): Promise<{ readonly user: LoggedIn }> {
  const answer = await fetch(`/api/v1/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.message);
  return said;
}
