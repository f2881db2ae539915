/** Every language tells the same figures. */
import { expect, test } from "vitest";
import { evidence } from "../../src/model/evidence.ts";
import { explain } from "../../src/model/explanation.ts";
import type { Sentences } from "../../src/model/sentences.ts";
import { ENGLISH } from "../../src/model/sentences-en.ts";
import { FRENCH } from "../../src/model/sentences-fr.ts";
import { SWAHILI } from "../../src/model/sentences-sw.ts";
import { verdict } from "../alarm/sample-verdicts.ts";

function figuresOf({ sentences, phrases }: Sentences) {
  const all = { ...sentences, ...phrases };
  return Object.fromEntries(
    Object.entries(all).map(([code, text]) => [code, [...text.matchAll(/\{\w+\}/g)].map(String).sort()]),
  );
}

test.each([
  ["French", FRENCH],
  ["Swahili", SWAHILI],
])("%s has the figures of English in each of its sentences", (_, language) => {
  expect(figuresOf(language)).toEqual(figuresOf(ENGLISH));
});

const LEAK = {
  ...verdict("leak", { flowM3h: 5.5 }),
  evidence: [evidence("crept-up", { riseM3h: 5.5, overDays: 21, timesUsualVariation: 4.25, seasonM3h: 1.5 })],
  ruledOut: [
    {
      kind: "large-user" as const,
      because: evidence("no-samples", { lastedH: 3, expectedEveryMs: 300_000 }),
    },
  ],
  missing: [{ code: "level-missing" as const, figures: { sensor: "tank-1" } }],
};

test("a leak in French", () => {
  expect(explain(LEAK, FRENCH)).toEqual([
    "De l'eau fuit dans le secteur : 5,5 m3/h, entre 4,4 et 6,6.",
    "Toutes les heures ont monté peu à peu de 5,5 m3/h en 21 jours, soit 4,25 fois leur variation ; la saison les a changées de 1,5 m3/h en plus.",
    "Écarté (un gros consommateur prélève de l'eau) : aucune mesure n'est arrivée depuis 3 h ; une est attendue toutes les 5 min.",
    "Inconnu : le niveau d'un réservoir du secteur manque (sensor tank-1).",
  ]);
});

test("a leak in Swahili", () => {
  expect(explain(LEAK, SWAHILI).slice(0, 2)).toEqual([
    "Maji yanavuja katika eneo: 5.5 m3/h, kati ya 4.4 na 6.6.",
    "Saa zote zimepanda polepole kwa 5.5 m3/h katika siku 21, mara 4.25 ya mabadiliko yake ya kawaida; msimu umezibadilisha kwa 1.5 m3/h pembeni.",
  ]);
});
