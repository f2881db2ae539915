/** What is assumed about a district, where each figure comes from, and what the night would come to under other figures. */
import { useState } from "preact/hooks";
import { type District, type NightParameters, PUBLISHED_NIGHT } from "../../model/utility.ts";
import { useWords } from "../words/language.tsx";
import { filled, NONE } from "../words/words.ts";
import { type DistrictFigures, figuresOf, type MeasuredNight, nightAtPressure } from "./district-figures.ts";

export interface SettingsWhatIfProps {
  readonly district: District;
  /** Null when no night was assessed: then there is nothing to try figures on. */
  readonly night: MeasuredNight | null;
  readonly currency: string;
}

type Parameter = keyof NightParameters;

const UNITS: Readonly<Record<Parameter, string>> = {
  mainsKm: "km",
  connections: "",
  properties: "",
  population: "",
  activePercent: "%",
  useLPerActivePersonH: "L/h",
  smallUsersM3h: "m³/h",
  largeUsersM3h: "m³/h",
  mainsLPerKmH: "L/km/h",
  connectionLPerH: "L/h",
  propertyLPerH: "L/h",
  pressureM: "m",
  unitBurstM3h: "m³/h",
};

const PARAMETERS = Object.keys(UNITS) as readonly Parameter[];
/** Measured pressure takes the place of the assumed one: trying another is trying another network pressure. */
const PRESSURE: Parameter = "pressureM";

export function SettingsWhatIf({ district, night, currency }: SettingsWhatIfProps) {
  const { text } = useWords();
  const [tried, setTried] = useState<Readonly<Partial<Record<Parameter, number>>>>({});
  const [pressureM, setPressureM] = useState<number | null>(null);
  const changed = Object.keys(tried).length > 0 || pressureM !== null;
  const now = night && attempt(district, district.night, night, null);
  const then = night && changed ? attempt(district, { ...district.night, ...tried }, night, pressureM) : null;
  const set = (parameter: Parameter, value: number | null) => {
    const { [parameter]: _, ...others } = tried;
    const isOther = value !== null && value !== district.night[parameter];
    setTried(isOther ? { ...others, [parameter]: value } : others);
  };
  return (
    <div class="what-if">
      <div class="table-scroll">
        <table class="settings">
          <thead>
            <tr>
              <th scope="col">{text.district.setting}</th>
              <th scope="col" class="figure">
                {text.district.configured}
              </th>
              <th scope="col">{text.district.source}</th>
              <th scope="col">{text.district.whatIf}</th>
            </tr>
          </thead>
          <tbody>
            {PARAMETERS.filter((one) => one !== PRESSURE).map((parameter) => (
              <Setting
                key={parameter}
                parameter={parameter}
                configured={district.night[parameter]}
                tried={tried[parameter]}
                onTry={(value) => set(parameter, value)}
              />
            ))}
            <PressureSetting district={district} night={night} tried={pressureM} onTry={setPressureM} />
          </tbody>
        </table>
      </div>
      <div class="what-if-side">
        {!changed && <p class="quiet">{night ? text.district.howToTry : text.district.nothingToTry}</p>}
        {changed && now && !then && <p class="refusal">{text.district.noAnswer}</p>}
        {now && then && (
          <div class="table-scroll">
            <Outcome now={now} then={then} currency={currency} />
          </div>
        )}
        {changed && (
          <button
            type="button"
            onClick={() => {
              setTried({});
              setPressureM(null);
            }}
          >
            {text.district.asConfigured}
          </button>
        )}
      </div>
    </div>
  );
}

interface SettingProps {
  readonly parameter: Parameter;
  readonly configured: number;
  readonly tried: number | undefined;
  readonly onTry: (value: number | null) => void;
}

function Setting({ parameter, configured, tried, onTry }: SettingProps) {
  const { text, language } = useWords();
  const published: Readonly<Partial<Record<Parameter, number>>> = PUBLISHED_NIGHT;
  const isPublished = published[parameter] === configured && configured !== 0;
  return (
    <tr class={tried === undefined ? "" : "tried"}>
      <th scope="row">{text.district.parameters[parameter]}</th>
      <td class="figure">
        {new Intl.NumberFormat(language).format(configured)} <small>{UNITS[parameter]}</small>
      </td>
      <td class="quiet">{isPublished ? text.district.published : text.district.fromConfiguration}</td>
      <td>
        <Try
          name={text.district.parameters[parameter]}
          value={tried}
          onTry={onTry}
          most={parameter === "activePercent" ? 100 : undefined}
        />{" "}
        <small>{UNITS[parameter]}</small>
      </td>
    </tr>
  );
}

interface PressureSettingProps {
  readonly district: District;
  readonly night: MeasuredNight | null;
  readonly tried: number | null;
  readonly onTry: (value: number | null) => void;
}

function PressureSetting({ district, night, tried, onTry }: PressureSettingProps) {
  const { text, number } = useWords();
  const isMeasured = district.pressureSensor !== undefined && night !== null;
  return (
    <tr class={tried === null ? "" : "tried"}>
      <th scope="row">{text.district.parameters.pressureM}</th>
      <td class="figure">
        {number(isMeasured ? night.pressureM : district.night.pressureM)} <small>m</small>
      </td>
      <td class="quiet">
        {isMeasured
          ? filled(text.district.measuredInsteadOf, { pressure: number(district.night.pressureM) })
          : text.district.fromConfiguration}
      </td>
      <td>
        <Try name={text.district.parameters.pressureM} value={tried ?? undefined} onTry={onTry} least={0.1} />{" "}
        <small>m</small>
      </td>
    </tr>
  );
}

interface TryProps {
  readonly name: string;
  readonly value: number | undefined;
  readonly onTry: (value: number | null) => void;
  readonly least?: number;
  readonly most?: number | undefined;
}

function Try({ name, value, onTry, least = 0, most }: TryProps) {
  const { text } = useWords();
  return (
    <input
      type="number"
      step="any"
      min={least}
      max={most}
      aria-label={filled(text.district.tryAnother, { setting: name })}
      value={value ?? ""}
      onInput={({ currentTarget }) => {
        const { value: typed, valueAsNumber, validity } = currentTarget;
        if (typed === "") onTry(null);
        else if (validity.valid && Number.isFinite(valueAsNumber)) onTry(valueAsNumber);
      }}
    />
  );
}

interface Attempt {
  readonly night: MeasuredNight;
  readonly figures: DistrictFigures;
}

/** Other figures explain the same night another way; another pressure makes it another night. Null where a formula has no answer. */
function attempt(
  { balance, waterValuePerM3 }: District,
  parameters: NightParameters,
  night: MeasuredNight,
  pressureM: number | null,
): Attempt | null {
  const pipesKm = balance?.privatePipesKm ?? 0;
  try {
    const figures = figuresOf(parameters, pipesKm, waterValuePerM3, night);
    if (pressureM === null) return { night, figures };
    const then = nightAtPressure(night, figures, pressureM);
    return { night: then, figures: figuresOf(parameters, pipesKm, waterValuePerM3, then) };
  } catch {
    // Without mains and connections there is no index: the inputs say which figures are possible, not all of them together.
    return null;
  }
}

interface OutcomeProps {
  readonly now: Attempt;
  readonly then: Attempt;
  readonly currency: string;
}

function Outcome({ now, then, currency }: OutcomeProps) {
  const { text, flow, number, money } = useWords();
  const rows = [
    { name: text.now.nightFlow, of: ({ night }: Attempt) => flow(night.minimumNightFlowM3h) },
    { name: text.chart.legitimate, of: ({ figures }: Attempt) => flow(figures.legitimateM3h) },
    { name: text.chart.background, of: ({ figures }: Attempt) => flow(figures.backgroundM3h) },
    { name: text.chart.excess, of: ({ figures }: Attempt) => flow(figures.excessM3h) },
    { name: text.now.bursts, of: ({ figures }: Attempt) => number(figures.bursts) },
    {
      name: `${text.now.costs}, ${text.now.aDay}`,
      of: ({ figures }: Attempt) => (figures.excessM3h > 0 ? money(figures.moneyPerDay, currency) : NONE),
    },
    {
      name: `${text.district.realLosses}, ${text.now.aDay}`,
      of: ({ figures }: Attempt) => `${number(figures.realLossesM3PerDay)} m³`,
    },
    {
      name: text.district.index,
      of: ({ figures }: Attempt) => `${number(figures.index)} (${text.district.bands[figures.band]})`,
    },
  ];
  return (
    <table class="what-if-outcome" aria-live="polite">
      <thead>
        <tr>
          <th scope="col">{text.district.lastNight}</th>
          <th scope="col" class="figure">
            {text.district.configured}
          </th>
          <th scope="col" class="figure">
            {text.district.whatIf}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, of }) => (
          <tr key={name} class={of(now) === of(then) ? "" : "tried"}>
            <th scope="row">{name}</th>
            <td class="figure">{of(now)}</td>
            <td class="figure">{of(then)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
