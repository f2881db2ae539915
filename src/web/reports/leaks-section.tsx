/** Alarms and repairs: how long awareness, location and repair took, and what the nights say of the repairs. */
import type { AreaReport, StageTimes } from "../../model/report.ts";
import { useWords } from "../words/language.tsx";
import { NONE } from "../words/words.ts";
import { FigureRows } from "./figure-rows.tsx";

const STAGES = ["awareness", "location", "repair"] as const;
const OUTCOMES = ["confirmed", "not-confirmed", "unknown", "pending"] as const;

export function LeaksSection({ area }: { readonly area: AreaReport }) {
  const { text, volume, flow } = useWords();
  const { leaks } = area;
  const raised = Object.entries(leaks.raised) as [keyof typeof text.kinds, number][];
  return (
    <section aria-labelledby="leaks-heading">
      <h3 id="leaks-heading">{text.reports.leaks}</h3>
      <FigureRows
        rows={[
          { name: text.reports.leaksRaised, figure: String(leaks.leaksRaised) },
          { name: text.reports.leaksStanding, figure: String(leaks.leaksStanding) },
          { name: text.reports.lost, figure: volume(leaks.lostM3) },
          {
            name: text.reports.stopped,
            figure: flow(leaks.stoppedM3h),
            beside: `${text.reports.repairs}: ${OUTCOMES.map((one) => `${text.reports.outcomes[one]} ${leaks.repairs[one]}`).join(", ")}`,
          },
          ...(raised.length > 0
            ? [
                {
                  name: text.reports.raisedByKind,
                  figure: String(raised.reduce((sum, [, count]) => sum + count, 0)),
                  beside: raised.map(([kind, count]) => `${text.kinds[kind]} ${count}`).join(", "),
                },
              ]
            : []),
        ]}
      />
      <h4>{text.reports.alr}</h4>
      <table class="balance stages">
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col" class="figure">
              {text.reports.count}
            </th>
            <th scope="col" class="figure">
              {text.reports.median}
            </th>
            <th scope="col" class="figure">
              {text.reports.longest}
            </th>
          </tr>
        </thead>
        <tbody>
          {STAGES.map((stage) => (
            <Stage key={stage} name={text.reports[stage]} times={leaks[stage]} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Stage({ name, times }: { readonly name: string; readonly times: StageTimes }) {
  const { duration } = useWords();
  const written = (ms: number | null) => (ms === null ? NONE : duration(ms));
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="figure">{times.count}</td>
      <td class="figure">{written(times.medianMs)}</td>
      <td class="figure">{written(times.longestMs)}</td>
    </tr>
  );
}
