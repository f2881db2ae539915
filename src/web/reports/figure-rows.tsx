/** Named figures, one a row, each with its unit; one that is not known says so. */
import type { ComponentChildren } from "preact";
import { useWords } from "../words/language.tsx";

export interface FigureRow {
  readonly name: string;
  /** Written with its unit; null when not known. */
  readonly figure: string | null;
  /** What it rests on. */
  readonly beside?: ComponentChildren;
}

export function FigureRows({ rows }: { readonly rows: readonly FigureRow[] }) {
  const { text } = useWords();
  return (
    <table class="figure-rows">
      <tbody>
        {rows.map(({ name, figure, beside }) => (
          <tr key={name}>
            <th scope="row">
              {name}
              {beside !== undefined && <small>{beside}</small>}
            </th>
            <td class={figure === null ? "not-known" : ""}>{figure ?? text.reports.unknown}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
