/** One sensor: its papers, a reading by hand, and those before it. */
import type { HandReading } from "../../model/entry.ts";
import type { Sensor } from "../../model/utility.ts";
import { useNow } from "../clock.tsx";
import type { Network } from "../live/live-state.ts";
import { useAnswer } from "../shell/ask-centre.ts";
import { useLogIn } from "../shell/log-in.tsx";
import { hrefOf } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { unitOf } from "../words/words.ts";
import { HandReadingForm } from "./hand-reading-form.tsx";
import { Papers } from "./register-panel.tsx";
import { registerOf } from "./sensor-register.ts";

type SignedReading = HandReading & { readonly by: string; readonly enteredMs: number };

export interface OneSensorProps {
  readonly id: string;
  readonly network: Network;
}

export function OneSensor({ id, network }: OneSensorProps) {
  const { text, number, dayAndTime, duration } = useWords();
  const nowMs = useNow();
  const mayEnter = useLogIn().user?.permissions.includes("operate") ?? false;
  const row = registerOf({ ...network, nowMs }).find(({ sensor }) => sensor.id === id);
  const { answer, askAgain } = useAnswer<{ readonly readings: readonly SignedReading[] }>(
    row ? `/api/v1/hand-readings?sensor=${encodeURIComponent(id)}` : null,
  );
  const back = hrefOf(["sensors"]);
  if (!row)
    return (
      <section class="panel">
        <p>{text.sensors.unknown}</p>
        <a href={back}>{text.sensors.back}</a>
      </section>
    );
  const { sensor, sample, district } = row;
  const timeZone = district?.timeZone ?? network.utility.districts[0]?.timeZone ?? "UTC";
  return (
    <section class="panel one-sensor" data-sensor={sensor.id} aria-labelledby="sensor-heading">
      <p class="page-links">
        <a href={back}>← {text.sensors.back}</a>
      </p>
      <h2 id="sensor-heading">
        {sensor.name} <small>{sensor.site}</small>
      </h2>
      <p>
        {text.sensors.lastValue}:{" "}
        {sample ? (
          <>
            <strong>
              {number(sample.value)} {unitOf(sensor.quantity)}
            </strong>{" "}
            <small>
              {dayAndTime(sample.timeMs, timeZone)} ({duration(nowMs - sample.timeMs)})
            </small>
          </>
        ) : (
          text.now.neverHeard
        )}
      </p>
      <Papers instrument={sensor.instrument} due={row.due} />
      {mayEnter ? (
        <HandReadingForm key={sensor.id} sensor={sensor} timeZone={timeZone} onEntered={askAgain} />
      ) : (
        <p role="note">{text.sensors.mayNot}</p>
      )}
      <h3>{text.sensors.earlier}</h3>
      <Readings sensor={sensor} readings={answer?.readings ?? []} timeZone={timeZone} />
    </section>
  );
}

interface ReadingsProps {
  readonly sensor: Sensor;
  readonly readings: readonly SignedReading[];
  readonly timeZone: string;
}

function Readings({ sensor, readings, timeZone }: ReadingsProps) {
  const { text, exact, flow, dayAndTime } = useWords();
  if (readings.length === 0) return <p class="quiet">{text.sensors.noReadings}</p>;
  return (
    <ul class="notices">
      {readings.map(({ timeMs, kind, value, by, note, since }) => (
        <li key={`${timeMs} ${kind}`}>
          <time>{dayAndTime(timeMs, timeZone)}</time>{" "}
          <strong>
            {exact(value)} {kind === "counter" ? unitOf("volume") : unitOf(sensor.quantity)}
          </strong>{" "}
          {since && flow(since.flowM3h)} <small>{[by, note].filter(Boolean).join(": ")}</small>
        </li>
      ))}
    </ul>
  );
}
