/** What is said for and against a claim that water leaks, in every language. */
import type { ClaimEvidenceFigures } from "./claim-evidence.ts";
import type { Language } from "./language.ts";

type Told = Readonly<Record<keyof ClaimEvidenceFigures, string>>;

export const CLAIM_SENTENCES: Readonly<Record<Language, Told>> = {
  en: {
    "explained-by-sensor": "{sensor} was wrong, and this rests on it; it is taken back",
    "rebaselined-after-gap":
      "After {silentH} without data the flow stands {offsetM3h} off what it was; that is taken as usual, and no leak is called on it",
    "neighbour-fell":
      "The flow rose by {roseM3h} in the hour in which that of {neighbour} fell by {fellM3h}, {timesUsualVariation} times what it varies by",
    "flows-exchanged-back": "The flow fell by {fellM3h}, and that of {neighbour} is back",
    "districts-rose-together":
      "{districts} of {ofDistricts} districts rose in the same hours, by {risePercent} of what is usual",
    "districts-back-together": "The flow fell by {fellM3h}: it is over",
    "pressure-fell":
      "Zone pressure fell by {fellM} from the {usualM} usual at these hours, where it varies by {sigmaM}: water is drawn",
    "pressure-unchanged":
      "Zone pressure changed by {changedM} only, where it varies by {sigmaM}: it does not tell",
    "pressure-with-flow":
      "Zone pressure changed by {ofExpectedPercent} of what so much more or less water through the pipes would have changed it by",
    "outlasted-calendar-day": "It began in time of {calendarDay}, and has outlasted it",
    "may-yet-end":
      "It has lasted {lastedH}: a hydrant, a large user or a filling tank looks the same until it ends, and then this ends with it",
    "inflow-tapered-off":
      "For {lastedH} the flow stood {aboveM3h} above usual, {volumeM3} in all, and fell back little by little over {taperedH}, as a float valve closes",
    "inflow-ended-at-once":
      "For {lastedH} the flow stood {aboveM3h} above usual, {volumeM3} in all, and was back within {endedH}, as when a valve is shut",
    "pressurised-flow-rose":
      "The least steady hour of the last {supplies} supplies was {flowM3h}, where {usualM3h} is usual, {timesUsualVariation} times what it varies by",
    "judged-by-supplies":
      "Water comes for {suppliedH} a day; in place of its nights the district is judged on the least steady hour of its supplies: {leastSteadyM3h}, of the last {supplies}",
    "pressurised-flow-back":
      "The least steady hour of a supply is {flowM3h} again, near the usual {usualM3h}",
  },
  fr: {
    "explained-by-sensor": "{sensor} était faux, et ceci repose sur lui ; le constat est retiré",
    "rebaselined-after-gap":
      "Après {silentH} sans données, le débit s'écarte de {offsetM3h} de ce qu'il était ; c'est tenu pour habituel, et aucune fuite n'en est déduite",
    "neighbour-fell":
      "Le débit a monté de {roseM3h} dans l'heure où celui de {neighbour} a baissé de {fellM3h}, soit {timesUsualVariation} fois sa variation",
    "flows-exchanged-back": "Le débit a baissé de {fellM3h}, et celui de {neighbour} est revenu",
    "districts-rose-together":
      "{districts} secteurs sur {ofDistricts} ont monté aux mêmes heures, de {risePercent} de l'habituel",
    "districts-back-together": "Le débit a baissé de {fellM3h} : c'est fini",
    "pressure-fell":
      "La pression de la zone a baissé de {fellM} par rapport aux {usualM} habituels à ces heures, où elle varie de {sigmaM} : de l'eau est prélevée",
    "pressure-unchanged":
      "La pression de la zone n'a changé que de {changedM}, où elle varie de {sigmaM} : elle ne permet pas de conclure",
    "pressure-with-flow":
      "La pression de la zone a changé de {ofExpectedPercent} de ce qu'une telle variation du débit dans les conduites aurait entraîné",
    "outlasted-calendar-day": "Cela a commencé pendant {calendarDay}, et dure au-delà",
    "may-yet-end":
      "Cela dure depuis {lastedH} : une borne, un gros usager ou un réservoir qui se remplit se présente de même jusqu'à sa fin, et ceci prendra fin avec lui",
    "inflow-tapered-off":
      "Pendant {lastedH}, le débit a dépassé l'habituel de {aboveM3h}, soit {volumeM3} en tout, puis est retombé peu à peu en {taperedH}, comme se ferme un robinet à flotteur",
    "inflow-ended-at-once":
      "Pendant {lastedH}, le débit a dépassé l'habituel de {aboveM3h}, soit {volumeM3} en tout, puis est revenu en {endedH}, comme quand on ferme une vanne",
    "pressurised-flow-rose":
      "L'heure stable la plus basse des {supplies} dernières distributions était de {flowM3h}, là où {usualM3h} est habituel, soit {timesUsualVariation} fois sa variation",
    "judged-by-supplies":
      "L'eau vient {suppliedH} par jour ; au lieu de ses nuits, le secteur est jugé sur l'heure stable la plus basse de ses distributions : {leastSteadyM3h}, pour les {supplies} dernières",
    "pressurised-flow-back":
      "L'heure stable la plus basse d'une distribution est de nouveau de {flowM3h}, près des {usualM3h} habituels",
  },
  sw: {
    "explained-by-sensor": "{sensor} kilikuwa na kosa, na jambo hili linakitegemea; limeondolewa",
    "rebaselined-after-gap":
      "Baada ya {silentH} bila data mtiririko umetofautiana kwa {offsetM3h} na ulivyokuwa; hali hiyo inachukuliwa kuwa ya kawaida, na haihesabiwi kuwa uvujaji",
    "neighbour-fell":
      "Mtiririko umepanda kwa {roseM3h} katika saa ambayo ule wa {neighbour} umeshuka kwa {fellM3h}, mara {timesUsualVariation} ya mabadiliko yake ya kawaida",
    "flows-exchanged-back": "Mtiririko umeshuka kwa {fellM3h}, na ule wa {neighbour} umerudi",
    "districts-rose-together":
      "Maeneo {districts} kati ya {ofDistricts} yamepanda saa zilezile, kwa {risePercent} ya kawaida",
    "districts-back-together": "Mtiririko umeshuka kwa {fellM3h}: imekwisha",
    "pressure-fell":
      "Shinikizo la ukanda limeshuka kwa {fellM} kutoka {usualM} ya kawaida kwa saa hizi, ambapo hubadilika kwa {sigmaM}: maji yanatumika",
    "pressure-unchanged":
      "Shinikizo la ukanda limebadilika kwa {changedM} tu, ambapo hubadilika kwa {sigmaM}: halitoshi kuamua",
    "pressure-with-flow":
      "Shinikizo la ukanda limebadilika kwa {ofExpectedPercent} ya kiasi ambacho mabadiliko hayo ya maji katika mabomba yangesababisha",
    "outlasted-calendar-day": "Ilianza wakati wa {calendarDay}, na imeendelea baada yake",
    "may-yet-end":
      "Imedumu kwa {lastedH}: hydranti, mteja mkubwa au tangi linalojazwa huonekana vivyo hivyo hadi iishe, na hapo jambo hili nalo litaisha",
    "inflow-tapered-off":
      "Kwa {lastedH} mtiririko ulikuwa {aboveM3h} juu ya kawaida, jumla {volumeM3}, kisha ulirudi polepole kwa {taperedH}, kama vali ya boya inavyofunga",
    "inflow-ended-at-once":
      "Kwa {lastedH} mtiririko ulikuwa {aboveM3h} juu ya kawaida, jumla {volumeM3}, kisha ulirudi ndani ya {endedH}, kama vali inapofungwa",
    "pressurised-flow-rose":
      "Saa tulivu ya chini kabisa ya migao {supplies} iliyopita ilikuwa {flowM3h}, pale ambapo {usualM3h} ni kawaida, mara {timesUsualVariation} ya mabadiliko yake ya kawaida",
    "judged-by-supplies":
      "Maji huja kwa {suppliedH} kwa siku; badala ya usiku, eneo linapimwa kwa saa tulivu ya chini kabisa ya migao yake: {leastSteadyM3h}, kwa migao {supplies} iliyopita",
    "pressurised-flow-back":
      "Saa tulivu ya chini kabisa ya mgao ni {flowM3h} tena, karibu na {usualM3h} ya kawaida",
  },
};
