/** Whose network this is and whether what the page shows is true now: a lost connection must be seen at once. */
import { orderAlarms } from "../alarms/alarm-order.ts";
import { useNow } from "../clock.tsx";
import type { LiveState } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { hrefOf } from "./routing.tsx";

export interface PageHeaderProps {
  readonly state: LiveState;
  readonly onRetry: () => void;
}

export function PageHeader({ state, onRetry }: PageHeaderProps) {
  const { text } = useWords();
  const { network, link, rejection } = state;
  return (
    <header class={link.kind === "lost" ? "page-header lost" : "page-header"}>
      <a class="skip" href="#content">
        {text.shell.skip}
      </a>
      <h1>{network?.utility.name ?? "Nightflow"}</h1>
      {network?.demo && <span class="demo">{text.shell.demo}</span>}
      {network && <AlarmCount state={state} />}
      <div class="link" role="status" data-link={link.kind}>
        {link.kind === "connecting" && text.shell.connecting}
        {link.kind === "live" && (
          <>
            <span class="live-dot" aria-hidden="true" /> {text.shell.live}
          </>
        )}
        {link.kind === "lost" && <Lost heardMs={link.heardMs + state.clockAheadMs} onRetry={onRetry} />}
      </div>
      {network && <WallClock timeZone={network.utility.districts[0]?.timeZone ?? "UTC"} />}
      {rejection && (
        <p class="rejection" role="alert">
          {filled(text.shell.refused, { message: rejection })}
        </p>
      )}
    </header>
  );
}

function Lost({ heardMs, onRetry }: { readonly heardMs: number; readonly onRetry: () => void }) {
  const { text, duration } = useWords();
  const now = useNow();
  return (
    <>
      <strong>{text.shell.lost}</strong>
      <span> · {filled(text.shell.lostAge, { age: duration(now - heardMs) })} </span>
      <button type="button" class="retry" onClick={onRetry}>
        {text.shell.retry}
      </button>
    </>
  );
}

/** Seen on every page, and one step from what waits longest. */
function AlarmCount({ state }: { readonly state: LiveState }) {
  const { text, counted, duration } = useWords();
  const now = useNow();
  const { unacknowledged, shown } = orderAlarms(state.network?.alarms.values() ?? []);
  const [oldest] = shown;
  if (unacknowledged === 0 || !oldest) return <span class="alarm-count">{text.shell.noAlarm}</span>;
  return (
    <a class="alarm-count waiting-alarms" href={hrefOf(["alarms", oldest.id])}>
      <strong>{counted(text.shell.alarmsWait, unacknowledged)}</strong>{" "}
      <small>{filled(text.shell.oldestWaits, { age: duration(now - oldest.activatedMs) })}</small>
    </a>
  );
}

function WallClock({ timeZone }: { readonly timeZone: string }) {
  const { dayAndTime, zoneName } = useWords();
  const now = useNow();
  return (
    <time class="wall-clock">
      {dayAndTime(now, timeZone)} <small>{zoneName(now, timeZone)}</small>
    </time>
  );
}
