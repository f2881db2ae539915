/** The centre's clock for every age on the page: one ticker a page, one second a step. */
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { useWords } from "./words/language.tsx";

/** The centre's clock less this machine's, ms. */
export const ClockAhead = createContext(0);

const listeners = new Set<() => void>();
let ticker: ReturnType<typeof setInterval> | undefined;

function onTick(listener: () => void): () => void {
  listeners.add(listener);
  ticker ??= setInterval(() => {
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticker);
    ticker = undefined;
  };
}

/** ms UTC by the centre's clock, renewed every second. */
export function useNow(): number {
  const ahead = useContext(ClockAhead);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => onTick(() => setNow(Date.now())), []);
  return now + ahead;
}

/** "5 h 12 min" since an instant of the centre's clock. */
export function Age({ sinceMs }: { readonly sinceMs: number }) {
  const { duration } = useWords();
  return <>{duration(useNow() - sinceMs)}</>;
}
