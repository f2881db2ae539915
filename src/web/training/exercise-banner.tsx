/** On every page of an exercise: that nothing is real. */
import { useRouting } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { useTraining } from "./use-training.ts";

export function ExerciseBanner() {
  const { text } = useWords();
  const { path } = useRouting();
  const { training } = useTraining();
  return (
    <p class="exercise-banner" role="status">
      <strong>{filled(text.training.banner, { name: training?.name ?? "…" })}</strong>{" "}
      {path[0] !== "training" && <a href="/training">{text.training.toExercise}</a>}
    </p>
  );
}
