/** Night after night as bars: what of each night's flow is legitimate use, background leakage and excess, with events above them. */
import { useRef } from "preact/hooks";
import type { Night } from "../../model/night.ts";
import { useWords } from "../words/language.tsx";
import { filled, unitOf, type Words } from "../words/words.ts";
import { barsOf, type NightBar, scaleOf } from "./nights-bars.ts";
import { useWidth } from "./use-width.ts";
import "./nights-chart.css";

export interface NightEvent {
  /** Local date of the night it is drawn at. */
  readonly date: string;
  readonly kind: "raised" | "repaired";
  readonly label: string;
}

export interface NightsChartProps {
  readonly title: string;
  readonly nights: readonly Night[];
  readonly events: readonly NightEvent[];
  /** Since when water is known to leak, ms UTC; null while none is. */
  readonly leaksFromMs: number | null;
  readonly heightPx: number;
}

const LEFT = 44;
const BOTTOM = 22;
const TOP = 20;
const LABEL_EVERY_PX = 92;

export function NightsChart({ title, nights, events, leaksFromMs, heightPx }: NightsChartProps) {
  const words = useWords();
  const { text, date, language } = words;
  const ticks = new Intl.NumberFormat(language);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const bars = barsOf(nights);
  const { mostM3h, ticksM3h } = scaleOf(bars);
  const step = (width - LEFT) / Math.max(1, bars.length);
  const x = (index: number) => LEFT + index * step;
  const y = (m3h: number) => TOP + (heightPx - TOP - BOTTOM) * (1 - m3h / mostM3h);
  const labelEvery = Math.max(1, Math.ceil(LABEL_EVERY_PX / step));
  const indexOf = new Map(nights.map((night, index) => [night.date, index]));
  return (
    <div class="nights-chart" ref={box}>
      {width > 0 && (
        <svg width={width} height={heightPx} role="img" aria-label={title}>
          {ticksM3h.map((tick) => (
            <g key={tick} class="tick">
              <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} />
              <text x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
                {ticks.format(tick)}
              </text>
            </g>
          ))}
          <text class="unit" x="0" y="12">
            {unitOf("flow")}
          </text>
          {bars.map((bar, index) => (
            <Bar
              key={bar.night.date}
              bar={bar}
              x={x(index)}
              width={step}
              y={y}
              leaking={leaksFromMs !== null && bar.night.windowEndMs > leaksFromMs}
              words={words}
            />
          ))}
          {bars.map(
            ({ night }, index) =>
              index % labelEvery === 0 &&
              x(index) + 60 < width && (
                <text key={night.date} x={x(index)} y={heightPx - 6}>
                  {date(night.date)}
                </text>
              ),
          )}
          {events.map(({ date: day, kind, label }) => {
            const index = indexOf.get(day);
            if (index === undefined) return null;
            const middle = x(index) + step / 2;
            return (
              <g key={`${day} ${kind} ${label}`} class={`night-event ${kind}`}>
                <title>{label}</title>
                <line x1={middle} x2={middle} y1={TOP - 4} y2={heightPx - BOTTOM} />
                <path d={kind === "raised" ? `M${middle} 3 l6 11 h-12 Z` : `M${middle - 6} 9 l4 5 l8 -11`} />
              </g>
            );
          })}
        </svg>
      )}
      <p class="chart-key">
        <span class="night-part legitimate" /> {text.chart.legitimate} ·{" "}
        <span class="night-part background" /> {text.chart.background} · <span class="night-part excess" />{" "}
        {text.chart.excess}
        {bars.some(({ parts }) => parts === null) && (
          <>
            {" "}
            · <span class="night-part missing" /> {text.now.notAssessable}
          </>
        )}
        {events.length > 0 && <> · {text.chart.eventsKey}</>}
      </p>
    </div>
  );
}

interface BarProps {
  readonly bar: NightBar;
  readonly x: number;
  readonly width: number;
  readonly y: (m3h: number) => number;
  readonly leaking: boolean;
  readonly words: Words;
}

function Bar({ bar: { night, parts }, x, width, y, leaking, words }: BarProps) {
  const { text, date, number } = words;
  const gap = width > 6 ? 2 : 0;
  const part = (kind: string, fromM3h: number, toM3h: number) =>
    toM3h > fromM3h && (
      <rect
        class={kind}
        x={x}
        width={Math.max(0.5, width - gap)}
        y={y(toM3h)}
        height={y(fromM3h) - y(toM3h)}
      />
    );
  if (!parts)
    return (
      <g>
        <title>
          {date(night.date)}: {text.now.notAssessable}
        </title>
        <rect class="missing" x={x} width={Math.max(0.5, width - gap)} y={y(0) - 5} height={5} />
      </g>
    );
  const { legitimateM3h, backgroundM3h, excessM3h } = parts;
  const explained = legitimateM3h + backgroundM3h;
  const flow = explained + excessM3h;
  return (
    <g class={leaking ? "leaking" : ""}>
      <title>
        {filled(text.chart.nightTold, {
          date: date(night.date),
          flow: number(flow),
          legitimate: number(legitimateM3h),
          background: number(backgroundM3h),
          excess: number(excessM3h),
        })}
      </title>
      {part("legitimate", 0, Math.min(legitimateM3h, flow))}
      {part("background", legitimateM3h, Math.min(explained, flow))}
      {part("excess", explained, flow)}
      {part("lacking", Math.max(0, flow), explained)}
    </g>
  );
}
