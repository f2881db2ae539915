/** One night taken apart: how much of its flow is use, how much seeps, how much is left; and what that makes of a day. */
import type { District } from "../../model/utility.ts";
import { useWords } from "../words/language.tsx";
import { filled, NONE } from "../words/words.ts";
import type { DistrictFigures, MeasuredNight } from "./district-figures.ts";

export interface NightBreakdownProps {
  readonly district: District;
  readonly night: MeasuredNight;
  readonly figures: DistrictFigures;
  readonly currency: string;
}

export function NightBreakdown({ district, night, figures, currency }: NightBreakdownProps) {
  const { text, flow, number, money, percent } = useWords();
  const { legitimateM3h, backgroundM3h, excessM3h } = figures;
  const whole = Math.max(night.minimumNightFlowM3h, legitimateM3h + backgroundM3h, 0.001);
  const { activePercent, useLPerActivePersonH, population, smallUsersM3h, largeUsersM3h } = district.night;
  const rows = [
    {
      kind: "legitimate",
      name: text.chart.legitimate,
      m3h: legitimateM3h,
      how: filled(text.district.legitimateHow, {
        population: number(population),
        percent: percent(activePercent / 100),
        use: number(useLPerActivePersonH),
        small: number(smallUsersM3h),
        large: number(largeUsersM3h),
      }),
    },
    {
      kind: "background",
      name: text.chart.background,
      m3h: backgroundM3h,
      how: filled(text.district.backgroundHow, { pressure: number(night.pressureM) }),
    },
    { kind: "excess", name: text.chart.excess, m3h: excessM3h, how: text.district.excessHow },
  ];
  return (
    <>
      <div class="breakdown" aria-hidden="true">
        {rows.map(({ kind, m3h }) => (
          <span
            key={kind}
            class={`night-part ${kind}`}
            style={{ width: `${(100 * Math.max(0, m3h)) / whole}%` }}
          />
        ))}
      </div>
      <table class="breakdown-table">
        <tbody>
          <tr>
            <th scope="row">{text.now.nightFlow}</th>
            <td class="figure">{flow(night.minimumNightFlowM3h)}</td>
            <td class="quiet" />
          </tr>
          {rows.map(({ kind, name, m3h, how }) => (
            <tr key={kind}>
              <th scope="row">
                <span class={`night-part ${kind}`} /> {kind === "excess" ? "=" : "−"} {name}
              </th>
              <td class="figure">{flow(m3h)}</td>
              <td class="quiet">{how}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {excessM3h < 0 && <p class="refusal">{text.now.belowZero}</p>}
      <dl class="figures small">
        <div>
          <dt>{text.now.bursts}</dt>
          <dd>{number(figures.bursts)}</dd>
          <dd class="beside">{text.now.burstsUnit}</dd>
        </div>
        <div>
          <dt>{text.now.costs}</dt>
          <dd>{excessM3h > 0 ? money(figures.moneyPerDay, currency) : NONE}</dd>
          <dd class="beside">{text.now.aDay}</dd>
        </div>
        <div>
          <dt>{text.district.realLosses}</dt>
          <dd>{number(figures.realLossesM3PerDay)} m³</dd>
          <dd class="beside">{text.now.aDay}</dd>
        </div>
        <LossIndex figures={figures} />
      </dl>
      {figures.outsideValidity && <p class="quiet">{text.district.outsideValidity}</p>}
    </>
  );
}

/** The infrastructure leakage index with its World Bank band. */
export function LossIndex({ figures }: { readonly figures: DistrictFigures }) {
  const { text, number } = useWords();
  return (
    <div title={text.district.indexHow}>
      <dt>{text.district.index}</dt>
      <dd>{number(figures.index)}</dd>
      <dd class="beside">{text.district.bands[figures.band]}</dd>
    </div>
  );
}
