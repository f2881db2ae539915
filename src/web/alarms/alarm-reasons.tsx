/** An alarm's reasons and its advice, in the reader's language, with the names and the clock people know. */
import { claimOf, sentenceOf } from "../../model/explanation.ts";
import type { AlarmView } from "../../model/live.ts";
import { tellingFor } from "../../model/telling.ts";
import type { District, Utility } from "../../model/utility.ts";
import { useWords } from "../words/language.tsx";
import { filled, withUnits } from "../words/words.ts";

export interface RationaleProps {
  readonly alarm: AlarmView;
  readonly district: District | undefined;
  readonly utility: Utility;
}

export function Rationale({ alarm, district, utility }: RationaleProps) {
  const { text, sentences, percent } = useWords();
  const { verdict } = alarm;
  const telling = tellingFor(utility, district?.timeZone ?? "UTC");
  const told = (reason: Parameters<typeof sentenceOf>[0]) =>
    withUnits(sentenceOf(reason, sentences, telling));
  return (
    <>
      <h3>{text.alarms.why}</h3>
      <ul class="why">
        <li>{withUnits(claimOf(verdict, sentences))}</li>
        {verdict.evidence.map((one) => (
          <li key={one.code}>{told(one)}</li>
        ))}
        <li>
          {text.alarms.sure}: {percent(verdict.confidence)}
        </li>
      </ul>
      {verdict.ruledOut.length > 0 && (
        <>
          <h3>{text.alarms.ruledOut}</h3>
          <ul class="why-not">
            {verdict.ruledOut.map(({ kind, because }) => (
              <li key={kind}>
                <strong>{text.kinds[kind]}</strong> – {told(because)}
              </li>
            ))}
          </ul>
        </>
      )}
      {verdict.missing.length > 0 && (
        <>
          <h3>{text.alarms.missing}</h3>
          <ul class="why-not">
            {verdict.missing.map((reason) => (
              <li key={reason.code}>{told(reason)}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

export function WhatToDo({ alarm }: { readonly alarm: AlarmView }) {
  const { text, duration } = useWords();
  const { cause, consequence, response, timeToRespondMs } = alarm.rationalisation;
  return (
    <>
      <h3>{text.alarms.toDo}</h3>
      <dl class="rationalisation">
        <dt>{text.alarms.response}</dt>
        <dd>
          {response}{" "}
          {timeToRespondMs > 0 && (
            <small>({filled(text.alarms.respondWithin, { duration: duration(timeToRespondMs) })})</small>
          )}
        </dd>
        <dt>{text.alarms.cause}</dt>
        <dd>{cause}</dd>
        <dt>{text.alarms.consequence}</dt>
        <dd>{consequence}</dd>
      </dl>
    </>
  );
}
