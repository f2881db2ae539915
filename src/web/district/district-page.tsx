/** The page District: one district's water from its meters to its losses, what is assumed about it, and what if that were otherwise. */
import { useMemo } from "preact/hooks";
import { DAY_MS } from "../../model/clock.ts";
import { sentenceOf } from "../../model/explanation.ts";
import type { AlarmView } from "../../model/live.ts";
import type { Night } from "../../model/night.ts";
import { tellingFor } from "../../model/telling.ts";
import type { District } from "../../model/utility.ts";
import { isLeak } from "../../model/verdict.ts";
import { eventsOf } from "../alarms/alarm-events.ts";
import { standingInWords } from "../alarms/alarm-words.ts";
import { chartOf, FlowChart } from "../chart/flow-chart.tsx";
import { NightsChart } from "../chart/nights-chart.tsx";
import { useNights } from "../chart/nights-http.ts";
import { districtOf, sensorsOf } from "../data-health.ts";
import type { Network } from "../live/live-state.ts";
import type { PageProps } from "../shell/page.ts";
import { hrefOf, useRouting } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { filled, withUnits } from "../words/words.ts";
import { BalanceDiagram } from "./balance-diagram.tsx";
import { type DistrictFigures, figuresOf, type MeasuredNight } from "./district-figures.ts";
import { NightBreakdown } from "./night-breakdown.tsx";
import { SettingsWhatIf } from "./settings-what-if.tsx";
import { SupplyPanel } from "./supply-panel.tsx";
import type { SupplyWeek } from "./supply-week.ts";
import { usePressureWeek } from "./use-pressure-week.ts";
import "./district-page.css";

const NIGHTS = [30, 90, 365];
const FLOW_DAYS = 7;

export default function DistrictPage({ network, state, rest }: PageProps) {
  const { text } = useWords();
  const [id] = rest;
  const { districts } = network.utility;
  const district = id === undefined ? districts[0] : districts.find((one) => one.id === id);
  return (
    <div class="district-page">
      <Heading district={district} network={network} />
      {district ? (
        <OneDistrict key={district.id} district={district} network={network} state={state} />
      ) : (
        <p class="panel">{text.district.unknown}</p>
      )}
    </div>
  );
}

interface HeadingProps {
  readonly district: District | undefined;
  readonly network: Network;
}

function Heading({ district, network }: HeadingProps) {
  const words = useWords();
  const { text } = words;
  const { go } = useRouting();
  const { districts } = network.utility;
  const standing = district ? alarmsOf(district, network).filter(({ state }) => state !== "normal") : [];
  return (
    <section class="panel district-heading">
      <h2>{district?.name ?? text.district.heading}</h2>
      <label>
        <span class="quiet">{text.district.choose}</span>{" "}
        <select
          value={district?.id ?? ""}
          onChange={({ currentTarget }) => go(hrefOf(["district", currentTarget.value]))}
        >
          {!district && <option value="" />}
          {districts.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {district && (
        <a
          href={hrefOf(["history"], {
            sensors: sensorsOf(district, network.utility)
              .map(({ id }) => id)
              .join(","),
          })}
        >
          {text.district.inHistory}
        </a>
      )}
      <ul class="district-alarms">
        {standing.map((alarm) => (
          <li key={alarm.id}>
            <a href={hrefOf(["alarms", alarm.id])}>
              ▲ {text.kinds[alarm.verdict.kind]}: {standingInWords(alarm, words)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function alarmsOf(district: District, { alarms, utility }: Network): readonly AlarmView[] {
  return [...alarms.values()].filter(
    ({ verdict }) => districtOf(verdict.subject, utility)?.id === district.id,
  );
}

type OneDistrictProps = Pick<PageProps, "network" | "state"> & { readonly district: District };

function OneDistrict({ district, network, state }: OneDistrictProps) {
  const { text, date } = useWords();
  const { query, go } = useRouting();
  const wanted = NIGHTS.find((count) => String(count) === query.get("nights")) ?? 90;
  const lastDate = network.districts.get(district.id)?.lastNight?.date;
  const { nights, failure } = useNights(district.id, wanted, lastDate);
  const week = usePressureWeek(district);
  const assessed = nights?.findLast(({ outcome }) => outcome.kind === "assessed");
  const night = useMemo(
    () => assessed && measuredNight(assessed, district, week),
    [assessed, district, week],
  );
  const figures = useMemo(() => night && figuresFor(district, night), [night, district]);
  const { currency } = network.utility;
  const assumed = district.balance?.supplyHoursPerDay ?? null;
  return (
    <>
      <div class="stack">
        <section class="panel" aria-labelledby="balance-heading">
          <h2 id="balance-heading">
            {text.district.balance} <small>{text.district.balanceNow}</small>
          </h2>
          <BalanceDiagram district={district} network={network} />
        </section>
        <section class="panel" aria-labelledby="supply-heading">
          <h2 id="supply-heading">{text.now.supply}</h2>
          <SupplyPanel
            week={week}
            isMeasured={district.pressureSensor !== undefined}
            assumedHoursPerDay={assumed}
          />
        </section>
      </div>
      <section class="panel" aria-labelledby="breakdown-heading">
        <h2 id="breakdown-heading">
          {text.district.lastNight} {assessed && <small>{date(assessed.date)}</small>}
        </h2>
        {night && figures && (
          <NightBreakdown district={district} night={night} figures={figures} currency={currency} />
        )}
        {nights && !night && <WhyNot nights={nights} district={district} network={network} />}
        {!nights && <p class={failure ? "refusal" : "quiet"}>{failure ?? text.chart.fetching}</p>}
      </section>
      <section class="panel wide" aria-labelledby="nights-heading">
        <div class="heading-line">
          <h2 id="nights-heading">{text.alarms.nights}</h2>
          <span class="buttons">
            <select
              aria-label={text.district.howMany}
              value={wanted}
              onChange={({ currentTarget }) =>
                go(hrefOf(["district", district.id], { nights: currentTarget.value }), { replace: true })
              }
            >
              {NIGHTS.map((count) => (
                <option key={count} value={count}>
                  {filled(text.district.nightsCount, { count })}
                </option>
              ))}
            </select>
            <a href={`/api/v1/nights?district=${encodeURIComponent(district.id)}&format=csv`} download>
              CSV
            </a>
          </span>
        </div>
        {assessed && nights && <Nights district={district} nights={nights} network={network} />}
        {nights && !assessed && (
          <p class="quiet">{nights.length === 0 ? text.now.notJudged : text.district.noNight}</p>
        )}
      </section>
      <section class="panel wide" aria-labelledby="week-heading">
        <h2 id="week-heading">
          {filled(text.alarms.lastDays, { what: text.chart.netInflow, days: FLOW_DAYS })}
        </h2>
        <WeekCharts district={district} network={network} state={state} />
      </section>
      <section class="panel wide" aria-labelledby="settings-heading">
        <h2 id="settings-heading">{text.district.settings}</h2>
        <SettingsWhatIf district={district} night={night ?? null} currency={currency} />
      </section>
    </>
  );
}

/** The newest night says why it could not be assessed. */
function WhyNot({ nights, district, network }: NightsProps) {
  const { text, sentences, date } = useWords();
  const last = nights.at(-1);
  if (last?.outcome.kind !== "not-assessable") return <p class="quiet">{text.now.notJudged}</p>;
  const telling = tellingFor(network.utility, district.timeZone);
  return (
    <p>
      <strong>{text.now.notAssessable}</strong>{" "}
      {filled(text.now.notAssessableBecause, { date: date(last.date) })}{" "}
      {last.outcome.because.map((reason) => withUnits(sentenceOf(reason, sentences, telling))).join(" ")}
    </p>
  );
}

interface NightsProps {
  readonly district: District;
  readonly nights: readonly Night[];
  readonly network: Network;
}

function Nights({ district, nights, network }: NightsProps) {
  const { text, date } = useWords();
  const alarms = useMemo(
    () => alarmsOf(district, network).filter(({ verdict }) => isLeak(verdict.kind)),
    [network.alarms, network.utility, district],
  );
  const events = useMemo(() => eventsOf(alarms, district.timeZone, text), [alarms, district, text]);
  const starts = alarms.filter(({ verdict }) => verdict.endMs === null).map(({ verdict }) => verdict.startMs);
  return (
    <NightsChart
      title={filled(text.alarms.nightsOf, { district: district.name, date: date(nights.at(-1)?.date ?? "") })}
      nights={nights}
      events={events}
      leaksFromMs={starts.length > 0 ? Math.min(...starts) : null}
      heightPx={200}
    />
  );
}

function WeekCharts({ district, network, state }: OneDistrictProps) {
  const { text } = useWords();
  const { utility } = network;
  const flow = useMemo(() => chartOf(district, utility, null, text.chart), [district, utility, text]);
  const pressure = useMemo(
    () => (district.pressureSensor ? chartOf(district, utility, district.pressureSensor, text.chart) : null),
    [district, utility, text],
  );
  const openLeak = useMemo(
    () =>
      alarmsOf(district, network)
        .filter(({ verdict, state }) => state !== "normal" && verdict.subject.kind === "district")
        .map(({ verdict }) => verdict.startMs)
        .sort((a, b) => a - b)[0],
    [network.alarms, district],
  );
  const shared = { district, spanMs: FLOW_DAYS * DAY_MS, alarm: null, network, state };
  if (flow.meters.length === 0) return <p class="quiet">{text.now.noMeters}</p>;
  return (
    <>
      <FlowChart {...shared} chart={flow} heightPx={220} learnBeforeMs={openLeak ?? null} />
      {pressure && <FlowChart {...shared} chart={pressure} heightPx={140} />}
    </>
  );
}

const HOURS_PER_DAY = 24;

/** Null for a night that was not assessed. */
function measuredNight(
  { outcome }: Night,
  { night, balance }: District,
  week: SupplyWeek | null,
): MeasuredNight | null {
  if (outcome.kind !== "assessed") return null;
  const { minimumNightFlowM3h, pressureM } = outcome.flows;
  const measured = (week?.pressureByHourM ?? []).filter((hourM) => hourM !== null);
  const supplyHoursPerDay = week?.hoursPerDay ?? balance?.supplyHoursPerDay ?? HOURS_PER_DAY;
  return {
    minimumNightFlowM3h,
    pressureM: pressureM > 0 ? pressureM : night.pressureM,
    hourlyPressuresM:
      measured.length > 0
        ? measured
        : Array.from({ length: Math.max(1, Math.round(supplyHoursPerDay)) }, () => pressureM),
    supplyHoursPerDay,
  };
}

/** Null where the configuration has too little for the formulas: no mains, no connections. */
function figuresFor(district: District, night: MeasuredNight): DistrictFigures | null {
  try {
    return figuresOf(district.night, district.balance?.privatePipesKm ?? 0, district.waterValuePerM3, night);
  } catch {
    return null;
  }
}
