/** What the range that is seen, or the part of it that was selected, comes to for each sensor. */
import { useMemo } from "preact/hooks";
import type { TimeRange } from "../../model/sample.ts";
import type { Sensor } from "../../model/utility.ts";
import { useWords } from "../words/language.tsx";
import { filled, NONE, unitOf } from "../words/words.ts";
import { statisticsOf } from "./history-columns.ts";
import { lineColour } from "./history-plot.tsx";
import type { Level } from "./levels.ts";
import type { TileStore } from "./tile-store.ts";

export interface StatisticsTableProps {
  readonly sensors: readonly Sensor[];
  readonly store: TileStore;
  /** Of what the store holds. */
  readonly version: number;
  readonly level: Level;
  readonly range: TimeRange;
  readonly originMs: number;
  readonly timeZone: string;
  readonly isSelection: boolean;
  readonly onWhole: () => void;
}

export function StatisticsTable(props: StatisticsTableProps) {
  const { sensors, store, version, level, range, originMs, timeZone, isSelection, onWhole } = props;
  const { text, number, volume, percent, dayAndTime, duration, language } = useWords();
  const figures = useMemo(
    () => sensors.map((sensor) => statisticsOf(store, sensor, { level, range, originMs })),
    [sensors, store, version, level, range, originMs],
  );
  const counts = new Intl.NumberFormat(language);
  return (
    <section class="panel" aria-labelledby="statistics-heading">
      <div class="heading-line">
        <h2 id="statistics-heading">
          {isSelection ? text.history.ofSelection : text.history.ofRange}{" "}
          <small>
            {dayAndTime(range.fromMs, timeZone)} – {dayAndTime(range.toMs, timeZone)} (
            {duration(range.toMs - range.fromMs)})
          </small>
        </h2>
        {isSelection && (
          <button type="button" onClick={onWhole}>
            {text.history.wholeRange}
          </button>
        )}
      </div>
      <div class="table-scroll">
        <table class="statistics">
          <thead>
            <tr>
              <th scope="col">{text.history.sensor}</th>
              <th scope="col">{text.history.least}</th>
              <th scope="col">{text.history.mean}</th>
              <th scope="col">{text.history.greatest}</th>
              <th scope="col">{text.history.volume}</th>
              <th scope="col">{text.history.samples}</th>
              <th scope="col">{text.history.complete}</th>
              <th scope="col">{text.history.doubtful}</th>
            </tr>
          </thead>
          <tbody>
            {sensors.map((sensor, place) => {
              const of = figures[place];
              if (!of) return null;
              const unit = unitOf(sensor.quantity);
              const told = (value: number | null) => (value === null ? NONE : `${number(value)} ${unit}`);
              return (
                <tr key={sensor.id}>
                  <th scope="row">
                    <span class="line-place" style={{ background: `var(${lineColour(place)})` }} />{" "}
                    {sensor.name}
                  </th>
                  <td>{told(of.minimum)}</td>
                  <td>{told(of.mean)}</td>
                  <td>{told(of.maximum)}</td>
                  <td>{sensor.quantity === "flow" && of.samples > 0 ? volume(of.volumeM3) : NONE}</td>
                  <td>{counts.format(of.samples)}</td>
                  <td>{percent(of.completeness)}</td>
                  <td>{counts.format(of.doubtful)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="quiet">{filled(text.history.fromBuckets, { bucket: duration(level.bucketMs) })}</p>
    </section>
  );
}
