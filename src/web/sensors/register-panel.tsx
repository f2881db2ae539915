/** The register: each sensor with its last value, its health, and its papers. */
import { useMemo, useState } from "preact/hooks";
import type { Instrument } from "../../model/utility.ts";
import type { Network } from "../live/live-state.ts";
import { hrefOf } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { filled, NONE, unitOf, type Words } from "../words/words.ts";
import { type Due, fits, type RegisterRow, registerOf } from "./sensor-register.ts";

export interface RegisterPanelProps {
  readonly network: Network;
  readonly nowMs: number;
}

export function RegisterPanel({ network, nowMs }: RegisterPanelProps) {
  const { text, counted } = useWords();
  const [search, setSearch] = useState("");
  const [show, setShow] = useState<"all" | "attention">("all");
  const rows = useMemo(() => registerOf({ ...network, nowMs }), [network, nowMs]);
  const shown = rows.filter((row) => fits(row, search) && (show === "all" || row.needsAttention));
  return (
    <section class="panel" aria-labelledby="register-heading">
      <h2 id="register-heading">
        {text.sensors.register}{" "}
        <small>{counted(text.sensors.count, shown.length, { all: rows.length })}</small>
      </h2>
      <div class="register-filters">
        <input
          type="search"
          aria-label={text.sensors.search}
          placeholder={text.sensors.search}
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <select
          aria-label={text.sensors.show}
          value={show}
          onChange={({ currentTarget }) => setShow(currentTarget.value === "attention" ? "attention" : "all")}
        >
          <option value="all">{text.sensors.shown.all}</option>
          <option value="attention">{text.sensors.shown.attention}</option>
        </select>
      </div>
      {shown.length === 0 ? (
        <p>{text.sensors.none}</p>
      ) : (
        <table class="register">
          <thead>
            <tr>
              <th scope="col">{text.sensors.sensor}</th>
              <th scope="col">{text.sensors.lastValue}</th>
              <th scope="col">{text.sensors.health}</th>
              <th scope="col">{text.sensors.instrument}</th>
              <th scope="col">
                <span class="for-readers">{text.sensors.enter}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={row.sensor.id} row={row} nowMs={nowMs} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Row({ row, nowMs }: { readonly row: RegisterRow; readonly nowMs: number }) {
  const { text } = useWords();
  const { sensor, district } = row;
  return (
    <tr data-sensor={sensor.id} class={row.needsAttention ? "needs-attention" : ""}>
      <th scope="row">
        {sensor.name}
        <small>
          {[text.quantities[sensor.quantity], sensor.site, district?.name].filter(Boolean).join(" · ")}
        </small>
      </th>
      <td>
        <LastValue row={row} nowMs={nowMs} />
      </td>
      <td>
        <Health row={row} />
      </td>
      <td>
        <Papers instrument={sensor.instrument} due={row.due} />
      </td>
      <td class="action">
        <a
          class="button"
          href={hrefOf(["sensors", sensor.id])}
          aria-label={`${text.sensors.enter}: ${sensor.name}`}
        >
          {text.sensors.enter}
        </a>
      </td>
    </tr>
  );
}

function LastValue({ row, nowMs }: { readonly row: RegisterRow; readonly nowMs: number }) {
  const { text, number, duration } = useWords();
  const { sample, sensor, stale, quality } = row;
  if (!sample) return <span class="not-current">{text.now.neverHeard}</span>;
  const age = duration(nowMs - sample.timeMs);
  return (
    <>
      <strong class={stale ? "not-current" : ""}>
        {Number.isFinite(sample.value) ? number(sample.value) : NONE} {unitOf(sensor.quantity)}
      </strong>
      <small>
        {filled(stale ? text.now.staleAgo : text.now.ago, { age })}
        {quality !== "good" && `, ${filled(text.now.ofQuality, { quality: text.qualities[quality] })}`}
      </small>
    </>
  );
}

function Health({ row: { faults, district } }: { readonly row: RegisterRow }) {
  const { text, dayAndTime } = useWords();
  if (faults.length === 0) return <span class="quiet">{text.sensors.healthy}</span>;
  return (
    <>
      {faults.map(({ key, kind, startMs }) => (
        <span key={key} class="sensor-fault">
          <svg class="fault-mark" viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="12" r="10" />
            <path d="M5 19 L19 5" />
          </svg>
          {filled(text.sensors.since, {
            fault: text.kinds[kind],
            time: dayAndTime(startMs, district?.timeZone ?? "UTC"),
          })}
        </span>
      ))}
    </>
  );
}

export interface PapersProps {
  readonly instrument: Instrument | undefined;
  readonly due: readonly Due[];
}

export function Papers({ instrument, due }: PapersProps) {
  const words = useWords();
  const { text, calendarDate } = words;
  if (!instrument) return <span class="quiet">{text.sensors.noPapers}</span>;
  return (
    <div class="papers">
      {plateOf(instrument, words)}
      <small>{datesOf(instrument, words)}</small>
      {due.map(({ what, date, when }) => (
        <span key={what} class={`due ${when}`}>
          {filled(text.sensors[what], { date: calendarDate(date) })}
          {when !== "later" && (
            <>
              {" "}
              <strong>{text.sensors[when]}</strong>
            </>
          )}
        </span>
      ))}
    </div>
  );
}

function plateOf({ maker, model, serial, diameterMm, accuracyPercent }: Instrument, words: Words): string {
  const { text, number } = words;
  return [
    [maker, model].filter(Boolean).join(" "),
    serial && filled(text.sensors.serial, { serial }),
    diameterMm !== undefined && filled(text.sensors.diameter, { mm: Math.round(diameterMm) }),
    accuracyPercent !== undefined && filled(text.sensors.accuracy, { percent: number(accuracyPercent) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

function datesOf({ installedOn, calibratedOn }: Instrument, { text, calendarDate }: Words): string {
  return [
    installedOn && filled(text.sensors.installed, { date: calendarDate(installedOn) }),
    calibratedOn && filled(text.sensors.calibrated, { date: calendarDate(calibratedOn) }),
  ]
    .filter(Boolean)
    .join(", ");
}
