/** Opens the page: one live connection, one tree drawn from its state. */
import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Language } from "../model/language.ts";
import type { Action } from "../model/live.ts";
import { ClockAhead } from "./clock.tsx";
import { openEarly, takeConnection } from "./live/early-connection.ts";
import type { LiveConnection } from "./live/live-connection.ts";
import { type LiveState, NOTHING_HEARD } from "./live/live-state.ts";
import { lazily } from "./shell/lazily.tsx";
import { askWho, LoggedInAs, LogInFirst, useLogIn } from "./shell/log-in.tsx";
import { Navigation } from "./shell/navigation.tsx";
import { OpenedPage } from "./shell/opened-page.tsx";
import { PageHeader } from "./shell/page-header.tsx";
import { PAGES } from "./shell/pages.ts";
import { RoutingProvider, useWindowRouting } from "./shell/routing.tsx";
import { ExerciseBanner } from "./training/exercise-banner.tsx";
import { fetchWords, keepLanguage, languageToBegin, useWords, WordsProvider } from "./words/language.tsx";
import type { Words } from "./words/words.ts";
import "./style.css";

const Tour = lazily(() => import("./tour/tour.tsx").then((module) => module.Tour));

/** While the connection is lost: perhaps because the session is over. */
const ASK_EVERY_MS = 5_000;

interface PageProps {
  readonly onLanguage: (language: Language) => void;
}

function Page({ onLanguage }: PageProps) {
  const { text } = useWords();
  const [state, setState] = useState<LiveState>(NOTHING_HEARD);
  const [connection, setConnection] = useState<LiveConnection | null>(null);

  useEffect(() => {
    const made = takeConnection(setState);
    const retry = () => made.retry();
    addEventListener("online", retry);
    setConnection(made);
    return () => {
      removeEventListener("online", retry);
      made.close();
    };
  }, []);

  const { askAgain } = useLogIn();
  const lost = state.link.kind === "lost";
  useEffect(() => {
    if (!lost) return;
    askAgain();
    const again = setInterval(askAgain, ASK_EVERY_MS);
    return () => clearInterval(again);
  }, [lost, askAgain]);

  const act = useMemo(() => (action: Action) => connection?.act(action), [connection]);
  const name = state.network?.utility.name;
  useEffect(() => {
    document.title = name ? `${name} · Nightflow` : "Nightflow";
  }, [name]);

  return (
    <ClockAhead.Provider value={state.clockAheadMs}>
      <PageHeader state={state} onRetry={() => connection?.retry()} />
      <Navigation network={state.network} onLanguage={onLanguage} />
      {state.network?.exercise && <ExerciseBanner />}
      <LoggedInAs />
      {state.network?.tour && <Tour network={state.network} />}
      {state.network ? (
        <OpenedPage network={state.network} state={state} act={act} />
      ) : (
        <p class="waiting" role="status">
          {text.shell.waiting}
        </p>
      )}
    </ClockAhead.Provider>
  );
}

function App({ firstWords }: { readonly firstWords: Words }) {
  const [words, setWords] = useState(firstWords);
  const routing = useWindowRouting();
  const choose = async (language: Language) => {
    setWords(await fetchWords(language));
    keepLanguage(language);
  };
  useEffect(() => {
    document.documentElement.lang = words.language;
  }, [words]);
  return (
    <WordsProvider value={words}>
      <RoutingProvider value={routing}>
        <LogInFirst first={whoIsThere}>
          <Page onLanguage={(language) => void choose(language)} />
        </LogInFirst>
      </RoutingProvider>
    </WordsProvider>
  );
}

// What the first view needs is asked for at once, not one thing after another.
const words = fetchWords(languageToBegin());
const whoIsThere = askWho();
if (!location.hash.startsWith("#link=")) openEarly();
const [, first = ""] = location.pathname.split("/");
// Who shows the page asks again, and says what went wrong.
PAGES.find(({ path }) => path === first)
  ?.fetch()
  .catch(() => {});

const root = document.getElementById("page");
// Not awaited: the words' file may need this one, and would wait for its end.
if (root) void words.then((first) => render(<App firstWords={first} />, root));
