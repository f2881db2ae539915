/** What is seen, to take away: as it is drawn or every sample, as CSV or Parquet. */
import type { TimeRange } from "../../model/sample.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import type { Level } from "./levels.ts";

export interface DownloadsProps {
  readonly sensors: readonly string[];
  readonly range: TimeRange;
  readonly level: Level;
}

const FORMATS = ["csv", "parquet"] as const;

export function Downloads({ sensors, range, level }: DownloadsProps) {
  const { text, duration } = useWords();
  const href = (bucket: string, format: string) =>
    `/api/v1/readings?${new URLSearchParams({
      sensor: sensors.join(","),
      from: String(Math.round(range.fromMs)),
      to: String(Math.round(range.toMs)),
      bucket,
      format,
    })}`;
  const links = (bucket: string) =>
    FORMATS.map((format) => (
      <a key={format} href={href(bucket, format)} download>
        {format === "csv" ? "CSV" : "Parquet"}
      </a>
    ));
  return (
    <section class="panel downloads" aria-labelledby="downloads-heading">
      <h2 id="downloads-heading">{text.history.download}</h2>
      <p>
        {text.history.allSamples}: {links("raw")}
      </p>
      <p>
        {filled(text.history.asDrawn, { bucket: duration(level.bucketMs) })}: {links(level.bucket)}
      </p>
    </section>
  );
}
