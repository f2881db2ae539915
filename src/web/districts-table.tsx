/** Every district with its last night: what flowed, what of it is explained, what is left, and whether the data can be trusted. */
import { sentenceOf } from "../model/explanation.ts";
import type { DistrictView } from "../model/live.ts";
import type { Night } from "../model/night.ts";
import type { District, Utility } from "../model/utility.ts";
import { sensorFaults } from "./data-health.ts";
import { Sparkline } from "./sparkline.tsx";
import { dateInWords, dayAndTime, isDataFault, KIND_WORDS, money, NONE, number, withUnits } from "./words.ts";

export interface DistrictsTableProps {
  readonly utility: Utility;
  readonly districts: ReadonlyMap<string, DistrictView>;
  readonly chosen: string | undefined;
  readonly onChoose: (district: string) => void;
}

const COLUMNS: readonly { readonly name: string; readonly unit: string }[] = [
  { name: "Night flow", unit: "m³/h" },
  { name: "Legitimate", unit: "m³/h" },
  { name: "Background", unit: "m³/h" },
  { name: "Excess", unit: "m³/h" },
  { name: "ESPB", unit: "bursts" },
  { name: "Excess costs", unit: "a day" },
];

export function DistrictsTable({ utility, districts, chosen, onChoose }: DistrictsTableProps) {
  const rows = utility.districts
    .map((district) => ({ district, view: districts.get(district.id) }))
    .sort((a, b) => excessOf(b.view) - excessOf(a.view));
  return (
    <section class="panel" aria-labelledby="districts-heading">
      <h2 id="districts-heading">
        Districts <small>last night, most excess first</small>
      </h2>
      <table class="districts">
        <thead>
          <tr>
            <th scope="col">District</th>
            {COLUMNS.map(({ name, unit }) => (
              <th key={name} scope="col" class="figure">
                {name} <small class="unit">{unit}</small>
              </th>
            ))}
            <th scope="col">
              30 nights <small class="unit">m³/h</small>
            </th>
            <th scope="col">Data</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ district, view }) => (
            <tr key={district.id} class={district.id === chosen ? "chosen" : ""}>
              <th scope="row" class="wide">
                <button
                  type="button"
                  class="district-name"
                  aria-pressed={district.id === chosen}
                  onClick={() => onChoose(district.id)}
                >
                  {district.name}
                </button>
                {view && <Trouble view={view} />}
              </th>
              <LastNight district={district} night={view?.lastNight ?? null} currency={utility.currency} />
              <td class="trend wide">{view && <Sparkline nights={view.trend} />}</td>
              <td class="data wide">
                {view && <DataHealth district={district} view={view} utility={utility} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">
        Excess = night flow − legitimate use − background. ESPB: equivalent service pipe bursts. Costs: excess
        × 24 h × value of water.
      </p>
    </section>
  );
}

/** A district that was not assessed has no rank; it stands below those that were. */
function excessOf(view: DistrictView | undefined): number {
  const outcome = view?.lastNight?.outcome;
  return outcome?.kind === "assessed" ? outcome.flows.excessNightFlowM3h : Number.NEGATIVE_INFINITY;
}

interface LastNightProps {
  readonly district: District;
  readonly night: Night | null;
  readonly currency: string;
}

function LastNight({ district, night, currency }: LastNightProps) {
  if (!night)
    return (
      <td class="words wide" colSpan={COLUMNS.length}>
        No night judged yet.
      </td>
    );
  if (night.outcome.kind === "not-assessable")
    return (
      <td class="words wide" colSpan={COLUMNS.length}>
        <strong>Not assessable</strong> on {dateInWords(night.date)}, because:{" "}
        {night.outcome.because.map((reason) => withUnits(sentenceOf(reason))).join(" ")}
      </td>
    );
  const { flows } = night.outcome;
  const excess = flows.excessNightFlowM3h;
  const costPerDay = excess * 24 * district.waterValuePerM3;
  const figures = [
    number(flows.minimumNightFlowM3h),
    number(flows.legitimateNightUseM3h),
    number(flows.backgroundLeakageM3h),
    number(excess),
    number(flows.equivalentServicePipeBursts),
    excess > 0 ? money(costPerDay, currency) : NONE,
  ];
  return (
    <>
      {figures.map((text, i) => (
        <td
          key={COLUMNS[i]?.name}
          class="figure"
          data-name={COLUMNS[i]?.name}
          data-unit={i < 4 ? "m³/h" : ""}
        >
          {text}
          {i === 3 && excess < 0 && <small class="tag">below zero: check parameters</small>}
        </td>
      ))}
    </>
  );
}

/** What stands against the water of the district: the reason to look here first. */
function Trouble({ view }: { readonly view: DistrictView }) {
  const kinds = view.standing
    .filter(
      ({ subject, kind }) => subject.kind === "district" && !isDataFault(kind) && kind !== "not-assessable",
    )
    .map(({ kind }) => KIND_WORDS[kind]);
  if (kinds.length === 0) return null;
  return <span class="trouble">{[...new Set(kinds)].join(", ")}</span>;
}

interface DataHealthProps {
  readonly district: District;
  readonly view: DistrictView;
  readonly utility: Utility;
}

function DataHealth({ district, view, utility }: DataHealthProps) {
  const faults = sensorFaults(view, utility);
  const night = view.lastNight;
  if (faults.length === 0)
    return night ? <span>{Math.round(night.completeness * 100)} % of samples</span> : <span>{NONE}</span>;
  return (
    <>
      {faults.map(({ sensor, id, kind, startMs }) => (
        <span key={`${id} ${kind}`} class="sensor-fault">
          <svg class="fault-mark" viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="12" r="10" />
            <path d="M5 19 L19 5" />
          </svg>
          {KIND_WORDS[kind]}: {sensor?.name ?? id}, since {dayAndTime(startMs, district.timeZone)}
        </span>
      ))}
    </>
  );
}
