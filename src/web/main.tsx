/** Opens the page: one live connection, one tree drawn from its state. */
import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Action } from "../model/live.ts";
import { createLiveConnection, type LiveConnection } from "./live-connection.ts";
import { type LiveState, NOTHING_HEARD } from "./live-state.ts";
import { LoggedInAs, LogInFirst, useLogIn } from "./log-in.tsx";
import { ClockAhead } from "./now.tsx";
import { NowPage } from "./now-page.tsx";
import { PageHeader } from "./page-header.tsx";
import "./style.css";

/** While the connection is lost: perhaps because the session is over. */
const ASK_EVERY_MS = 5_000;

function liveUrl(): string {
  const url = new URL("api/v1/live", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

function Page() {
  const [state, setState] = useState<LiveState>(NOTHING_HEARD);
  const [connection, setConnection] = useState<LiveConnection | null>(null);

  useEffect(() => {
    const made = createLiveConnection({ url: liveUrl(), clock: Date.now, onState: setState });
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
      <LoggedInAs />
      {state.network ? (
        <NowPage network={state.network} state={state} act={act} />
      ) : (
        <p class="waiting">Waiting for the first word from the centre.</p>
      )}
    </ClockAhead.Provider>
  );
}

const root = document.getElementById("page");
if (root) {
  const page = (
    <LogInFirst>
      <Page />
    </LogInFirst>
  );
  render(page, root);
}
