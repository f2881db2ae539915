/** What each sensor of a district read last, and how old that is; an old value must not pass for a present one. */
import type { LatestSample } from "../../model/history-store.ts";
import { qualityOf } from "../../model/status.ts";
import type { District, Sensor } from "../../model/utility.ts";
import { useNow } from "../clock.tsx";
import { isStale, sensorsOf } from "../data-health.ts";
import type { Network } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";
import { filled, NONE, unitOf } from "../words/words.ts";

export interface LastValuesProps {
  readonly district: District;
  readonly network: Network;
}

export function LastValues({ district, network }: LastValuesProps) {
  const now = useNow();
  const { text } = useWords();
  const sensors = sensorsOf(district, network.utility);
  return (
    <ul class="last-values" aria-label={text.now.lastValues}>
      {sensors.map((sensor) => (
        <LastValue key={sensor.id} sensor={sensor} sample={network.latest.get(sensor.id)} now={now} />
      ))}
    </ul>
  );
}

interface LastValueProps {
  readonly sensor: Sensor;
  readonly sample: LatestSample | undefined;
  readonly now: number;
}

function LastValue({ sensor, sample, now }: LastValueProps) {
  const { text, number, duration } = useWords();
  const stale = isStale(sensor, sample, now);
  const quality = sample ? qualityOf(sample.status) : "good";
  return (
    <li class={`last-heard ${stale ? "stale" : quality === "good" ? "" : "doubtful"}`}>
      <span class="sensor-name">{sensor.name}</span>
      <strong class="last-value">
        {sample && Number.isFinite(sample.value) ? number(sample.value) : NONE} {unitOf(sensor.quantity)}
      </strong>
      <small class="last-age">
        {!sample && text.now.neverHeard}
        {sample && filled(stale ? text.now.staleAgo : text.now.ago, { age: duration(now - sample.timeMs) })}
        {quality !== "good" && `, ${filled(text.now.ofQuality, { quality: text.qualities[quality] })}`}
      </small>
    </li>
  );
}
