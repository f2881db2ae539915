/** Who sends: each station's link as the centre sees it, quiet while all is well. */
import type { SiteView } from "../../model/live.ts";
import { useNow } from "../clock.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";

export function Stations({ sites }: { readonly sites: ReadonlyMap<string, SiteView> }) {
  const now = useNow();
  const { text, duration } = useWords();
  if (sites.size === 0) return null;
  return (
    <section class="panel" aria-labelledby="stations-heading">
      <h2 id="stations-heading">{text.now.stations}</h2>
      <ul class="stations">
        {[...sites.values()].map(({ site, online, lastHeardMs, oldestUnacknowledgedMs }) => (
          <li key={site} class={online === false ? "last-heard stale" : "last-heard"}>
            <span class="sensor-name">{site}</span>
            <strong class="last-value">
              {online === null ? text.now.neverAnnounced : online ? text.now.online : text.now.offline}
            </strong>
            <small class="last-age">
              {lastHeardMs === null
                ? text.now.neverHeard
                : filled(text.now.heardAgo, { age: duration(now - lastHeardMs) })}
              {oldestUnacknowledgedMs !== null &&
                `, ${filled(text.now.holdsFrom, { age: duration(now - oldestUnacknowledgedMs) })}`}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
