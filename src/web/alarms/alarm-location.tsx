/** Where an alarm's leak may be: the likeliest pipes on the map and as a list, or why nobody can say. */
import { useEffect, useState } from "preact/hooks";
import { HOUR_MS } from "../../model/clock.ts";
import { Failure, messageOf } from "../../model/failure.ts";
import type { AlarmView } from "../../model/live.ts";
import { type LeakLocation, LOCATABLE, type PipeCandidate } from "../../model/location.ts";
import type { District } from "../../model/utility.ts";
import { useNow } from "../clock.tsx";
import type { Network } from "../live/live-state.ts";
import type { LeakCandidate } from "../map/leak-candidates.ts";
import { lazily } from "../shell/lazily.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";

const NetworkMap = lazily(() => import("../map/network-map.tsx").then((module) => module.NetworkMap));

/** On the map; more would cover each other. */
const MOST_DRAWN = 12;
const MOST_LISTED = 5;

export interface AlarmLocationProps {
  readonly alarm: AlarmView;
  readonly district: District;
  readonly network: Network;
}

export function isLocatable({ verdict }: AlarmView): boolean {
  return verdict.subject.kind === "district" && LOCATABLE.has(verdict.kind) && verdict.size !== null;
}

export function AlarmLocation({ alarm, district, network }: AlarmLocationProps) {
  const { text } = useWords();
  const { location, failure } = useLocation(alarm);
  if (location?.kind === "not-located" && location.because === "no-model") return null;
  return (
    <section class="alarm-location">
      <h3>{text.alarms.where}</h3>
      {failure !== null && <p class="quiet">{filled(text.alarms.whereFailed, { message: failure })}</p>}
      {failure === null && !location && <p class="quiet">{text.alarms.whereLooking}</p>}
      {location?.kind === "not-located" && <p>{text.alarms.notLocated[location.because]}</p>}
      {location?.kind === "located" && <Located location={location} district={district} network={network} />}
    </section>
  );
}

interface LocatedProps {
  readonly location: Extract<LeakLocation, { kind: "located" }>;
  readonly district: District;
  readonly network: Network;
}

function Located({ location, district, network }: LocatedProps) {
  const { text, percent, number, counted } = useWords();
  const { candidates, halfM, districtM, pressures } = location;
  const [drawn] = useState(() => candidates.slice(0, MOST_DRAWN).flatMap(onMap));
  return (
    <>
      <p>
        {filled(text.alarms.whereHalf, {
          half: number(halfM / 1000),
          all: number(districtM / 1000),
        })}{" "}
        {counted(text.alarms.whereSensors, pressures.length)}
      </p>
      <ol class="pipe-candidates">
        {candidates.slice(0, MOST_LISTED).map(({ pipe, lengthM, probability }) => (
          <li key={pipe}>
            {filled(text.alarms.wherePipe, { pipe, length: Math.round(lengthM) })}{" "}
            <strong>{percent(probability)}</strong>
          </li>
        ))}
      </ol>
      {drawn.length > 0 && (
        <NetworkMap network={network} chosen={district.id} onChoose={nothing} candidates={drawn} close />
      )}
    </>
  );
}

function nothing(): void {}

function onMap({ pipe, path, probability }: PipeCandidate): LeakCandidate[] {
  if (!path || path.length === 0) return [];
  const line = path.map(([longitudeDeg, latitudeDeg]) => ({ latitudeDeg, longitudeDeg }));
  const mean = (of: "latitudeDeg" | "longitudeDeg") =>
    line.reduce((sum, one) => sum + one[of], 0) / line.length;
  const position = { latitudeDeg: mean("latitudeDeg"), longitudeDeg: mean("longitudeDeg") };
  return [{ id: pipe, name: pipe, position, line, probability }];
}

interface FetchedLocation {
  readonly location: LeakLocation | null;
  readonly failure: string | null;
}

/** Asked for again when the finding changes, and each hour while the leak runs. */
function useLocation({ id, verdict }: AlarmView): FetchedLocation {
  const [fetched, setFetched] = useState<FetchedLocation>({ location: null, failure: null });
  const hour = Math.floor(useNow() / HOUR_MS);
  const asked = verdict.endMs === null ? hour : verdict.endMs;
  useEffect(() => {
    const leaving = new AbortController();
    fetchLocation(id, leaving.signal).then(
      (location) => setFetched({ location, failure: null }),
      (thrown) => leaving.signal.aborted || setFetched({ location: null, failure: messageOf(thrown) }),
    );
    return () => leaving.abort();
  }, [id, verdict.decidedMs, asked]);
  return fetched;
}

async function fetchLocation(alarm: string, signal: AbortSignal): Promise<LeakLocation> {
  const answer = await fetch(`/api/v1/alarms/${encodeURIComponent(alarm)}/location`, { signal });
  const body = await answer.json();
  if (!answer.ok) throw new Failure(body.code, body.message);
  return body;
}
