/** The report at the end of an exercise. */
import type { Loss, TrainingReport } from "../../model/training.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { districtName, type PartProps } from "./parts.ts";

export function Report({ report, utility, timeZone }: PartProps & { readonly report: TrainingReport }) {
  const { text, dayAndTime, duration, volume, money, counted } = useWords();
  const { training: told } = text;
  const loss = (name: string, { m3, money: cost }: Loss) => (
    <tr>
      <th scope="row">{name}</th>
      <td class="figure">{volume(m3)}</td>
      <td class="figure">{money(cost, utility.currency)}</td>
    </tr>
  );
  return (
    <section class="panel training-report">
      <h3>{told.report}</h3>
      <p class="points">{filled(told.points, { points: report.points })}</p>
      <table>
        <caption>{told.lost}</caption>
        <tbody>
          {loss(told.asPlayed, report.lost)}
          {loss(told.atBest, report.lostAtBest)}
          {loss(told.byNothing, report.lostByDoingNothing)}
        </tbody>
      </table>
      <table>
        <thead>
          <tr>
            <th>{told.was}</th>
            <th>{told.where}</th>
            <th>{told.since}</th>
            <th>{told.known}</th>
            <th>{told.mendedAt}</th>
          </tr>
        </thead>
        <tbody>
          {report.troubles.map(({ what, district, place, fromMs, awareMs, mendedMs }) => (
            <tr key={place}>
              <td>{told.judgements[what]}</td>
              <td>
                {districtName(utility, district)} <small>{place}</small>
              </td>
              <td>{dayAndTime(fromMs, timeZone)}</td>
              <td>
                {awareMs === null ? told.never : filled(told.after, { duration: duration(awareMs - fromMs) })}
              </td>
              <td>{mendedMs === null ? told.never : dayAndTime(mendedMs, timeZone)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {report.calls.length > 0 && (
        <>
          <h4>{told.calls}</h4>
          <ul>
            {report.calls.map(({ district, judgement, atMs, right }) => (
              <li key={`${district} ${atMs}`}>
                {dayAndTime(atMs, timeZone)} · {districtName(utility, district)}: {told.judgements[judgement]}
                , <strong>{right ? `✓ ${told.right}` : `✗ ${told.wrong}`}</strong>
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="quiet">
        {counted(told.inVain, report.missionsInVain)} {told.saved}
      </p>
    </section>
  );
}
