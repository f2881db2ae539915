/** Makes the file for partners, and takes in theirs. */
import { useState } from "preact/hooks";
import type { Partner } from "../../model/exchange-file.ts";
import type { Utility } from "../../model/utility.ts";
import { send, useAct } from "../shell/ask-centre.ts";
import { useLogIn } from "../shell/log-in.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import type { ReportPlace } from "./report-place.ts";

export interface ExchangePanelProps {
  readonly place: ReportPlace;
  readonly utility: Utility;
  readonly partners: readonly Partner[];
  readonly onChanged: () => void;
}

export function ExchangePanel({ place, utility, partners, onChanged }: ExchangePanelProps) {
  const { text } = useWords();
  const mayImport = useLogIn().user?.permissions.includes("engineer") ?? false;
  return (
    <section class="panel" aria-labelledby="exchange-heading">
      <h2 id="exchange-heading">{text.reports.exchange}</h2>
      <div class="report-columns">
        <MakeFile place={place} utility={utility} />
        <div>
          {mayImport && <ImportFile onImported={onChanged} />}
          <Partners partners={partners} mayRemove={mayImport} onRemoved={onChanged} />
        </div>
      </div>
    </section>
  );
}

function MakeFile({ place, utility }: Pick<ExchangePanelProps, "place" | "utility">) {
  const { text } = useWords();
  const [name, setName] = useState(utility.name.slice(0, 100));
  const [country, setCountry] = useState("");
  const [names, setNames] = useState("codes");
  const query = new URLSearchParams({
    of: place.of,
    names,
    utility: name || "-",
    ...(country && { country }),
  });
  return (
    <form class="entry-form" onSubmit={(event) => event.preventDefault()}>
      <p class="quiet">{text.reports.exchangeWhat}</p>
      <label>
        {text.reports.calledInFile}
        <input value={name} maxLength={100} onInput={({ currentTarget }) => setName(currentTarget.value)} />
      </label>
      <label>
        {text.reports.country}
        <input
          value={country}
          pattern="[A-Z]{2}"
          maxLength={2}
          size={4}
          onInput={({ currentTarget }) => setCountry(currentTarget.value.toUpperCase())}
        />
      </label>
      <label>
        {text.reports.districtsAs}
        <select value={names} onChange={({ currentTarget }) => setNames(currentTarget.value)}>
          <option value="codes">{text.reports.withCodes}</option>
          <option value="names">{text.reports.withNames}</option>
        </select>
      </label>
      <a class="button" href={`/api/v1/exchange/${place.kind}?${query}`} download>
        {text.reports.makeFile}
      </a>
    </form>
  );
}

function ImportFile({ onImported }: { readonly onImported: () => void }) {
  const { text, period } = useWords();
  const { act, busy, problem } = useAct();
  const [imported, setImported] = useState<string | null>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    setImported(null);
    void act(async () => {
      const chosen = data.get("file");
      const file = parsed(chosen instanceof File ? await chosen.text() : "");
      if (file === null) throw new Error(text.reports.notJson);
      const name = String(data.get("name"));
      await send("POST", "/api/v1/partners", { name, file });
      const { name: of = "" } = (file as { period?: { name?: string } }).period ?? {};
      setImported(filled(text.reports.imported, { name, period: period(of) }));
      form.reset();
      onImported();
    });
  };
  return (
    <form class="entry-form" onSubmit={submit}>
      <h3>{text.reports.importFile}</h3>
      <label>
        {text.reports.partnerName}
        <input name="name" required maxLength={100} />
      </label>
      <label>
        {text.reports.file}
        <input name="file" type="file" accept="application/json,.json" required />
      </label>
      <button type="submit" class="main" disabled={busy}>
        {text.reports.import}
      </button>
      {problem !== null && (
        <p role="alert" class="refusal">
          {filled(text.reports.importRefused, { message: problem })}
        </p>
      )}
      {imported !== null && <p role="status">{imported}</p>}
    </form>
  );
}

function parsed(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

interface PartnersProps {
  readonly partners: readonly Partner[];
  readonly mayRemove: boolean;
  readonly onRemoved: () => void;
}

function Partners({ partners, mayRemove, onRemoved }: PartnersProps) {
  const { text, period } = useWords();
  const { act, busy, problem } = useAct();
  if (partners.length === 0) return <p class="quiet">{text.reports.noPartners}</p>;
  return (
    <ul class="entries">
      {partners.map(({ id, name, file }) => (
        <li key={id}>
          <span>
            <strong>{name}</strong> · {period(file.period.name)} · {file.utility}
          </span>
          {mayRemove && (
            <button
              type="button"
              disabled={busy}
              aria-label={`${text.reports.remove}: ${name}`}
              onClick={() =>
                void act(async () => {
                  await send("DELETE", `/api/v1/partners/${id}`);
                  onRemoved();
                })
              }
            >
              {text.reports.remove}
            </button>
          )}
        </li>
      ))}
      {problem !== null && <li role="alert">{problem}</li>}
    </ul>
  );
}
