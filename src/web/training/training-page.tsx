/** The page of an exercise: the brief, the clock, what the trainee thinks of each district, the crews, and at its end the report. */
import type { Utility } from "../../model/utility.ts";
import type { PageProps } from "../shell/page.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { Calls } from "./calls.tsx";
import { Crews } from "./crews.tsx";
import { ExerciseClock } from "./exercise-clock.tsx";
import { Report } from "./report.tsx";
import { type FollowedTraining, useTraining } from "./use-training.ts";
import "./training.css";

export default function TrainingPage({ network }: PageProps) {
  const { text } = useWords();
  const followed = useTraining(network.exercise === true);
  if (!network.exercise) return <p class="panel">{text.training.none}</p>;
  return <ExercisePage {...followed} utility={network.utility} />;
}

interface ExercisePageProps extends FollowedTraining {
  readonly utility: Utility;
}

function ExercisePage({ training, failure, act, utility }: ExercisePageProps) {
  const { text, language } = useWords();
  if (!training) return <p class="waiting">{failure ?? text.shell.waiting}</p>;
  const timeZone = utility.districts[0]?.timeZone ?? "UTC";
  const parts = { training, utility, timeZone, act };
  return (
    <div class="training-page">
      <div class="training-column">
        <section class="panel training-brief">
          <h2>{training.name}</h2>
          {training.grade !== null && (
            <p class="quiet">{filled(text.training.grade, { grade: training.grade })}</p>
          )}
          {training.report === null && (
            <>
              <h3>{text.training.brief}</h3>
              {training.brief[language].split("\n\n").map((paragraph) => (
                <p key={paragraph}>{paragraph}</p>
              ))}
            </>
          )}
          {failure !== null && (
            <p class="rejection" role="alert">
              {filled(text.training.failed, { message: failure })}
            </p>
          )}
        </section>
        {training.report === null && <ExerciseClock {...parts} />}
        <Crews {...parts} />
      </div>
      {training.report ? <Report report={training.report} {...parts} /> : <Calls {...parts} />}
    </div>
  );
}
