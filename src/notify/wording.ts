/** The fixed words of messages, in each language; values stand in braces. */
import type { Priority } from "../model/alarm.ts";
import type { Language } from "../model/language.ts";
import type { Sentences } from "../model/sentences.ts";
import { ENGLISH } from "../model/sentences-en.ts";
import { FRENCH } from "../model/sentences-fr.ts";
import { SWAHILI } from "../model/sentences-sw.ts";
import type { Occasion } from "./notification-plan.ts";

export interface Wording {
  readonly sentences: Sentences;
  /** The first line of a message that has alarms that ask, by occasion. {count} */
  readonly headings: Readonly<Record<Occasion | "watchdog", string>>;
  /** The first line of a message that tells of ends alone. {count} */
  readonly onlyOver: string;
  readonly priorities: Readonly<Record<Priority, string>>;
  /** {time} */
  readonly since: string;
  /** {time} */
  readonly until: string;
  /** {volume}, {money} */
  readonly lost: string;
  /** {money} */
  readonly perDay: string;
  /** {response} */
  readonly response: string;
  readonly over: string;
  /** {count} */
  readonly more: string;
  /** {count} */
  readonly unacknowledged: string;
}

export const WORDING: Readonly<Record<Language, Wording>> = {
  en: {
    sentences: ENGLISH,
    headings: {
      news: "Alarms: {count}",
      reminder: "Still not acknowledged: {count}",
      escalation: "Nobody has acknowledged: {count}",
      watchdog: "Nightflow is alive",
    },
    onlyOver: "Alarms over: {count}",
    priorities: { high: "HIGH", medium: "MEDIUM", low: "LOW" },
    since: "since {time}",
    until: "until {time}",
    lost: "Lost so far: {volume} m3, {money}",
    perDay: "{money} a day",
    response: "To do: {response}",
    over: "OVER",
    more: "and {count} more",
    unacknowledged: "Alarms not acknowledged: {count}",
  },
  fr: {
    sentences: FRENCH,
    headings: {
      news: "Alarmes : {count}",
      reminder: "Toujours sans acquittement : {count}",
      escalation: "Personne n'a acquitté : {count}",
      watchdog: "Nightflow fonctionne",
    },
    onlyOver: "Alarmes terminées : {count}",
    priorities: { high: "HAUTE", medium: "MOYENNE", low: "BASSE" },
    since: "depuis {time}",
    until: "jusqu'à {time}",
    lost: "Perdu jusqu'ici : {volume} m3, {money}",
    perDay: "{money} par jour",
    response: "À faire : {response}",
    over: "TERMINÉ",
    more: "et {count} de plus",
    unacknowledged: "Alarmes non acquittées : {count}",
  },
  sw: {
    sentences: SWAHILI,
    headings: {
      news: "Tahadhari: {count}",
      reminder: "Bado hazijathibitishwa: {count}",
      escalation: "Hakuna aliyethibitisha: {count}",
      watchdog: "Nightflow inafanya kazi",
    },
    onlyOver: "Tahadhari zilizoisha: {count}",
    priorities: { high: "JUU", medium: "WASTANI", low: "CHINI" },
    since: "tangu {time}",
    until: "hadi {time}",
    lost: "Yaliyopotea hadi sasa: {volume} m3, {money}",
    perDay: "{money} kwa siku",
    response: "La kufanya: {response}",
    over: "IMEISHA",
    more: "na {count} zaidi",
    unacknowledged: "Tahadhari ambazo hazijathibitishwa: {count}",
  },
};
