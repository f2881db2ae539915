/** The exercise's clock: stopped, started, made faster; and the exercise's end. */
import { useState } from "preact/hooks";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import type { PartProps } from "./parts.ts";

const SPEEDS = [1, 30, 60, 120, 300, 600];

export function ExerciseClock({ training, timeZone, act }: PartProps) {
  const { text, dayAndTime } = useWords();
  const [ending, setEnding] = useState(false);
  const { paused, speed, nowMs, exercise } = training;
  return (
    <section class="panel exercise-clock">
      <h3>{text.training.clock}</h3>
      <p>
        <time class="exercise-time">{dayAndTime(nowMs, timeZone)}</time>{" "}
        <span class="quiet">
          {paused ? text.training.paused : filled(text.training.running, { speed })} ·{" "}
          {filled(text.training.endsAt, { time: dayAndTime(exercise.endsMs, timeZone) })}
        </span>
      </p>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => act({ type: paused ? "resume" : "pause" })}>
          {!paused
            ? text.training.pause
            : nowMs === exercise.startedMs
              ? text.training.begin
              : text.training.resume}
        </button>
        <label>
          {text.training.speed}{" "}
          <select
            value={String(speed)}
            onChange={({ currentTarget }) => act({ type: "resume", speed: Number(currentTarget.value) })}
          >
            {[...new Set([...SPEEDS, speed])]
              .sort((a, b) => a - b)
              .map((one) => (
                <option key={one} value={String(one)}>
                  {filled(text.training.times, { speed: one })}
                </option>
              ))}
          </select>
        </label>
        {ending ? (
          <>
            <span>{text.training.endSure}</span>
            <button type="button" onClick={() => act({ type: "end" })}>
              {text.training.yes}
            </button>
            <button type="button" onClick={() => setEnding(false)}>
              {text.training.no}
            </button>
          </>
        ) : (
          <button type="button" onClick={() => setEnding(true)}>
            {text.training.end}
          </button>
        )}
      </p>
    </section>
  );
}
