/** French: the charts. */
import type { Catalogue } from "../en.ts";

export const CHART: Pick<Catalogue, "chart"> = {
  chart: {
    time: "Heure",
    netInflow: "Apport net",
    out: "{meter} (sortie)",
    flow: "Débit",
    overTime: "{what} en {unit} dans le temps",
    fetching: "Chargement de l'historique",
    noHistory: "Pas d'historique : {message}",
    nightWindow: "fenêtre nocturne",
    sinceAlarm: "depuis le début de l'alarme",
    expectedBand: "attendu, d'après les mêmes heures d'avant",
    deviation: "au-dessus ou au-dessous",
  },
};
