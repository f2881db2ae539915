/** A reading by hand, entered in the trench: what the centre finds unlikely is asked for once more. */
import { useState } from "preact/hooks";
import type { HandReading } from "../../model/entry.ts";
import { messageOf } from "../../model/failure.ts";
import { utcOfLocal } from "../../model/local-time.ts";
import { type Quantity, unitsOf } from "../../model/units.ts";
import type { Sensor } from "../../model/utility.ts";
import { CentreRefusal, send } from "../shell/ask-centre.ts";
import { useWords } from "../words/language.tsx";
import { filled, unitOf, type Words, withUnits } from "../words/words.ts";

interface Entered {
  readonly reading: HandReading;
  readonly storedAsSample: boolean;
}

export interface HandReadingFormProps {
  readonly sensor: Sensor;
  readonly timeZone: string;
  readonly onEntered: () => void;
}

export function HandReadingForm({ sensor, timeZone, onEntered }: HandReadingFormProps) {
  const words = useWords();
  const { text } = words;
  const [kind, setKind] = useState<"value" | "counter">("value");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CentreRefusal | null>(null);
  const [entered, setEntered] = useState<Entered | null>(null);
  const units = unitsOf(kind === "counter" ? "volume" : sensor.quantity);

  const enter = (form: HTMLFormElement, confirmed: boolean) => {
    const body = { sensor: sensor.id, kind, confirmed, ...readingIn(new FormData(form), timeZone) };
    setBusy(true);
    setProblem(null);
    setEntered(null);
    send<Entered>("POST", "/api/v1/hand-readings", body)
      .then(
        (answer) => {
          setEntered(answer);
          form.reset();
          onEntered();
        },
        (thrown: unknown) =>
          setProblem(
            thrown instanceof CentreRefusal ? thrown : new CentreRefusal("failed", messageOf(thrown)),
          ),
      )
      .finally(() => setBusy(false));
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { currentTarget: form, submitter } = event;
    if (form instanceof HTMLFormElement) enter(form, submitter?.getAttribute("name") === "confirm");
  };

  return (
    <form class="hand-reading" onSubmit={submit}>
      <h3>{text.sensors.reading}</h3>
      {sensor.quantity === "flow" && (
        <label>
          {text.sensors.kind}
          <select
            name="kind"
            value={kind}
            onChange={({ currentTarget }) => setKind(currentTarget.value === "counter" ? "counter" : "value")}
          >
            <option value="value">
              {filled(text.sensors.kinds.value, { quantity: text.quantities[sensor.quantity] })}
            </option>
            <option value="counter">{text.sensors.kinds.counter}</option>
          </select>
        </label>
      )}
      <div class="value-and-unit">
        <label>
          {text.sensors.value}
          <input
            name="value"
            type="text"
            inputMode="decimal"
            pattern="[-+]?\d+([.,]\d+)?"
            required
            autocomplete="off"
          />
        </label>
        <label>
          {text.sensors.unit}
          <select name="unit" key={kind}>
            {units.map((unit) => (
              <option key={unit} value={unit}>
                {withUnits(unit)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label>
        {text.sensors.time}
        <input name="time" type="datetime-local" />
        <small>{filled(text.sensors.timeHint, { zone: timeZone })}</small>
      </label>
      {(kind === "counter" || sensor.quantity === "volume") && (
        <label class="choice">
          <input name="exchanged" type="checkbox" />
          {text.sensors.exchanged}
        </label>
      )}
      <label>
        {text.sensors.note}
        <input name="note" maxLength={500} />
      </label>
      {problem !== null && (
        <p role="alert" class="refusal">
          {refusalOf(problem, kind === "counter" ? "flow" : sensor.quantity, timeZone, words)}
        </p>
      )}
      <div class="buttons">
        <button type="submit" name="enter" class="main" disabled={busy}>
          {text.sensors.save}
        </button>
        {problem?.code === "unlikely-reading" && (
          <button type="submit" name="confirm" disabled={busy}>
            {text.sensors.confirm}
          </button>
        )}
      </div>
      {entered !== null && <p role="status">{outcomeOf(entered, sensor, timeZone, words)}</p>}
    </form>
  );
}

/** In the reader's language where the page knows the reason, else as the centre says it. */
function refusalOf(
  { code, message, figures }: CentreRefusal,
  quantity: Quantity,
  timeZone: string,
  { text, exact, number, dayAndTime }: Words,
): string {
  const { value = Number.NaN, least = Number.NaN, most = Number.NaN, stood = Number.NaN, atMs = 0 } = figures;
  const unit = unitOf(quantity);
  if (code === "unlikely-reading")
    return filled(text.sensors.unlikely, {
      value: number(value),
      least: number(least),
      most: number(most),
      unit,
    });
  if (code === "counter-decreased")
    return filled(text.sensors.decreased, {
      stood: `${exact(stood)} ${unitOf("volume")}`,
      time: dayAndTime(atMs, timeZone),
    });
  return withUnits(message);
}

/** People write a comma where their language does. */
function readingIn(data: FormData, timeZone: string) {
  const written = (name: string) => String(data.get(name) ?? "").trim();
  const [date = "", clock = ""] = written("time").split("T");
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return {
    value: Number(written("value").replace(",", ".")),
    unit: written("unit"),
    exchanged: data.get("exchanged") !== null,
    note: written("note"),
    ...(date !== "" && { timeMs: utcOfLocal({ date, minute: hour * 60 + minute }, timeZone) }),
  };
}

function outcomeOf(
  { reading, storedAsSample }: Entered,
  sensor: Sensor,
  timeZone: string,
  words: Words,
): string {
  const { text, exact, volume, flow, percent, dayAndTime } = words;
  const unit = reading.kind === "counter" ? unitOf("volume") : unitOf(sensor.quantity);
  const told = [
    filled(text.sensors.stored, {
      value: `${exact(reading.value)} ${unit}`,
      time: dayAndTime(reading.timeMs, timeZone),
    }),
  ];
  if (reading.kind === "counter" && !reading.since) told.push(text.sensors.firstCounter);
  if (reading.since) {
    const { volumeM3, fromMs, flowM3h, measuredM3 } = reading.since;
    told.push(
      filled(text.sensors.span, {
        volume: volume(volumeM3),
        time: dayAndTime(fromMs, timeZone),
        flow: flow(flowM3h),
      }),
    );
    if (measuredM3 !== null && volumeM3 > 0) {
      const share = (measuredM3 - volumeM3) / volumeM3;
      told.push(
        filled(text.sensors.agrees, {
          volume: volume(measuredM3),
          percent: percent(Math.abs(share)),
          direction: text.sensors.directions[share > 0 ? "more" : "less"],
        }),
      );
    } else if (!storedAsSample) told.push(text.sensors.notCompared);
    if (!storedAsSample) told.push(text.sensors.onlyRecorded);
  }
  return told.join(" ");
}
