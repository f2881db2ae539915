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
    legitimate: "usage légitime",
    background: "fuites diffuses",
    excess: "excès",
    eventsKey: "▲ alarme, ✓ réparation",
    nightTold:
      "{date} : débit nocturne {flow} m³/h = usage légitime {legitimate} + fuites diffuses {background} + excès {excess}",
    expectedBand: "attendu, d'après les mêmes heures d'avant",
    deviation: "au-dessus ou au-dessous",
  },
};
