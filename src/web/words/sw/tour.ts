/** Swahili: the tour of the pages. */
import type { Catalogue } from "../en.ts";

export const TOUR: Pick<Catalogue, "tour"> = {
  tour: {
    heading: "Matembezi",
    step: "{step} kati ya {steps}.",
    next: "Endelea",
    back: "Rudi",
    end: "Mwisho wa matembezi",
    dismiss: "Hapana, asante",
    goOn: "Endelea na matembezi",
    topics: {
      live: "Huu ni mji wa kubuni ambao maji yake ni ya kuigiza; mengine yote ni ya kweli. Mita hutuma taarifa kwa OPC UA, ajenti na MQTT, na unachokiona hubadilika nazo. Alama hii husema kama ukurasa uko hewani.",
      nights:
        "Watu wanapolala, sehemu kubwa ya maji yanayoendelea kutiririka ni uvujaji. Kila mstari ni eneo: mtiririko wake mdogo zaidi wa usiku uliopita, kilichozidi, na usiku thelathini wa kabla.",
      leak: "{district} inavuja. Kengele husema kiasi gani, tangu lini, gharama yake na kwa nini si hitilafu ya kihisi; ukurasa wake huonyesha mahali uvujaji unapoweza kuwa. Ifungue kwa Enter, ikiri kwa A.",
      sensor:
        "{sensor} hurudia namba ileile. Hiyo ni hitilafu ya kihisi na husemwa hivyo: haianzishi kengele ya uvujaji, wala hakuna usiku unaopimwa kwayo.",
      intermittent:
        "{district} hupata maji kwa saa fulani tu za siku. Usiku usio na shinikizo hausemi kitu kuhusu uvujaji, kwa hiyo haukadiriwi, na sababu hutolewa.",
      onward:
        "Kurasa nyingine zina maeneo, historia, vihisi, ripoti na mipangilio. Kufanya mazoezi katika mji unaoharibika, endesha nightflow train.",
    },
  },
};
