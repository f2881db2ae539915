/** What it cost, and what repairs save. */
import type { AreaReport } from "../../model/report.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { FigureRows } from "./figure-rows.tsx";

export interface MoneySectionProps {
  readonly area: AreaReport;
  readonly currency: string;
}

export function MoneySection({ area, currency }: MoneySectionProps) {
  const { text, money, number } = useWords();
  const { nonRevenueWater, realLosses, leaks, savedPerYear } = area.money;
  const written = (amount: number | null) => (amount === null ? null : money(amount, currency));
  return (
    <section aria-labelledby="money-heading">
      <h3 id="money-heading">{text.reports.money}</h3>
      <FigureRows
        rows={[
          { name: text.reports.nrwMoney, figure: written(nonRevenueWater) },
          { name: text.reports.realLossesMoney, figure: written(realLosses) },
          { name: text.reports.leaksMoney, figure: written(leaks) },
          { name: text.reports.savedMoney, figure: written(savedPerYear) },
        ]}
      />
      {area.survey && (
        <p class="quiet">
          {filled(text.reports.survey, {
            months: number(area.survey.intervalMonths),
            budget: money(area.survey.budgetPerYear, currency),
          })}
        </p>
      )}
    </section>
  );
}
