/** Whose network this is and whether what the page shows is true now: a lost connection must be seen at once. */

import { orderAlarms } from "./alarm-order.ts";
import type { LiveState } from "./live-state.ts";
import { Age, useNow } from "./now.tsx";
import { dayAndTime, zoneName } from "./words.ts";

export interface PageHeaderProps {
  readonly state: LiveState;
  readonly onRetry: () => void;
}

export function PageHeader({ state, onRetry }: PageHeaderProps) {
  const { network, link, rejection } = state;
  return (
    <header class={link.kind === "lost" ? "page-header lost" : "page-header"}>
      <h1>{network?.utility.name ?? "Nightflow"}</h1>
      {network?.demo && <span class="demo">Demo: the water is simulated</span>}
      {network && <AlarmCount state={state} />}
      <div class="link" role="status" data-link={link.kind}>
        {link.kind === "connecting" && <>Connecting</>}
        {link.kind === "live" && <Live />}
        {link.kind === "lost" && (
          <>
            <strong>Connection lost</strong>
            <span>
              {" "}
              · what you see is <Age sinceMs={link.heardMs + state.clockAheadMs} /> old{" "}
            </span>
            <button type="button" class="retry" onClick={onRetry}>
              Try now
            </button>
          </>
        )}
      </div>
      {network && <WallClock timeZone={network.utility.districts[0]?.timeZone ?? "UTC"} />}
      {rejection && (
        <p class="rejection" role="alert">
          The centre refused this page: {rejection} Reload the page.
        </p>
      )}
    </header>
  );
}

function Live() {
  return (
    <>
      <span class="live-dot" aria-hidden="true" /> Live
    </>
  );
}

function AlarmCount({ state }: { readonly state: LiveState }) {
  const { unacknowledged } = orderAlarms(state.network?.alarms.values() ?? []);
  if (unacknowledged === 0) return <span class="alarm-count">No alarm waits</span>;
  return (
    <strong class="alarm-count waiting-alarms">
      {unacknowledged} {unacknowledged === 1 ? "alarm waits" : "alarms wait"}
    </strong>
  );
}

function WallClock({ timeZone }: { readonly timeZone: string }) {
  const now = useNow();
  return (
    <time class="wall-clock">
      {dayAndTime(now, timeZone)} <small>{zoneName(now, timeZone)}</small>
    </time>
  );
}
