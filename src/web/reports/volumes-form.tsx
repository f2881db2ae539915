/** The lines of a district's balance that no meter of the network tells, entered month by month. */
import { useState } from "preact/hooks";
import { VOLUME_LINES, type VolumeEntry, type VolumeLine } from "../../model/entry.ts";
import type { Utility } from "../../model/utility.ts";
import { send, useAct, useAnswer } from "../shell/ask-centre.ts";
import { useLogIn } from "../shell/log-in.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import type { ReportPlace } from "./report-place.ts";

type SignedVolume = VolumeEntry & { readonly by: string; readonly enteredMs: number };

export interface VolumesFormProps {
  readonly place: ReportPlace;
  readonly utility: Utility;
}

export function VolumesForm({ place, utility }: VolumesFormProps) {
  const { text, period } = useWords();
  const mayEnter = useLogIn().user?.permissions.includes("engineer") ?? false;
  const district = utility.districts.find(({ id }) => id === place.district) ?? utility.districts[0];
  const { answer, problem, askAgain } = useAnswer<{ readonly volumes: readonly SignedVolume[] }>(
    "/api/v1/volumes",
  );
  const month = place.of.includes("-") ? place.of : `${place.of}-12`;
  if (!district) return null;
  const entries = (answer?.volumes ?? []).filter(
    (one) => one.district === district.id && one.month === month,
  );
  return (
    <section class="panel volumes" aria-labelledby="volumes-heading">
      <h2 id="volumes-heading">
        {text.reports.volumesHeading} <small>{`${district.name}, ${period(month)}`}</small>
      </h2>
      <p class="quiet">{text.reports.volumesWhat}</p>
      {problem !== null && <p role="alert">{problem}</p>}
      {!mayEnter && <p role="note">{text.reports.notPermitted}</p>}
      {answer && (
        <Lines
          key={`${district.id} ${month}`}
          district={district.id}
          timeZone={district.timeZone}
          month={month}
          entries={entries}
          mayEnter={mayEnter}
          onSaved={askAgain}
        />
      )}
    </section>
  );
}

interface LinesProps {
  readonly district: string;
  readonly timeZone: string;
  readonly month: string;
  readonly entries: readonly SignedVolume[];
  readonly mayEnter: boolean;
  readonly onSaved: () => void;
}

function Lines({ district, timeZone, month, entries, mayEnter, onSaved }: LinesProps) {
  const { text, dayAndTime } = useWords();
  const { act, busy, problem } = useAct();
  const [saved, setSaved] = useState(false);
  const known = (line: VolumeLine) => entries.find((entry) => entry.line === line);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    setSaved(false);
    void act(async () => {
      for (const line of VOLUME_LINES) {
        const entry = entryIn(data, line, { district, month });
        if (differs(entry, known(line))) await send("POST", "/api/v1/volumes", entry);
      }
      setSaved(true);
      onSaved();
    });
  };
  return (
    <form onSubmit={submit}>
      <table class="balance volume-lines">
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col">
              {text.reports.volume} <small>m³</small>
            </th>
            <th scope="col">
              {text.reports.margin} <small>%</small>
            </th>
            <th scope="col">{text.reports.volumeSource}</th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody>
          {VOLUME_LINES.map((line) => {
            const name = text.reports.lines[line];
            const entry = known(line);
            return (
              <tr key={line}>
                <th scope="row">{name}</th>
                <td data-name={`${text.reports.volume}, m³`}>
                  <input
                    name={`${line}.volume`}
                    aria-label={`${name}: ${text.reports.volume}, m³`}
                    type="number"
                    min="0"
                    step="any"
                    inputMode="decimal"
                    disabled={!mayEnter}
                    defaultValue={entry?.volumeM3?.toString() ?? ""}
                  />
                </td>
                <td data-name={`${text.reports.margin}, %`}>
                  <input
                    name={`${line}.margin`}
                    aria-label={`${name}: ${text.reports.margin}, %`}
                    type="number"
                    min="0"
                    max="200"
                    step="any"
                    inputMode="decimal"
                    disabled={!mayEnter}
                    defaultValue={entry && entry.volumeM3 !== null ? String(entry.marginPercent) : ""}
                  />
                </td>
                <td data-name={text.reports.volumeSource}>
                  <input
                    name={`${line}.source`}
                    aria-label={`${name}: ${text.reports.volumeSource}`}
                    maxLength={200}
                    disabled={!mayEnter}
                    defaultValue={entry?.source ?? ""}
                  />
                </td>
                <td class="from">
                  {entry &&
                    filled(text.reports.enteredBy, {
                      name: entry.by,
                      time: dayAndTime(entry.enteredMs, timeZone),
                    })}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {mayEnter && (
        <button type="submit" class="main" disabled={busy}>
          {text.reports.save}
        </button>
      )}
      {problem !== null && (
        <p role="alert" class="refusal">
          {problem}
        </p>
      )}
      {saved && <p role="status">{text.reports.saved}</p>}
    </form>
  );
}

function entryIn(
  data: FormData,
  line: VolumeLine,
  where: { readonly district: string; readonly month: string },
): VolumeEntry {
  const written = (field: string) => String(data.get(`${line}.${field}`) ?? "").trim();
  const volume = written("volume");
  return {
    ...where,
    line,
    volumeM3: volume === "" ? null : Number(volume),
    marginPercent: Number(written("margin") || 0),
    source: written("source"),
  };
}

function differs(entry: VolumeEntry, known: VolumeEntry | undefined): boolean {
  if (!known) return entry.volumeM3 !== null;
  return (
    entry.volumeM3 !== known.volumeM3 ||
    entry.marginPercent !== known.marginPercent ||
    entry.source !== known.source
  );
}
