/** The map of the network on a page: grey where all is normal, with words and a pattern where it is not. Code comes with Leaflet, later. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useNow } from "../clock.tsx";
import type { Network } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";
import { filled, type Words } from "../words/words.ts";
import { createNetworkMap, type MapWords, type NetworkMapView } from "./leaflet-map.ts";
import type { LeakCandidate } from "./leak-candidates.ts";
import { EXCESS_STEPS_M3H, mapFeatures } from "./map-features.ts";
import "./map.css";

export interface NetworkMapProps {
  readonly network: Network;
  readonly chosen: string | null;
  readonly onChoose: (district: string) => void;
  /** Where leaks may be; the map shows them above everything else. */
  readonly candidates?: readonly LeakCandidate[];
  /** Begins close to the candidates instead of with the whole network. */
  readonly close?: boolean;
}

const NO_CANDIDATES: readonly LeakCandidate[] = [];
/** Staleness is looked at so often: the map need not follow each reading. */
const LOOK_EVERY_MS = 5_000;

export function NetworkMap({
  network,
  chosen,
  onChoose,
  candidates = NO_CANDIDATES,
  close = false,
}: NetworkMapProps) {
  const words = useWords();
  const { text } = words;
  const { utility, districts, latest } = network;
  const lookedMs = Math.floor(useNow() / LOOK_EVERY_MS) * LOOK_EVERY_MS;
  const newest = useRef(latest);
  newest.current = latest;
  const features = useMemo(
    () => mapFeatures({ ...network, latest: newest.current }, lookedMs),
    [utility, districts, lookedMs],
  );
  const box = useRef<HTMLElement>(null);
  const view = useRef<NetworkMapView | null>(null);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  const told = useMemo(() => mapWords(words), [words]);

  useEffect(() => {
    if (!box.current) return;
    view.current = createNetworkMap(box.current, {
      features,
      tiles: utility.map ?? null,
      onChoose: (district) => choose.current(district),
      closeTo: close ? candidates.flatMap(({ position, line }) => line ?? [position]) : [],
      zoomTitles: { in: text.now.zoomIn, out: text.now.zoomOut },
    });
    return () => {
      view.current?.close();
      view.current = null;
    };
  }, [utility, text]);
  useEffect(
    () => view.current?.show(features, candidates, chosen, told),
    [features, candidates, chosen, told, utility],
  );

  return (
    <>
      <Patterns />
      <section class="network-map" ref={box} aria-label={text.now.mapOf} />
      <MapKey withoutPlace={features.withoutPlace} hasCandidates={candidates.length > 0} />
    </>
  );
}

function mapWords({ text, flow, percent }: Words): MapWords {
  return {
    district({ district, standing }) {
      switch (standing.kind) {
        case "normal":
          return filled(text.now.mapNormal, { district: district.name });
        case "not-assessed":
          return filled(text.now.mapNotAssessed, { district: district.name });
        case "leaking":
          return standing.excessM3h === null
            ? filled(text.now.mapLeaksUnknown, { district: district.name })
            : filled(text.now.mapLeaks, { district: district.name, flow: flow(standing.excessM3h) });
      }
    },
    label({ district, standing }) {
      const known = standing.kind === "leaking" && standing.excessM3h !== null;
      return known ? `▲ ${district.name}\n${flow(standing.excessM3h ?? 0)}` : district.name;
    },
    meter: ({ sensor, standing }) =>
      standing === "normal" ? sensor.name : `${sensor.name}: ${text.now.meterStandings[standing]}`,
    candidate: ({ name, probability }) => `${name}: ${percent(probability)}`,
  };
}

interface MapKeyProps {
  readonly withoutPlace: number;
  readonly hasCandidates: boolean;
}

function MapKey({ withoutPlace, hasCandidates }: MapKeyProps) {
  const { text, number, counted } = useWords();
  const [low, high] = EXCESS_STEPS_M3H;
  const steps = [
    filled(text.now.excessBelow, { flow: number(low) }),
    filled(text.now.excessBetween, { low: number(low), high: number(high) }),
    filled(text.now.excessAbove, { flow: number(high) }),
  ];
  return (
    <p class="map-key">
      {steps.map((step, index) => (
        <span key={step}>
          <svg viewBox="0 0 26 14" aria-hidden="true">
            <rect
              class="map-district"
              data-standing="leaking"
              data-step={index + 1}
              x="1"
              y="1"
              width="24"
              height="12"
            />
          </svg>
          {step}
        </span>
      ))}
      <span>
        <svg viewBox="0 0 26 14" aria-hidden="true">
          <rect class="map-district" data-standing="not-assessed" x="1" y="1" width="24" height="12" />
        </svg>
        {text.now.notAssessable}
      </span>
      <span>
        <svg viewBox="0 0 26 14" aria-hidden="true">
          <circle class="map-meter" data-standing="stale" cx="13" cy="7" r="6" />
        </svg>
        {text.now.meterStandings.stale}
      </span>
      {hasCandidates && (
        <span>
          <svg viewBox="0 0 26 14" aria-hidden="true">
            <circle class="map-candidate" cx="13" cy="7" r="6" />
          </svg>
          {text.now.leakCandidate}
        </span>
      )}
      {withoutPlace > 0 && <span>{counted(text.now.withoutPlace, withoutPlace)}</span>}
    </p>
  );
}

/** Hatching for each step, so that the map can be read without its colour. */
function Patterns() {
  return (
    <svg class="map-patterns" aria-hidden="true">
      <defs>
        {[9, 6, 4].map((gap, index) => (
          <pattern
            key={gap}
            id={`map-step-${index + 1}`}
            width={gap}
            height={gap}
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect class="map-hatch-ground" width={gap} height={gap} />
            <rect class="map-hatch" width={1 + index * 0.5} height={gap} />
          </pattern>
        ))}
        <pattern id="map-dots" width="7" height="7" patternUnits="userSpaceOnUse">
          <rect class="map-dot-ground" width="7" height="7" />
          <circle class="map-dot" cx="3.5" cy="3.5" r="0.9" />
        </pattern>
      </defs>
    </svg>
  );
}
