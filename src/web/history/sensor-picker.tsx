/** Chooses sensors for the charts: by name, district or quantity; those chosen stand first, each with its line. */
import { useState } from "preact/hooks";
import type { Sensor, Utility } from "../../model/utility.ts";
import { sensorsOf } from "../data-health.ts";
import { useWords } from "../words/language.tsx";
import { MOST_SENSORS } from "./history-place.ts";

export interface SensorPickerProps {
  readonly utility: Utility;
  readonly chosen: readonly string[];
  readonly onChoose: (sensors: readonly string[]) => void;
}

/** Of a register with thousands of sensors the first that fit what was typed. */
const MOST_SHOWN = 60;

export function SensorPicker({ utility, chosen, onChoose }: SensorPickerProps) {
  const { text, counted } = useWords();
  const [typed, setTyped] = useState("");
  const fitting = utility.sensors.filter((sensor) => fits(sensor, typed, utility)).slice(0, MOST_SHOWN);
  const full = chosen.length >= MOST_SENSORS;
  const toggle = (id: string, on: boolean) =>
    onChoose(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  return (
    <details class="sensor-picker">
      <summary>{counted(text.history.sensors, chosen.length)}</summary>
      <input
        type="search"
        aria-label={text.history.find}
        placeholder={text.history.find}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <ul>
        {fitting.map(({ id, name, quantity }) => {
          const on = chosen.includes(id);
          return (
            <li key={id}>
              <label class="choice">
                <input
                  type="checkbox"
                  checked={on}
                  disabled={!on && full}
                  onChange={({ currentTarget }) => toggle(id, currentTarget.checked)}
                />
                {name} <small>{text.quantities[quantity]}</small>
              </label>
            </li>
          );
        })}
      </ul>
      {full && <p class="quiet">{text.history.full}</p>}
    </details>
  );
}

function fits({ id, name, site }: Sensor, typed: string, utility: Utility): boolean {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return true;
  const districts = utility.districts
    .filter((district) => sensorsOf(district, utility).some((sensor) => sensor.id === id))
    .map((district) => district.name);
  return [id, name, site, ...districts].some((one) => one.toLowerCase().includes(wanted));
}
