/** Which keys do what, for hands that stay on the keyboard. */
import { useWords } from "../words/language.tsx";

const KEYS: Readonly<Record<string, string>> = {
  walk: "↑ ↓",
  open: "Enter",
  next: "N",
  ack: "A",
  shelve: "S",
  comment: "C",
  assign: "G",
};

export function KeysHint() {
  const { text } = useWords();
  return (
    <p class="keys">
      {text.alarms.keys
        .split(/\{(\w+)\}/)
        .map((piece) => (KEYS[piece] ? <kbd key={piece}>{KEYS[piece]}</kbd> : piece))}
    </p>
  );
}
