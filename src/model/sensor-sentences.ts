/** What is said of a sensor that is not to be believed, in every language. */
import type { Language } from "./language.ts";
import type { SensorEvidenceFigures } from "./sensor-evidence.ts";

type Told = Readonly<Record<keyof SensorEvidenceFigures, string>>;

export const SENSOR_SENTENCES: Readonly<Record<Language, Told>> = {
  en: {
    "height-unchanged":
      "{samples} samples in a row, over {lastedH}, read exactly {valueM}; while it was trusted the value never stood still for more than {longestBeforeH}",
    "height-zero":
      "It has read zero for {lastedH}, where {usualM} is usual; before, zero never lasted more than {longestBeforeH}",
    "counter-unchanged":
      "{samples} samples in a row, over {lastedH}, read exactly {valueM3}; before, the counter never stood still for more than {longestBeforeH}",
    "reads-other-sign":
      "For {lastedH} it has read {meanM3h} on average, where {usualM3h} is usual; it hardly ever had that sign before",
    "sign-right-again": "It has its usual sign again, after {lastedH}",
    "values-jump":
      "{spikes} single values within {withinH} stood far from their neighbours, up to {timesUsualStep} times the usual step; a burst would stay",
    "values-steady-again": "No such value has come for {quietH}",
    "flow-hugely-negative":
      "One value read {valueM3h}, where it never read less than {leastM3h}: what a counter shows that starts anew",
    "counter-fell": "The counter fell from {beforeM3} to {afterM3}; counters only grow",
    "day-shape-shifted":
      "The shape of the day fits the days before it {timesBetterFit} times better when it is moved by {shiftH}, over {overDays}",
    "day-shape-right-again": "The day has its usual shape again, after {overDays}",
    "reads-in-proportion":
      "In {overDays} its readings have changed by {growthPercent} of the flow, at the quiet hours ({nightPercent}) as at the busy ones",
    "balance-off-with-flow":
      "Against {overDays} before, the balance of its district is off by {sharePercent} of what this meter reads, when it reads much and not when it reads little",
    "peak-grew-more":
      "The change is {peakM3h} at the busy hours and {nightM3h} at the quiet ones; a leak changes all hours by the same",
    "reads-as-before": "It reads as before, within {growthPercent}",
    "growth-became-usual":
      "Its readings have stood where they are for {overDays}; they are taken as usual from now on",
  },
  fr: {
    "height-unchanged":
      "{samples} mesures de suite, sur {lastedH}, indiquent exactement {valueM} ; tant qu'il était fiable, sa valeur n'est jamais restée fixe plus de {longestBeforeH}",
    "height-zero":
      "Il indique zéro depuis {lastedH}, là où {usualM} est habituel ; avant, le zéro n'a jamais duré plus de {longestBeforeH}",
    "counter-unchanged":
      "{samples} mesures de suite, sur {lastedH}, indiquent exactement {valueM3} ; avant, le compteur n'est jamais resté fixe plus de {longestBeforeH}",
    "reads-other-sign":
      "Depuis {lastedH}, il indique en moyenne {meanM3h}, là où {usualM3h} est habituel ; avant, il n'avait presque jamais ce signe",
    "sign-right-again": "Il a de nouveau son signe habituel, après {lastedH}",
    "values-jump":
      "{spikes} valeurs isolées en {withinH} s'écartaient fort de leurs voisines, jusqu'à {timesUsualStep} fois le pas habituel ; une rupture resterait",
    "values-steady-again": "Aucune valeur de ce genre depuis {quietH}",
    "flow-hugely-negative":
      "Une valeur indiquait {valueM3h}, alors qu'il n'a jamais indiqué moins de {leastM3h} : c'est ce que montre un compteur qui repart",
    "counter-fell": "Le compteur est passé de {beforeM3} à {afterM3} ; un compteur ne fait que croître",
    "day-shape-shifted":
      "La forme de la journée correspond {timesBetterFit} fois mieux aux jours précédents quand on la décale de {shiftH}, sur {overDays}",
    "day-shape-right-again": "La journée a de nouveau sa forme habituelle, après {overDays}",
    "reads-in-proportion":
      "En {overDays}, ses mesures ont changé de {growthPercent} du débit, aux heures calmes ({nightPercent}) comme aux heures chargées",
    "balance-off-with-flow":
      "Par rapport à {overDays} plus tôt, le bilan de son secteur s'écarte de {sharePercent} de ce que lit ce compteur, quand il lit beaucoup et non quand il lit peu",
    "peak-grew-more":
      "L'écart est de {peakM3h} aux heures chargées et de {nightM3h} aux heures calmes ; une fuite change toutes les heures autant",
    "reads-as-before": "Il indique de nouveau comme avant, à {growthPercent} près",
    "growth-became-usual":
      "Ses mesures se tiennent là où elles sont depuis {overDays} ; elles sont désormais tenues pour habituelles",
  },
  sw: {
    "height-unchanged":
      "Vipimo {samples} mfululizo, kwa {lastedH}, vinasoma {valueM} kamili; kilipokuwa kinaaminika, thamani haikuwahi kusimama zaidi ya {longestBeforeH}",
    "height-zero":
      "Kimesoma sifuri kwa {lastedH}, pale ambapo {usualM} ni kawaida; kabla ya hapo sifuri haikuwahi kudumu zaidi ya {longestBeforeH}",
    "counter-unchanged":
      "Vipimo {samples} mfululizo, kwa {lastedH}, vinasoma {valueM3} kamili; kabla ya hapo kihesabu hakikuwahi kusimama zaidi ya {longestBeforeH}",
    "reads-other-sign":
      "Kwa {lastedH} imesoma wastani wa {meanM3h}, pale ambapo {usualM3h} ni kawaida; hapo awali ilikuwa na alama hiyo mara chache sana",
    "sign-right-again": "Ina alama yake ya kawaida tena, baada ya {lastedH}",
    "values-jump":
      "Thamani {spikes} za pekee ndani ya {withinH} zilikuwa mbali na jirani zake, hadi mara {timesUsualStep} ya hatua ya kawaida; bomba lililopasuka lingebaki juu",
    "values-steady-again": "Hakuna thamani ya namna hiyo iliyofika kwa {quietH}",
    "flow-hugely-negative":
      "Thamani moja ilisoma {valueM3h}, ilhali haikuwahi kusoma chini ya {leastM3h}: ndivyo kihesabu kinachoanza upya kinavyoonyesha",
    "counter-fell": "Kihesabu kimeshuka kutoka {beforeM3} hadi {afterM3}; kihesabu huongezeka tu",
    "day-shape-shifted":
      "Umbo la siku linalingana na siku zilizopita mara {timesBetterFit} vizuri zaidi likisogezwa kwa {shiftH}, katika {overDays}",
    "day-shape-right-again": "Siku ina umbo lake la kawaida tena, baada ya {overDays}",
    "reads-in-proportion":
      "Katika {overDays} vipimo vyake vimebadilika kwa {growthPercent} ya mtiririko, saa za utulivu ({nightPercent}) kama saa za matumizi makubwa",
    "balance-off-with-flow":
      "Ikilinganishwa na {overDays} zilizopita, mizania ya eneo lake imekosea kwa {sharePercent} ya kinachosomwa na mita hii, inaposoma kingi na si inaposoma kidogo",
    "peak-grew-more":
      "Badiliko ni {peakM3h} saa za matumizi makubwa na {nightM3h} saa za utulivu; uvujaji hubadilisha saa zote kwa kiasi kilekile",
    "reads-as-before": "Inasoma kama zamani, kwa tofauti isiyozidi {growthPercent}",
    "growth-became-usual":
      "Vipimo vyake vimebaki vilipo kwa {overDays}; kuanzia sasa vinachukuliwa kuwa vya kawaida",
  },
};
