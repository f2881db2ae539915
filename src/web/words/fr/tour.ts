/** French: the tour of the pages. */
import type { Catalogue } from "../en.ts";

export const TOUR: Pick<Catalogue, "tour"> = {
  tour: {
    heading: "Visite",
    step: "{step} sur {steps}.",
    next: "Suivant",
    back: "Précédent",
    end: "Fin de la visite",
    dismiss: "Pas de visite, merci",
    goOn: "Reprendre la visite",
    topics: {
      live: "Ceci est une ville inventée dont l'eau est simulée ; tout le reste est réel. Les compteurs parlent par OPC UA, un agent et MQTT, et ce que vous voyez change avec eux. Ce repère dit si la page est en direct.",
      nights:
        "Quand les gens dorment, presque tout ce qui coule encore est une fuite. Chaque ligne est un secteur : son dernier débit minimum de nuit, ce qui y est de trop, et les trente nuits d'avant.",
      leak: "{district} fuit. L'alarme dit combien, depuis quand, ce que cela coûte et pourquoi ce n'est pas une panne de capteur ; sa page montre où la fuite peut se trouver. Entrée l'ouvre, A l'acquitte.",
      sensor:
        "{sensor} répète toujours le même nombre. C'est une panne de capteur, et c'est dit ainsi : elle ne déclenche pas de fuite, et aucune nuit n'est jugée d'après elle.",
      intermittent:
        "{district} n'a de l'eau qu'à certaines heures. Une nuit sans pression ne dit rien des fuites : elle n'est pas évaluée, et la raison est donnée.",
      onward:
        "Les autres pages montrent les secteurs, l'historique, les capteurs, les rapports et les réglages. Pour s'entraîner dans une ville qui casse : nightflow train.",
    },
  },
};
