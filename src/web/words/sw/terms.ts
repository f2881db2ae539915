/** Swahili: the words of the field that several pages use. */
import type { Catalogue } from "../en.ts";

export const TERMS: Pick<
  Catalogue,
  "roles" | "kinds" | "priorities" | "states" | "qualities" | "quantities" | "durations" | "refusals"
> = {
  roles: { viewer: "mtazamaji", operator: "mwendeshaji", engineer: "mhandisi", admin: "msimamizi" },
  kinds: {
    leak: "Uvujaji",
    burst: "Bomba limepasuka",
    repair: "Uvujaji umerekebishwa",
    "boundary-valve": "Vali ya mpaka imesogezwa",
    "zone-wide-change": "Eneo lote limebadilika",
    "large-user": "Mtumiaji mkubwa",
    "tank-filling": "Tangi linajazwa",
    "meter-drift": "Mita inapotoka",
    "sensor-stuck": "Kihisi kimekwama",
    "sensor-dead": "Kihisi kimekufa",
    "sensor-reversed": "Kihisi kimegeuzwa",
    "sensor-spike": "Kihisi kinaruka",
    "clock-shift": "Saa si sahihi",
    "counter-reset": "Kihesabu kimeanza upya",
    "data-gap": "Hakuna data",
    "telemetry-outage": "Kituo kiko kimya",
    "not-assessable": "Haiwezi kutathminiwa",
  },
  priorities: { high: "Juu", medium: "Wastani", low: "Chini" },
  states: {
    normal: "Kawaida",
    unacknowledged: "Haijathibitishwa",
    acknowledged: "Imethibitishwa",
    "returned-unacknowledged": "Imeisha, haijathibitishwa",
  },
  qualities: { good: "nzuri", uncertain: "isiyo na uhakika", bad: "mbaya" },
  quantities: { flow: "Mtiririko", pressure: "Shinikizo", level: "Kina", volume: "Ujazo" },
  durations: { s: "sek {s}", min: "dak {min}", h: "saa {h} dak {min}", d: "siku {d} saa {h}" },
  refusals: {
    "not-sent": "Haijatumwa: hakuna muunganisho na kituo.",
    "not-answered": "Muunganisho ulipotea kabla ya kituo kujibu. Angalia kama imefanyika.",
    "already-acknowledged": "Tahadhari tayari imethibitishwa.",
    "not-standing": "Tahadhari imerudi kawaida; hakuna cha kuficha wala kufanya.",
    "not-shelved": "Tahadhari haijasitishwa.",
    "no-open-work": "Hakuna agizo la kazi lililo wazi kwa tahadhari hii.",
    "work-is-open": "Kikosi tayari kinafanya kazi kwenye tahadhari hii.",
    "not-permitted": "Wadhifa wako hauruhusu hili.",
    "not-logged-in": "Ingia kwanza.",
  },
};
