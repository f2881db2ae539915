/** Up and down a list of alarms with the arrow keys; N goes to the next that nobody has acknowledged. */
import { isCommand } from "./alarm-actions.tsx";

/** Moves the focus to another alarm's row, whatever of an alarm has it now. */
export function walk(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const at = event.target;
  if (!isCommand(event) || !(at instanceof HTMLElement)) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".alarm-row")];
  const from = rows.findIndex((row) => row.parentElement?.contains(at));
  const to = targetOf(event.key, rows, from);
  if (!to) return;
  event.preventDefault();
  to.focus();
}

function targetOf(key: string, rows: readonly HTMLElement[], from: number): HTMLElement | undefined {
  if (key === "ArrowDown") return rows[from + 1];
  if (key === "ArrowUp") return rows[from - 1];
  if (key !== "n") return undefined;
  const around = [...rows.slice(from + 1), ...rows.slice(0, Math.max(0, from))];
  return around.find(waits);
}

/** A closed group waits as long as one of its alarms does. */
function waits(row: HTMLElement): boolean {
  const { state, waiting } = row.parentElement?.dataset ?? {};
  return state?.includes("unacknowledged") || (waiting !== undefined && row.ariaExpanded === "false");
}
