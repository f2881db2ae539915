/** What findings and reasons are in French. */
import { CLAIM_SENTENCES } from "./claim-sentences.ts";
import { SENSOR_SENTENCES } from "./sensor-sentences.ts";
import type { Sentences } from "./sentences.ts";

export const FRENCH: Sentences = {
  claims: {
    leak: "De l'eau fuit dans le secteur",
    burst: "Une conduite a rompu dans le secteur",
    repair: "Une fuite a été réparée",
    "boundary-valve":
      "Une vanne de limite a été ouverte ou fermée : ce qu'un secteur a perdu, son voisin l'a gagné",
    "zone-wide-change": "Toute la zone a changé d'un coup",
    "large-user": "Un gros consommateur prélève de l'eau",
    "tank-filling": "Un réservoir se remplit",
    "meter-drift": "Le compteur dérive",
    "sensor-stuck": "Le capteur est bloqué : sa valeur ne bouge plus",
    "sensor-dead": "Le capteur est mort : il indique zéro, ou rien",
    "sensor-reversed": "Le capteur indique le mauvais signe",
    "sensor-spike": "Le capteur montre des valeurs impossibles pour de l'eau",
    "clock-shift": "L'horloge de la source est fausse",
    "counter-reset": "Le compteur a été remis à zéro ou remplacé",
    "data-gap": "Aucune donnée n'arrive",
    "telemetry-outage": "Plus rien n'arrive du site",
    "not-assessable": "La nuit ne peut pas être évaluée",
  },
  sentences: {
    ...SENSOR_SENTENCES.fr,
    ...CLAIM_SENTENCES.fr,
    "too-few-samples": "Trop peu de bonnes mesures sont arrivées",
    "meter-silent": "Un compteur du secteur est resté muet",
    "meter-withdrawn": "Un compteur du secteur n'est pas fiable pour l'instant",
    "no-meters": "Le secteur n'a pas de compteur",
    "supply-off": "L'alimentation était coupée",
    "level-missing": "Le niveau d'un réservoir du secteur manque",
    "too-few-supplies": "Trop peu de distributions ayant une heure stable ont été vues du début à la fin",
    "no-pressure-sensor": "La pression n'est pas mesurée ici : seul le débit parle",
    "too-little-history": "L'historique est trop court pour comparer",
    "nights-vary-too-much":
      "Ses nuits varient d'ordinaire de {variesPercent} de leur débit ; au-delà de {mostPercent}, une fuite ne se distingue pas de la consommation",
    "nights-calm-again":
      "Ses nuits varient maintenant de {variesPercent} de leur débit, ce qui peut être jugé",
    "not-a-tight-district": "Le secteur n'est pas assez étanche pour faire le bilan de ses débits",
    "daily-minimum-rose":
      "Le plus petit débit du jour était de {minimumM3h}, soit {risePercent} de plus que le plus petit des jours calmes précédents, {baselineM3h} ; jusqu'à {limitPercent} est habituel",
    "daily-minimum-returned":
      "Le plus petit débit du jour est revenu à {minimumM3h}, près des {baselineM3h} des jours calmes précédents",
    "flow-above-usual":
      "Depuis {lastedH}, le débit dépasse de {aboveM3h} les {usualM3h} habituels à ces heures, soit {timesUsualVariation} fois sa variation",
    "constant-offset":
      "Depuis {overDays}, toutes les heures sont plus hautes de {offsetM3h}, soit {timesUsualVariation} fois leur variation ; les quarts de la journée ne diffèrent pas de plus de {quartersDisagreeM3h}",
    "crept-up":
      "Toutes les heures ont monté peu à peu de {riseM3h} en {overDays}, soit {timesUsualVariation} fois leur variation ; la saison les a changées de {seasonM3h} en plus",
    "leak-grew": "Elle a grandi de {byM3h}, à {toM3h}",
    "outlasted-short-events":
      "Cela dure depuis {lastedH} ; ce qui va et vient de soi-même ici n'a jamais duré plus de {longestShortEventH}",
    "flow-dropped": "Le débit a baissé de {fellM3h}, à peu près les {lostM3h} perdus, et reste bas",
    "flow-returned": "Le débit a baissé de {fellM3h} après {lastedH} : cela s'est arrêté de soi-même",
    "value-unchanged":
      "{samples} mesures de suite, sur {lastedH}, indiquent exactement {valueM3h} ; tant qu'il était fiable, sa valeur n'est jamais restée fixe plus de {longestBeforeH}",
    "reads-zero":
      "Il indique zéro depuis {lastedH}, là où {usualM3h} est habituel ; avant, le zéro n'a jamais duré plus de {longestBeforeH}",
    "value-moves-again": "La valeur bouge de nouveau, après {lastedH}",
    "no-samples":
      "Aucune mesure n'est arrivée depuis {lastedH} ; une est attendue toutes les {expectedEveryMs}",
    "site-silent":
      "Les {sensors} capteurs du site sont tous muets : sa liaison, son courant ou son agent est en panne",
    "site-heard-again": "Le site est de nouveau entendu, d'abord par {sensor}",
    "samples-again": "Les mesures arrivent de nouveau, après {lastedH}",
    "withdrawn-by-late-data": "Des données tardives ne confirment pas le constat ; il est retiré",
    "nights-assessed-again": "{nights} nuits ont pu être évaluées de nouveau",
  },
  phrases: {
    sized: "{claim} : {estimate} m3/h, entre {low} et {high}.",
    ruledOut: "Écarté ({kind}) : {because}",
    missing: "Inconnu : {reason}",
  },
  ruledOutBy: "claim",
  units: { days: "{value} jours", perDay: "{value} par jour" },
  decimalPoint: ",",
};
