/** How each agent does, as it says itself: what it still holds, its sources, its certificates, its clock. */
import type { AgentReport, CertificateReport } from "../../model/agent-report.ts";
import type { SiteView } from "../../model/live.ts";
import { useWords } from "../words/language.tsx";
import { filled, type Words } from "../words/words.ts";

/** A certificate that ends sooner is told as soon as it is seen. */
const CERTIFICATE_SOON_MS = 30 * 86_400_000;
/** Clocks that differ by less agree. */
const CLOCK_AGREES_MS = 2_000;
const SPOOL_NEARLY_FULL = 0.8;

export interface AgentsPanelProps {
  readonly sites: ReadonlyMap<string, SiteView>;
  readonly nowMs: number;
}

export function AgentsPanel({ sites, nowMs }: AgentsPanelProps) {
  const { text } = useWords();
  return (
    <section class="panel" aria-labelledby="agents-heading">
      <h2 id="agents-heading">{text.sensors.agents}</h2>
      {sites.size === 0 ? (
        <p class="quiet">{text.sensors.noAgents}</p>
      ) : (
        <ul class="agents">
          {[...sites.values()].map((view) => (
            <Agent key={view.site} view={view} nowMs={nowMs} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Agent({ view, nowMs }: { readonly view: SiteView; readonly nowMs: number }) {
  const words = useWords();
  const { text, duration } = words;
  const { site, online, lastHeardMs, oldestUnacknowledgedMs, version, agent } = view;
  return (
    <li data-site={site} class={online === false ? "agent stale" : "agent"}>
      <h3>
        {site}{" "}
        <small>
          {online === null ? text.now.neverAnnounced : online ? text.now.online : text.now.offline}
          {lastHeardMs !== null && `, ${filled(text.now.heardAgo, { age: duration(nowMs - lastHeardMs) })}`}
          {version !== null && ` · ${filled(text.sensors.version, { version })}`}
        </small>
      </h3>
      <dl>
        <dt>{text.sensors.oldest}</dt>
        <dd>
          {oldestUnacknowledgedMs === null
            ? text.sensors.nothingHeld
            : filled(text.now.ago, { age: duration(nowMs - oldestUnacknowledgedMs) })}
        </dd>
        {agent ? (
          <Report agent={agent} nowMs={nowMs} />
        ) : (
          <>
            <dt>{text.sensors.spool}</dt>
            <dd class="quiet">{text.sensors.saysNothing}</dd>
          </>
        )}
      </dl>
    </li>
  );
}

function Report({ agent, nowMs }: { readonly agent: AgentReport; readonly nowMs: number }) {
  const words = useWords();
  const { text } = words;
  const { spool, sources, certificates, configuration } = agent;
  const clocks = agent.clocks.filter(({ aheadMs }) => Math.abs(aheadMs) >= CLOCK_AGREES_MS);
  return (
    <>
      <dt>{text.sensors.spool}</dt>
      <dd>
        <Spool spool={spool} />
      </dd>
      {sources.length > 0 && (
        <>
          <dt>{text.sensors.sources}</dt>
          {sources.map(({ name, kind, state, reason, items, lostItems }) => (
            <dd key={name} class={state === "lost" || state === "failed" || lostItems > 0 ? "warned" : ""}>
              {name} ({kind}): {text.sensors.sourceStates[state]}
              {lostItems > 0 && `, ${filled(text.sensors.lostItems, { lost: lostItems, items })}`}
              {reason !== undefined && `: ${reason}`}
            </dd>
          ))}
        </>
      )}
      {certificates.length > 0 && (
        <>
          <dt>{text.sensors.certificates}</dt>
          {certificates.map((one) => (
            <dd
              key={`${one.of} ${one.fingerprint}`}
              class={one.notAfterMs - nowMs < CERTIFICATE_SOON_MS ? "warned" : ""}
            >
              {endOf(one, nowMs, words)}
            </dd>
          ))}
        </>
      )}
      {clocks.length > 0 && (
        <>
          <dt>{text.sensors.clock}</dt>
          {clocks.map(({ against, aheadMs }) => (
            <dd key={against} class="warned">
              {filled(aheadMs > 0 ? text.sensors.ahead : text.sensors.behind, {
                duration: words.duration(Math.abs(aheadMs)),
                against: against === "centre" ? text.sensors.centre : against,
              })}
            </dd>
          ))}
        </>
      )}
      {configuration.refused !== null && (
        <dd class="warned">{filled(text.sensors.refusedConfiguration, { reason: configuration.refused })}</dd>
      )}
    </>
  );
}

function Spool({ spool }: { readonly spool: AgentReport["spool"] }) {
  const { text, percent, counted, number } = useWords();
  const { heldBytes, maxBytes, droppedSamples, diskFull } = spool;
  const share = maxBytes > 0 ? heldBytes / maxBytes : 0;
  return (
    <span class={share >= SPOOL_NEARLY_FULL || droppedSamples > 0 || diskFull ? "warned" : ""}>
      <meter min={0} max={1} high={SPOOL_NEARLY_FULL} value={share} aria-label={text.sensors.spool} />{" "}
      {heldBytes === 0
        ? text.sensors.empty
        : filled(text.sensors.spoolFull, {
            percent: percent(share),
            size: `${number(maxBytes / 1_000_000)} MB`,
          })}
      {droppedSamples > 0 && `, ${counted(text.sensors.dropped, droppedSamples)}`}
      {diskFull && `, ${text.sensors.diskFull}`}
    </span>
  );
}

function endOf(
  { owner, of, notAfterMs }: CertificateReport,
  nowMs: number,
  { text, duration }: Words,
): string {
  const inMs = notAfterMs - nowMs;
  return filled(inMs > 0 ? text.sensors.ends : text.sensors.ended, {
    owner: text.sensors.owners[owner],
    of,
    duration: duration(Math.abs(inMs)),
  });
}
