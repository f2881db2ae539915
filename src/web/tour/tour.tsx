/**
 * Shows a newcomer around the page Now, a sentence at a time, in the flow of the page: it covers nothing, takes no focus, folds itself away
 * when an alarm comes, and does not come back once it was dismissed in this browser.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Network } from "../live/live-state.ts";
import { useRouting } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { newestWaitingMs, type TourStep, tourSteps } from "./tour-steps.ts";
import "./tour.css";

const SEEN = "nightflow.tour";

export function Tour({ network }: { readonly network: Network }) {
  const { text } = useWords();
  const { path } = useRouting();
  const [open, setOpen] = useState(() => localStorage.getItem(SEEN) === null);
  const [place, setPlace] = useState(0);
  const [folded, setFolded] = useState(false);
  const waitingMs = newestWaitingMs(network);
  const knownMs = useRef(waitingMs);
  const onNow = path.length === 0;
  const steps = tourSteps(network);
  const step = steps[Math.min(place, steps.length - 1)];
  const shows = open && onNow && !folded && step !== undefined;

  useEffect(() => {
    if (waitingMs > knownMs.current) setFolded(true);
    knownMs.current = Math.max(knownMs.current, waitingMs);
  }, [waitingMs]);
  usePointedAt(shows ? step : undefined);

  if (!open || !onNow || !step) return null;
  const dismiss = () => {
    localStorage.setItem(SEEN, "seen");
    setOpen(false);
  };
  if (folded)
    return (
      <p class="tour folded no-print">
        <button type="button" onClick={() => setFolded(false)}>
          {text.tour.goOn}
        </button>
        <button type="button" onClick={dismiss}>
          {text.tour.dismiss}
        </button>
      </p>
    );
  const isLast = place >= steps.length - 1;
  const move = (by: number) => setPlace(Math.max(0, Math.min(steps.length - 1, place + by)));
  return (
    <section
      class="tour no-print"
      aria-label={text.tour.heading}
      onKeyDown={(event) => {
        if (event.key === "Escape") dismiss();
        else if (event.key === "ArrowRight") move(1);
        else if (event.key === "ArrowLeft") move(-1);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <p aria-live="polite">
        <strong>{filled(text.tour.step, { step: place + 1, steps: steps.length })}</strong>{" "}
        {filled(text.tour.topics[step.topic], step.names)}
      </p>
      <p class="tour-buttons">
        <button type="button" disabled={place === 0} onClick={() => move(-1)}>
          {text.tour.back}
        </button>
        <button type="button" class="primary" onClick={isLast ? dismiss : () => move(1)}>
          {isLast ? text.tour.end : text.tour.next}
        </button>
        {!isLast && (
          <button type="button" onClick={dismiss}>
            {text.tour.dismiss}
          </button>
        )}
      </p>
    </section>
  );
}

/** Marks what a step speaks of, without touching the focus. */
function usePointedAt(step: TourStep | undefined): void {
  const at = step?.at ?? null;
  useEffect(() => {
    const element = at === null ? null : document.querySelector(at);
    if (!element) return;
    element.setAttribute("data-toured", "");
    element.scrollIntoView({ block: "nearest" });
    return () => element.removeAttribute("data-toured");
  }, [at]);
}
