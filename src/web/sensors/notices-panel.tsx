/** What agents noticed, the newest first: samples given up, sources lost, certificates near their end. */
import type { Notice } from "../../model/agent.ts";
import type { Utility } from "../../model/utility.ts";
import { useAnswer } from "../shell/ask-centre.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";

const SHOWN = 50;
/** A figure in ms below this is a duration, not a time. */
const LEAST_TIME_MS = Date.UTC(2000);

type SiteNotice = Notice & { readonly site: string };

export function NoticesPanel({ utility }: { readonly utility: Utility }) {
  const { text, dayAndTime } = useWords();
  const { answer, problem } = useAnswer<{ readonly notices: readonly SiteNotice[] }>("/api/v1/notices");
  const timeZone = utility.districts[0]?.timeZone ?? "UTC";
  const writtenFigure = (name: string, figure: number | string) =>
    name.endsWith("Ms") && typeof figure === "number" && figure > LEAST_TIME_MS
      ? dayAndTime(figure, timeZone)
      : figure;
  const codes: Readonly<Record<string, string>> = text.sensors.noticeCodes;
  const notices = answer?.notices.slice(0, SHOWN) ?? [];
  return (
    <section class="panel" aria-labelledby="notices-heading">
      <h2 id="notices-heading">{text.sensors.notices}</h2>
      {problem !== null && <p role="alert">{filled(text.sensors.noticesFailed, { message: problem })}</p>}
      {answer && notices.length === 0 && <p class="quiet">{text.sensors.noNotices}</p>}
      <ul class="notices">
        {notices.map((notice, index) => (
          <li key={`${notice.site} ${notice.timeMs} ${notice.code} ${index}`}>
            <time>{dayAndTime(notice.timeMs, timeZone)}</time> <strong>{notice.site}</strong>{" "}
            {codes[notice.code] ?? notice.code}
            {notice.sensor !== undefined && ` · ${notice.sensor}`}{" "}
            <small>
              {Object.entries(notice.figures)
                .map(([name, figure]) => `${name} ${writtenFigure(name, figure)}`)
                .join(", ")}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
