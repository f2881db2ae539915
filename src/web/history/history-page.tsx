/** The page History: any sensors over any time, together or each on its own axis, moved and zoomed over years; its address shares it. */
import { useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { MINUTE_MS } from "../../model/clock.ts";
import { offsetMs } from "../../model/local-time.ts";
import type { TimeRange } from "../../model/sample.ts";
import { useWidth } from "../chart/use-width.ts";
import { ClockAhead } from "../clock.tsx";
import type { PageProps } from "../shell/page.ts";
import { hrefOf, useRouting } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { Downloads } from "./downloads.tsx";
import { HistoryCharts } from "./history-charts.tsx";
import {
  COMPARISONS,
  type Comparison,
  DEFAULT_RANGE_MS,
  type HistoryPlace,
  panned,
  placeFrom,
  queryOf,
  zoomed,
} from "./history-place.ts";
import { levelFor } from "./levels.ts";
import { RangeControls } from "./range-controls.tsx";
import { SensorPicker } from "./sensor-picker.tsx";
import { StatisticsTable } from "./statistics-table.tsx";
import { useTiles } from "./use-tiles.ts";
import "./history-page.css";

/** The address follows the view once it stands still for so long. */
const SETTLED_MS = 400;
const LEAST_POINTS = 300;
const MOST_POINTS = 1500;
const MOVING_SHARE = 4;

export default function HistoryPage({ network, state }: PageProps) {
  const { text } = useWords();
  const { query, go } = useRouting();
  const { utility } = network;
  const ahead = useContext(ClockAhead);
  const now = () => Date.now() + ahead;
  const [place, setPlace] = useState(() => placeFrom(query, utility));
  const [present, setPresent] = useState(now);
  const [lengthMs, setLengthMs] = useState(DEFAULT_RANGE_MS);
  const [selection, setSelection] = useState<TimeRange | null>(null);
  const [selecting, setSelecting] = useState(false);
  const [round, setRound] = useState(0);
  useAddress(place, (there) => setPlace(placeFrom(there, utility)), query, go);

  useEffect(() => {
    const timer = setInterval(() => {
      setPresent(now());
      setRound((before) => before + 1);
    }, MINUTE_MS);
    return () => clearInterval(timer);
  }, [ahead]);

  const timeZone = utility.districts[0]?.timeZone ?? "UTC";
  const [originMs] = useState(() => -offsetMs(now(), timeZone));
  const range = useMemo(
    () => place.range ?? { fromMs: present - lengthMs, toMs: present },
    [place.range, present, lengthMs],
  );
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const points = Math.min(MOST_POINTS, Math.max(LEAST_POINTS, Math.round(1.2 * width)));
  const settled = useSettled(range);
  // Lines of a thousand points take a browser without a graphics card a second to draw: while the view moves there are fewer.
  const rough = levelFor(range.toMs - range.fromMs, points / MOVING_SHARE);
  const fine = levelFor(range.toMs - range.fromMs, points);
  const level = settled === range ? fine : rough;
  const compareMs = COMPARISONS[place.compare];
  const { store, version, loading, failure } = useTiles({
    sensors: place.sensors,
    level: fine,
    rough,
    range,
    originMs,
    compareMs,
    round: round + state.connections * 1e6,
  });
  const sensors = useMemo(
    () => place.sensors.flatMap((id) => utility.sensors.find((sensor) => sensor.id === id) ?? []),
    [place.sensors, utility],
  );

  const latest = useRef(range);
  latest.current = range;
  const show = (changed: TimeRange) => {
    latest.current = changed;
    setPlace((before) => ({ ...before, range: changed }));
  };
  const gestures = useMemo(
    () => ({
      onPan: (share: number) => show(panned(latest.current, -share)),
      onZoom: (factor: number, share: number) => show(zoomed(latest.current, factor, share)),
      onSelect: (from: number, to: number) => {
        const { fromMs, toMs } = latest.current;
        const at = (share: number) => fromMs + (toMs - fromMs) * Math.min(1, Math.max(0, share));
        setSelection(from === to ? null : { fromMs: at(Math.min(from, to)), toMs: at(Math.max(from, to)) });
      },
      selects: (event: PointerEvent) => selecting || event.shiftKey,
    }),
    [selecting],
  );
  const follow = (length: number) => {
    setLengthMs(length);
    setPresent(now());
    setPlace((before) => ({ ...before, range: null }));
  };
  const keys = (event: KeyboardEvent) => {
    const to = rangeByKey(event, range);
    if (!to) return;
    event.preventDefault();
    show(to);
  };

  return (
    <div class="history-page" ref={box}>
      <section class="panel history-controls" aria-label={text.history.controls}>
        <SensorPicker
          utility={utility}
          chosen={place.sensors}
          onChoose={(chosen) => setPlace((before) => ({ ...before, sensors: chosen }))}
        />
        <RangeControls
          range={settled}
          timeZone={timeZone}
          following={place.range === null}
          onRange={show}
          onFollow={follow}
        />
        <Choices place={place} onPlace={setPlace} selecting={selecting} onSelecting={setSelecting} />
      </section>
      {/* Arrow keys move the charts whichever part of them has the focus. */}
      <section class="panel" aria-labelledby="charts-heading" onKeyDown={keys}>
        <div class="heading-line">
          <h2 id="charts-heading">{text.history.heading}</h2>
          <small role="status">
            {loading && text.chart.fetching}
            {failure && <span class="refusal">{filled(text.chart.noHistory, { message: failure })}</span>}
          </small>
        </div>
        {sensors.length === 0 ? (
          <p class="quiet">{text.history.nothingChosen}</p>
        ) : (
          <HistoryCharts
            sensors={sensors}
            store={store}
            version={version}
            level={level}
            range={range}
            originMs={originMs}
            compareMs={compareMs}
            stacked={place.stacked}
            selection={selection}
            timeZone={timeZone}
            gestures={gestures}
          />
        )}
      </section>
      {sensors.length > 0 && (
        <StatisticsTable
          sensors={sensors}
          store={store}
          version={version}
          level={fine}
          range={selection ?? settled}
          originMs={originMs}
          timeZone={timeZone}
          isSelection={selection !== null}
          onWhole={() => setSelection(null)}
        />
      )}
      {sensors.length > 0 && <Downloads sensors={place.sensors} range={selection ?? settled} level={fine} />}
    </div>
  );
}

/** Keeps the address up with the view, and the view with an address that somebody went back to. */
function useAddress(
  place: HistoryPlace,
  onThere: (query: URLSearchParams) => void,
  query: URLSearchParams,
  go: ReturnType<typeof useRouting>["go"],
): void {
  const written = useRef(query.toString());
  useEffect(() => {
    if (query.toString() === written.current) return;
    written.current = query.toString();
    onThere(query);
  }, [query]);
  useEffect(() => {
    const timer = setTimeout(() => {
      const href = hrefOf(["history"], queryOf(place));
      const search = new URL(href, location.href).searchParams.toString();
      if (search === written.current) return;
      written.current = search;
      go(href, { replace: true });
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [place]);
}

/** The range once it stands still: figures need not be made for every frame of a pan. */
function useSettled(range: TimeRange): TimeRange {
  const [settled, setSettled] = useState(range);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(range), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [range]);
  return settled;
}

const PAN_BY_KEY = 0.1;

function rangeByKey(
  { key, target, ctrlKey, metaKey, altKey }: KeyboardEvent,
  range: TimeRange,
): TimeRange | null {
  if (ctrlKey || metaKey || altKey || (target instanceof HTMLElement && target.closest("input, select")))
    return null;
  if (key === "ArrowLeft") return panned(range, -PAN_BY_KEY);
  if (key === "ArrowRight") return panned(range, PAN_BY_KEY);
  if (key === "+" || key === "=") return zoomed(range, 0.5);
  if (key === "-") return zoomed(range, 2);
  return null;
}

interface ChoicesProps {
  readonly place: HistoryPlace;
  readonly onPlace: (change: (before: HistoryPlace) => HistoryPlace) => void;
  readonly selecting: boolean;
  readonly onSelecting: (on: boolean) => void;
}

function Choices({ place, onPlace, selecting, onSelecting }: ChoicesProps) {
  const { text } = useWords();
  return (
    <div class="history-choices">
      <label>
        {text.history.axes}{" "}
        <select
          value={place.stacked ? "stacked" : "overlay"}
          onChange={({ currentTarget }) => {
            const stacked = currentTarget.value === "stacked";
            onPlace((before) => ({ ...before, stacked }));
          }}
        >
          <option value="overlay">{text.history.overlay}</option>
          <option value="stacked">{text.history.stacked}</option>
        </select>
      </label>
      <label>
        {text.history.compare}{" "}
        <select
          value={place.compare}
          onChange={({ currentTarget }) => {
            const names = Object.keys(COMPARISONS) as Comparison[];
            const compare = names.find((one) => one === currentTarget.value) ?? "none";
            onPlace((before) => ({ ...before, compare }));
          }}
        >
          {(Object.keys(COMPARISONS) as Comparison[]).map((one) => (
            <option key={one} value={one}>
              {text.history.comparisons[one]}
            </option>
          ))}
        </select>
      </label>
      <label class="choice">
        <input
          type="checkbox"
          checked={selecting}
          onChange={({ currentTarget }) => onSelecting(currentTarget.checked)}
        />
        {text.history.selectByDragging}
      </label>
      <p class="quiet">{text.history.howTo}</p>
    </div>
  );
}
