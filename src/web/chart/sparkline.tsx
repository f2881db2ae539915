/** A trend small enough for a table cell: up to 30 nights, a break where a night was not assessable. */
import { useWords } from "../words/language.tsx";
import { NONE } from "../words/words.ts";

export interface SparklineProps {
  readonly nights: readonly { readonly date: string; readonly minimumNightFlowM3h: number | null }[];
}

const WIDTH = 104;
const HEIGHT = 26;
const NIGHTS = 30;

export function Sparkline({ nights }: SparklineProps) {
  const { text, counted, date, number } = useWords();
  const values = nights.flatMap(({ minimumNightFlowM3h }) => minimumNightFlowM3h ?? []);
  const last = nights.at(-1);
  if (!last || values.length === 0) return <>{NONE}</>;
  // Zero belongs to the scale: a trend must not look worse than it is.
  const least = Math.min(0, ...values);
  const most = Math.max(least + 1, ...values);
  const x = (night: number) => WIDTH - 3 - ((nights.length - 1 - night) / (NIGHTS - 1)) * (WIDTH - 6);
  const y = (value: number) => HEIGHT - 3 - ((value - least) / (most - least)) * (HEIGHT - 6);
  const path = nights.reduce((drawn, { minimumNightFlowM3h: value }, night) => {
    if (value === null) return drawn;
    const broken = (nights[night - 1]?.minimumNightFlowM3h ?? null) === null;
    return `${drawn}${broken ? "M" : "L"}${x(night).toFixed(1)} ${y(value).toFixed(1)}`;
  }, "");
  const title = counted(text.now.trend, nights.length, {
    date: date(last.date),
    low: number(Math.min(...values)),
    high: number(Math.max(...values)),
  });
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img">
      <title>{title}</title>
      <line x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
      <path d={path} />
      {last.minimumNightFlowM3h !== null && (
        <circle cx={x(nights.length - 1)} cy={y(last.minimumNightFlowM3h)} r="2.5" />
      )}
    </svg>
  );
}
