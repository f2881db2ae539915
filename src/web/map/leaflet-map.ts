/** The map itself, drawn by Leaflet into an element: shapes are made once and restyled as the network changes. */
import {
  type CircleMarker,
  circleMarker,
  type LatLngBounds,
  type LatLngTuple,
  type LayerGroup,
  type Map as LeafletMap,
  latLngBounds,
  layerGroup,
  map as makeMap,
  type Path,
  polygon,
  polyline,
  tileLayer,
} from "leaflet";
import "leaflet/dist/leaflet.css";
import type { MapTiles, Position } from "../../model/utility.ts";
import { type LeakCandidate, radiusPx } from "./leak-candidates.ts";
import type { DistrictFeature, MapFeatures, MeterFeature } from "./map-features.ts";

/** Above so many shapes only those that are not normal stop the Tab key: the table lists them all. */
const MOST_STOPS = 60;
/** Above so many districts only those that are not normal carry their name all the time. */
const MOST_NAMES = 30;

/** So many candidates carry their probability all the time; the others when pointed at. */
const MOST_NAMED = 3;

export interface MapWords {
  /** Read aloud and shown when pointed at. */
  district(feature: DistrictFeature): string;
  /** Written on the map; null for what keeps quiet. */
  label(feature: DistrictFeature): string | null;
  meter(feature: MeterFeature): string;
  candidate(candidate: LeakCandidate): string;
}

export interface MapOptions {
  readonly features: MapFeatures;
  readonly tiles: MapTiles | null;
  readonly onChoose: (district: string) => void;
  /** What the map begins with; all of the network when left out. */
  readonly closeTo?: readonly Position[];
  readonly zoomTitles: { readonly in: string; readonly out: string };
}

export interface NetworkMapView {
  show(
    features: MapFeatures,
    candidates: readonly LeakCandidate[],
    chosen: string | null,
    words: MapWords,
  ): void;
  close(): void;
}

const at = ({ latitudeDeg, longitudeDeg }: Position): LatLngTuple => [latitudeDeg, longitudeDeg];

export function createNetworkMap(element: HTMLElement, options: MapOptions): NetworkMapView {
  const { features, tiles, onChoose, zoomTitles, closeTo = [] } = options;
  const map = makeMap(element, {
    zoomSnap: 0.25,
    zoomControl: false,
    attributionControl: tiles !== null,
    // The page scrolls under the pointer; the map zooms by its buttons, by keys and by two fingers.
    scrollWheelZoom: false,
    maxBoundsViscosity: 0.7,
  });
  addZoom(map, zoomTitles);
  // First, because Leaflet draws nothing, and has no element to listen at, before it knows what is in view.
  const bounds = closeTo.length > 0 ? latLngBounds(closeTo.map(at)).pad(1.2) : boundsOf(features);
  if (bounds) map.fitBounds(bounds, { padding: [18, 18], animate: false });
  if (tiles) tileLayer(tiles.url, { attribution: tiles.attribution, maxZoom: 19 }).addTo(map);
  const shapes = new Map<string, Path>();
  for (const feature of features.districts) {
    const { id } = feature.district;
    const shape = feature.outline
      ? polygon(feature.outline.map(at), { className: "map-district" })
      : circleMarker(at(feature.position), { radius: 16, className: "map-district" });
    shape.addTo(map).on("click", () => onChoose(id));
    onEnter(shape, () => onChoose(id));
    shapes.set(id, shape);
  }
  const meters = new Map<string, CircleMarker>();
  for (const { sensor, position } of features.meters) {
    const dot = circleMarker(at(position), { radius: 5, className: "map-meter" }).addTo(map);
    meters.set(sensor.id, dot);
  }
  const rings = layerGroup().addTo(map);
  const resized = new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    if (bounds) map.fitBounds(bounds, { padding: [18, 18], animate: false });
  });
  resized.observe(element);

  const stops = shapes.size + meters.size <= MOST_STOPS;
  return {
    show(now, candidates, chosen, words) {
      for (const feature of now.districts) {
        const shape = shapes.get(feature.district.id);
        if (shape) showDistrict(shape, feature, { words, chosen, stops, names: shapes.size <= MOST_NAMES });
      }
      for (const feature of now.meters) {
        const dot = meters.get(feature.sensor.id);
        if (dot) showMeter(dot, feature, words, stops);
      }
      showCandidates(rings, candidates, words);
    },
    close() {
      resized.disconnect();
      map.remove();
    },
  };
}

interface Showing {
  readonly words: MapWords;
  readonly chosen: string | null;
  readonly stops: boolean;
  readonly names: boolean;
}

function showDistrict(shape: Path, feature: DistrictFeature, { words, chosen, stops, names }: Showing): void {
  const { standing, district } = feature;
  const element = shape.getElement();
  const isNormal = standing.kind === "normal";
  element?.setAttribute("data-standing", standing.kind);
  element?.setAttribute("data-step", standing.kind === "leaking" ? String(standing.step) : "0");
  element?.setAttribute("data-district", district.id);
  element?.classList.toggle("chosen", district.id === chosen);
  name(element, "button", words.district(feature), stops || !isNormal);
  const label = words.label(feature);
  const isQuiet = label === null || (isNormal && !names);
  const content = isQuiet ? words.district(feature) : label;
  const className = isQuiet ? "" : `map-label ${standing.kind}`;
  const before = shape.getTooltip();
  // Making a tooltip costs more than everything else here, and of 500 districts hardly any has changed.
  if (before && before.getContent() === content && (before.options.className ?? "") === className) return;
  shape.unbindTooltip();
  shape.bindTooltip(
    content,
    isQuiet ? { sticky: true, className } : { permanent: true, direction: "center", className },
  );
}

function showMeter(dot: CircleMarker, feature: MeterFeature, words: MapWords, stops: boolean): void {
  const element = dot.getElement();
  element?.setAttribute("data-standing", feature.standing);
  dot.setRadius(feature.standing === "normal" ? 4 : 7);
  const told = words.meter(feature);
  name(element, "img", told, stops || feature.standing !== "normal");
  if (dot.getTooltip()?.getContent() !== told) dot.unbindTooltip().bindTooltip(told);
}

function showCandidates(rings: LayerGroup, candidates: readonly LeakCandidate[], words: MapWords): void {
  rings.clearLayers();
  for (const candidate of candidates) {
    if (candidate.line)
      rings.addLayer(
        polyline(candidate.line.map(at), { className: "map-candidate-pipe", interactive: false, weight: 5 }),
      );
    const ring = circleMarker(at(candidate.position), {
      radius: radiusPx(candidate),
      className: "map-candidate",
    });
    const rank = candidates.indexOf(candidate);
    ring.bindTooltip(words.candidate(candidate), { permanent: rank < MOST_NAMED, direction: "right" });
    rings.addLayer(ring);
    name(ring.getElement(), "img", words.candidate(candidate), true);
  }
}

function name(element: Element | undefined, role: string, label: string, stop: boolean): void {
  element?.setAttribute("role", role);
  element?.setAttribute("aria-label", label);
  if (stop) element?.setAttribute("tabindex", "0");
  else element?.removeAttribute("tabindex");
}

function onEnter(shape: Path, chosen: () => void): void {
  shape.getElement()?.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent) || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    chosen();
  });
}

function addZoom(map: LeafletMap, { in: zoomInTitle, out: zoomOutTitle }: MapOptions["zoomTitles"]): void {
  const box = document.createElement("div");
  box.className = "map-zoom leaflet-top leaflet-left";
  const button = (sign: string, title: string, act: () => void) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.title = title;
    made.setAttribute("aria-label", title);
    made.addEventListener("click", (event) => {
      event.stopPropagation();
      act();
    });
    made.addEventListener("dblclick", (event) => event.stopPropagation());
    box.append(made);
  };
  button("+", zoomInTitle, () => map.zoomIn());
  button("−", zoomOutTitle, () => map.zoomOut());
  map.getContainer().append(box);
}

function boundsOf({ districts, meters }: MapFeatures): LatLngBounds | null {
  const points = [
    ...districts.flatMap(({ outline, position }) => outline ?? [position]),
    ...meters.map(({ position }) => position),
  ].map(at);
  return points.length > 0 ? latLngBounds(points) : null;
}
