/** Crews: where they were sent, what they found, and sending another. */
import { useState } from "preact/hooks";
import { type Mission, TASKS, type Task } from "../../model/training.ts";
import { useWords } from "../words/language.tsx";
import { filled, type Words } from "../words/words.ts";
import { districtName, type PartProps } from "./parts.ts";

export function Crews(props: PartProps) {
  const { training, utility, timeZone } = props;
  const words = useWords();
  const { text, dayAndTime } = words;
  const { exercise, nowMs } = training;
  return (
    <section class="panel training-crews">
      <h3>{text.training.crews}</h3>
      {training.report === null && <SendCrew {...props} />}
      {exercise.missions.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>{text.training.sentAt}</th>
              <th>{text.training.district}</th>
              <th>{text.training.state}</th>
            </tr>
          </thead>
          <tbody>
            {exercise.missions.toReversed().map((mission) => (
              <tr key={mission.sentMs}>
                <td>{dayAndTime(mission.sentMs, timeZone)}</td>
                <td>
                  {districtName(utility, mission.district)} <small>{text.training.tasks[mission.task]}</small>
                </td>
                <td>{stateOf(mission, nowMs, timeZone, words)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function SendCrew({ training, utility, act }: PartProps) {
  const { text, counted } = useWords();
  const [district, setDistrict] = useState(utility.districts[0]?.id ?? "");
  const [task, setTask] = useState<Task>("search");
  const free = training.crews - training.exercise.missions.filter((one) => isOut(one, training.nowMs)).length;
  return (
    <form
      class="buttons"
      onSubmit={(event) => {
        event.preventDefault();
        act({ type: "send", district, task });
      }}
    >
      <span>{counted(text.training.crewsFree, free)}</span>
      <select
        aria-label={text.training.district}
        value={district}
        onChange={({ currentTarget }) => setDistrict(currentTarget.value)}
      >
        {utility.districts.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={text.training.crews}
        value={task}
        onChange={({ currentTarget }) =>
          setTask(TASKS.find((one) => one === currentTarget.value) ?? "search")
        }
      >
        {TASKS.map((one) => (
          <option key={one} value={one}>
            {text.training.tasks[one]}
          </option>
        ))}
      </select>
      <button type="submit" class="primary" disabled={free === 0}>
        {text.training.send}
      </button>
    </form>
  );
}

function isOut({ found, lookedMs, doneMs }: Mission, nowMs: number): boolean {
  return found && found.place === null ? lookedMs > nowMs : doneMs > nowMs;
}

function stateOf(
  { found, lookedMs, doneMs }: Mission,
  nowMs: number,
  timeZone: string,
  { text, timeOfDay }: Words,
): string {
  if (!found) return filled(text.training.looking, { time: timeOfDay(lookedMs, timeZone) });
  if (found.place === null) return text.training.nothingFound;
  const values = { place: found.place, time: timeOfDay(doneMs, timeZone) };
  return filled(doneMs > nowMs ? text.training.mending : text.training.mended, values);
}
