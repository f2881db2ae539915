/** An alarm's priority as a shape with a word: red and yellow help, and are not needed. Filled until somebody acknowledged. */
import type { Priority } from "../../model/alarm.ts";
import { useWords } from "../words/language.tsx";

const SHAPES: Readonly<Record<Priority, string>> = {
  high: "M12 1 L23 12 L12 23 L1 12 Z",
  medium: "M12 2 L23 21 L1 21 Z",
  low: "M3 3 H21 V21 H3 Z",
};

export interface AlarmMarkProps {
  readonly priority: Priority;
  readonly filled: boolean;
}

export function AlarmMark({ priority, filled }: AlarmMarkProps) {
  const { text } = useWords();
  return (
    <span class={`alarm-mark ${priority} ${filled ? "filled" : "hollow"}`}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={SHAPES[priority]} />
      </svg>
      {text.priorities[priority]}
    </span>
  );
}
