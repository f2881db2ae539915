/** A district as its meters see it: what enters, what leaves, what its tanks hold, and what is left: live. */
import type { LatestSample } from "../../model/history-store.ts";
import { qualityOf } from "../../model/status.ts";
import type { BoundaryMeter, District, Sensor } from "../../model/utility.ts";
import { useNow } from "../clock.tsx";
import { isStale } from "../data-health.ts";
import type { Network } from "../live/live-state.ts";
import { hrefOf } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { filled, NONE, unitOf } from "../words/words.ts";
import { netInflowNow } from "./net-inflow-now.ts";

export interface BalanceDiagramProps {
  readonly district: District;
  readonly network: Network;
}

export function BalanceDiagram({ district, network }: BalanceDiagramProps) {
  const { text, flow } = useWords();
  const now = useNow();
  const { utility, latest } = network;
  const sensorOf = (id: string) => utility.sensors.find((sensor) => sensor.id === id);
  const side = (sign: 1 | -1) => district.meters.filter((meter) => meter.sign === sign);
  const net = netInflowNow(district, utility, latest, now);
  const meter = (one: BoundaryMeter) => (
    <MeterCard
      key={one.sensor}
      sensor={sensorOf(one.sensor)}
      sample={latest.get(one.sensor)}
      nowMs={now}
      beyond={beyond(one, district, network)}
      leaving={one.sign < 0}
    />
  );
  return (
    <div class="balance">
      <ul class="balance-side" aria-label={text.district.entering}>
        {side(1).map(meter)}
        {side(1).length === 0 && <li class="quiet">{text.now.noMeters}</li>}
      </ul>
      <div class="balance-middle">
        <span class="quiet">{text.chart.netInflow}</span>
        <strong>{net.kind === "known" ? flow(net.flowM3h) : NONE}</strong>
        {net.kind === "unknown" && (
          <small>
            {filled(text.district.netUnknown, { meter: sensorOf(net.sensor)?.name ?? net.sensor })}
          </small>
        )}
        {district.tanks.map(({ levelSensor, areaM2 }) => (
          <TankLine
            key={levelSensor}
            sensor={sensorOf(levelSensor)}
            sample={latest.get(levelSensor)}
            areaM2={areaM2}
          />
        ))}
      </div>
      <ul class="balance-side leaving" aria-label={text.district.leaving}>
        {side(-1).map(meter)}
      </ul>
    </div>
  );
}

interface MeterCardProps {
  readonly sensor: Sensor | undefined;
  readonly sample: LatestSample | undefined;
  readonly nowMs: number;
  readonly beyond: District | undefined;
  readonly leaving: boolean;
}

function MeterCard({ sensor, sample, nowMs, beyond: other, leaving }: MeterCardProps) {
  const { text, number, duration } = useWords();
  if (!sensor) return null;
  const stale = isStale(sensor, sample, nowMs);
  const doubtful = sample !== undefined && qualityOf(sample.status) !== "good";
  return (
    <li class={`last-heard ${stale ? "stale" : doubtful ? "doubtful" : ""}`}>
      <span class="sensor-name">{sensor.name}</span>
      <strong class="last-value">
        {sample && Number.isFinite(sample.value) ? number(sample.value) : NONE} {unitOf(sensor.quantity)}
      </strong>
      <small class="last-age">
        {!sample && text.now.neverHeard}
        {sample && filled(stale ? text.now.staleAgo : text.now.ago, { age: duration(nowMs - sample.timeMs) })}
      </small>
      {other && (
        <small>
          {leaving ? text.district.to : text.district.from}{" "}
          <a href={hrefOf(["district", other.id])}>{other.name}</a>
        </small>
      )}
    </li>
  );
}

interface TankLineProps {
  readonly sensor: Sensor | undefined;
  readonly sample: LatestSample | undefined;
  readonly areaM2: number;
}

function TankLine({ sensor, sample, areaM2 }: TankLineProps) {
  const { text, number, volume } = useWords();
  if (!sensor) return null;
  const level = sample && Number.isFinite(sample.value) ? sample.value : null;
  return (
    <small>
      {sensor.name}: {level === null ? NONE : number(level)} {unitOf(sensor.quantity)}
      {level !== null && <> ({filled(text.district.holds, { volume: volume(level * areaM2) })})</>}
    </small>
  );
}

/** The district on the other side of a meter. */
function beyond({ sensor, sign }: BoundaryMeter, own: District, { utility }: Network): District | undefined {
  return utility.districts.find(
    ({ id, meters }) => id !== own.id && meters.some((one) => one.sensor === sensor && one.sign === -sign),
  );
}
