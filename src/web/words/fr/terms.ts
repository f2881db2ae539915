/** French: the words of the field that several pages use. */
import type { Catalogue } from "../en.ts";

export const TERMS: Pick<
  Catalogue,
  "roles" | "kinds" | "priorities" | "states" | "qualities" | "quantities" | "durations" | "refusals"
> = {
  roles: { viewer: "lecteur", operator: "opérateur", engineer: "ingénieur", admin: "administrateur" },
  kinds: {
    leak: "Fuite",
    burst: "Rupture",
    repair: "Fuite réparée",
    "boundary-valve": "Vanne de limite manœuvrée",
    "zone-wide-change": "Toute la zone a changé",
    "large-user": "Gros consommateur",
    "tank-filling": "Remplissage de réservoir",
    "meter-drift": "Dérive de compteur",
    "sensor-stuck": "Capteur figé",
    "sensor-dead": "Capteur muet",
    "sensor-reversed": "Capteur inversé",
    "sensor-spike": "Pics du capteur",
    "clock-shift": "Horloge fausse",
    "counter-reset": "Compteur remis à zéro",
    "data-gap": "Pas de données",
    "telemetry-outage": "Site silencieux",
    "not-assessable": "Non évaluable",
  },
  priorities: { high: "Haute", medium: "Moyenne", low: "Basse" },
  states: {
    normal: "Normale",
    unacknowledged: "Non acquittée",
    acknowledged: "Acquittée",
    "returned-unacknowledged": "Terminée, non acquittée",
  },
  qualities: { good: "bonne", uncertain: "incertaine", bad: "mauvaise" },
  quantities: { flow: "Débit", pressure: "Pression", level: "Niveau", volume: "Volume" },
  durations: { s: "{s} s", min: "{min} min", h: "{h} h {min} min", d: "{d} j {h} h" },
  refusals: {
    "not-sent": "Non envoyé : pas de connexion au centre.",
    "not-answered": "Connexion perdue avant la réponse du centre. Vérifiez si l'action a pris effet.",
    "already-acknowledged": "L'alarme est déjà acquittée.",
    "not-standing": "L'alarme est revenue à la normale ; il n'y a plus rien à masquer ni à faire.",
    "not-shelved": "L'alarme n'est pas suspendue.",
    "no-open-work": "Aucun ordre de travail ouvert pour cette alarme.",
    "work-is-open": "Une équipe travaille déjà sur cette alarme.",
    "not-permitted": "Votre rôle ne le permet pas.",
    "not-logged-in": "Connectez-vous d'abord.",
  },
};
