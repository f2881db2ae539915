/** Every district with its last night: what flowed, what of it is explained, what is left, and whether the data can be trusted. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { sentenceOf } from "../../model/explanation.ts";
import type { DistrictView } from "../../model/live.ts";
import type { Night } from "../../model/night.ts";
import { tellingFor } from "../../model/telling.ts";
import type { District, Utility } from "../../model/utility.ts";
import { Sparkline } from "../chart/sparkline.tsx";
import { sensorFaults } from "../data-health.ts";
import { useWords } from "../words/language.tsx";
import { filled, isDataFault, NONE, type Words, withUnits } from "../words/words.ts";
import { ranked, supplyOf } from "./network-figures.ts";

export interface DistrictsTableProps {
  readonly utility: Utility;
  readonly districts: ReadonlyMap<string, DistrictView>;
  readonly chosen: string | undefined;
  readonly onChoose: (district: string) => void;
}

interface RowInput {
  readonly district: District;
  readonly view: DistrictView | undefined;
  readonly isChosen: boolean;
  readonly words: Words;
}

interface MadeRow extends RowInput {
  readonly row: VNode;
}

function isSame(a: RowInput, b: RowInput): boolean {
  return a.district === b.district && a.view === b.view && a.isChosen === b.isChosen && a.words === b.words;
}

interface Column {
  readonly name: string;
  readonly unit: string;
}

function columnsIn({ text }: Words): readonly Column[] {
  const { now } = text;
  return [
    { name: now.nightFlow, unit: "m³/h" },
    { name: now.excess, unit: "m³/h" },
    { name: now.bursts, unit: now.burstsUnit },
    { name: now.costs, unit: now.aDay },
  ];
}

export function DistrictsTable({ utility, districts, chosen, onChoose }: DistrictsTableProps) {
  const words = useWords();
  const { now } = words.text;
  const columns = columnsIn(words);
  // Of 500 districts a click changes two: the rows of the others are those of before.
  const rows = useRef(new Map<string, MadeRow>());
  return (
    <section class="panel" aria-labelledby="districts-heading">
      <h2 id="districts-heading">
        {now.districts} <small>{now.rank}</small>
      </h2>
      <table class="districts">
        <thead>
          <tr>
            <th scope="col">{now.district}</th>
            {columns.map(({ name, unit }) => (
              <th key={name} scope="col" class="figure">
                {name} <small class="unit">{unit}</small>
              </th>
            ))}
            <th scope="col">
              {now.thirtyNights} <small class="unit">m³/h</small>
            </th>
            <th scope="col">{now.supply}</th>
            <th scope="col">{now.data}</th>
          </tr>
        </thead>
        <tbody>
          {ranked(utility, districts).map(({ district, view }) => {
            const isChosen = district.id === chosen;
            const known = rows.current.get(district.id);
            const made = { district, view, isChosen, words };
            if (known && isSame(known, made)) return known.row;
            const row = (
              <tr key={district.id} data-district={district.id} class={isChosen ? "chosen" : ""}>
                <th scope="row" class="wide">
                  <button
                    type="button"
                    class="district-name"
                    aria-pressed={isChosen}
                    onClick={() => onChoose(district.id)}
                  >
                    {district.name}
                  </button>
                  {view && <Trouble view={view} />}
                </th>
                <LastNight
                  district={district}
                  night={view?.lastNight ?? null}
                  utility={utility}
                  columns={columns}
                />
                <td class="trend wide">{view && <Sparkline nights={view.trend} />}</td>
                <td class="supply" data-name={now.supply}>
                  <Supply view={view} />
                </td>
                <td class="data wide">
                  {view && <DataHealth district={district} view={view} utility={utility} />}
                </td>
              </tr>
            );
            rows.current.set(district.id, { ...made, row });
            return row;
          })}
        </tbody>
      </table>
      <p class="quiet">{now.formula}</p>
    </section>
  );
}

interface LastNightProps {
  readonly district: District;
  readonly night: Night | null;
  readonly utility: Utility;
  readonly columns: readonly Column[];
}

function LastNight({ district, night, utility, columns }: LastNightProps) {
  const words = useWords();
  const { text, number, money, date } = words;
  if (!night || night.outcome.kind === "not-assessable")
    return (
      <td class="words wide" colSpan={columns.length}>
        {!night && text.now.notJudged}
        {night?.outcome.kind === "not-assessable" && (
          <>
            <strong>{text.now.notAssessable}</strong>{" "}
            {filled(text.now.notAssessableBecause, { date: date(night.date) })}{" "}
            {reasonsOf(night.outcome.because, district, utility, words)}
          </>
        )}
      </td>
    );
  const { flows } = night.outcome;
  const excess = flows.excessNightFlowM3h;
  const costPerDay = excess * 24 * district.waterValuePerM3;
  const figures = [
    number(flows.minimumNightFlowM3h),
    number(excess),
    number(flows.equivalentServicePipeBursts),
    excess > 0 ? money(costPerDay, utility.currency) : NONE,
  ];
  return (
    <>
      {figures.map((figure, i) => (
        <td
          key={columns[i]?.name}
          class="figure"
          data-name={columns[i]?.name}
          data-unit={i < 2 ? "m³/h" : ""}
        >
          {figure}
          {i === 1 && excess < 0 && <small class="tag">{text.now.belowZero}</small>}
        </td>
      ))}
    </>
  );
}

function reasonsOf(
  because: readonly Parameters<typeof sentenceOf>[0][],
  district: District,
  utility: Utility,
  { sentences }: Words,
): string {
  const telling = tellingFor(utility, district.timeZone);
  return because.map((reason) => withUnits(sentenceOf(reason, sentences, telling))).join(" ");
}

/** What stands against the water of the district: the reason to look here first. */
function Trouble({ view }: { readonly view: DistrictView }) {
  const { text } = useWords();
  const kinds = view.standing
    .filter(
      ({ subject, kind }) => subject.kind === "district" && !isDataFault(kind) && kind !== "not-assessable",
    )
    .map(({ kind }) => text.kinds[kind]);
  if (kinds.length === 0) return null;
  return <span class="trouble">{[...new Set(kinds)].join(", ")}</span>;
}

function Supply({ view }: { readonly view: DistrictView | undefined }) {
  const { now } = useWords().text;
  const supply = supplyOf(view);
  if (supply === "off") return <strong>{now.supplyOff}</strong>;
  return <span>{supply === "on" ? now.supplied : now.supplyUnknown}</span>;
}

interface DataHealthProps {
  readonly district: District;
  readonly view: DistrictView;
  readonly utility: Utility;
}

/** The alarms name them all. */
const FAULTS_SHOWN = 3;

function DataHealth({ district, view, utility }: DataHealthProps) {
  const { text, percent, dayAndTime, counted } = useWords();
  const faults = sensorFaults(view, utility);
  const night = view.lastNight;
  if (faults.length === 0)
    return <span>{night ? filled(text.now.ofSamples, { percent: percent(night.completeness) }) : NONE}</span>;
  return (
    <>
      {faults.slice(0, FAULTS_SHOWN).map(({ sensor, id, kind, startMs }) => (
        <span key={`${id} ${kind}`} class="sensor-fault">
          <svg class="fault-mark" viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="12" r="10" />
            <path d="M5 19 L19 5" />
          </svg>
          {filled(text.now.faultSince, {
            fault: text.kinds[kind],
            sensor: sensor?.name ?? id,
            time: dayAndTime(startMs, district.timeZone),
          })}
        </span>
      ))}
      {faults.length > FAULTS_SHOWN && (
        <span class="quiet">{counted(text.now.moreFaults, faults.length - FAULTS_SHOWN)}</span>
      )}
    </>
  );
}
