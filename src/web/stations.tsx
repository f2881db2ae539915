/** Who sends: each station's link as the centre sees it, quiet while all is well. */
import type { SiteView } from "../model/live.ts";
import { useNow } from "./now.tsx";
import { duration } from "./words.ts";

export function Stations({ sites }: { readonly sites: ReadonlyMap<string, SiteView> }) {
  const now = useNow();
  if (sites.size === 0) return null;
  return (
    <section class="panel" aria-labelledby="stations-heading">
      <h2 id="stations-heading">Stations</h2>
      <ul class="stations">
        {[...sites.values()].map(({ site, online, lastHeardMs, oldestUnacknowledgedMs }) => (
          <li key={site} class={online === false ? "last-heard stale" : "last-heard"}>
            <span class="sensor-name">{site}</span>
            <strong class="last-value">
              {online === null ? "never announced" : online ? "online" : "offline"}
            </strong>
            <small class="last-age">
              {lastHeardMs === null ? "never heard" : `heard ${duration(now - lastHeardMs)} ago`}
              {oldestUnacknowledgedMs !== null &&
                `, holds samples from ${duration(now - oldestUnacknowledgedMs)} ago`}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
