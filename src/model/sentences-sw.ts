/** What findings and reasons are in Swahili. */
import { CLAIM_SENTENCES } from "./claim-sentences.ts";
import { SENSOR_SENTENCES } from "./sensor-sentences.ts";
import type { Sentences } from "./sentences.ts";

export const SWAHILI: Sentences = {
  claims: {
    leak: "Maji yanavuja katika eneo",
    burst: "Bomba limepasuka katika eneo",
    repair: "Uvujaji umetengenezwa",
    "boundary-valve":
      "Vali ya mpaka imefunguliwa au kufungwa: kile eneo moja lilichopoteza, jirani yake limekipata",
    "zone-wide-change": "Ukanda wote umebadilika kwa pamoja",
    "large-user": "Mtumiaji mkubwa anachota maji",
    "tank-filling": "Tangi linajaa",
    "meter-drift": "Mita inapotoka polepole",
    "sensor-stuck": "Kihisi kimekwama: thamani yake haibadiliki",
    "sensor-dead": "Kihisi hakifanyi kazi: kinaonyesha sifuri, au hakionyeshi chochote",
    "sensor-reversed": "Kihisi kinasoma kinyume",
    "sensor-spike": "Kihisi kinaonyesha thamani zisizowezekana kwa maji",
    "clock-shift": "Saa ya chanzo si sahihi",
    "counter-reset": "Kihesabu kimeanzishwa upya au mita imebadilishwa",
    "data-gap": "Hakuna data inayofika",
    "telemetry-outage": "Hakuna chochote kinachosikika kutoka kituoni",
    "not-assessable": "Usiku huu hauwezi kutathminiwa",
  },
  sentences: {
    ...SENSOR_SENTENCES.sw,
    ...CLAIM_SENTENCES.sw,
    "too-few-samples": "Vipimo vizuri vilivyofika ni vichache mno",
    "meter-silent": "Mita moja ya eneo ilikuwa kimya",
    "meter-withdrawn": "Mita moja ya eneo haiaminiki kwa sasa",
    "no-meters": "Eneo halina mita",
    "supply-off": "Ugavi wa maji ulikuwa umefungwa",
    "level-missing": "Kimo cha maji cha tangi moja la eneo hakijulikani",
    "too-few-supplies": "Migao yenye saa tulivu iliyoonekana tangu mwanzo hadi mwisho ni michache mno",
    "no-pressure-sensor": "Shinikizo halipimwi hapa; ni mtiririko pekee unaoeleza",
    "too-little-history": "Historia ni fupi mno kwa kulinganisha",
    "nights-vary-too-much":
      "Usiku wake hubadilika kwa {variesPercent} ya mtiririko; zaidi ya {mostPercent} uvujaji hauwezi kutofautishwa na matumizi",
    "nights-calm-again":
      "Usiku wake sasa hubadilika kwa {variesPercent} ya mtiririko, na unaweza kutathminiwa",
    "not-a-tight-district": "Mipaka ya eneo haijafungwa vya kutosha kuweza kusawazisha mitiririko yake",
    "daily-minimum-rose":
      "Mtiririko mdogo kabisa wa siku ulikuwa {minimumM3h}, {risePercent} juu ya ule mdogo kabisa wa siku tulivu zilizopita, {baselineM3h}; kawaida ni hadi {limitPercent}",
    "daily-minimum-returned":
      "Mtiririko mdogo kabisa wa siku umerudi {minimumM3h}, karibu na {baselineM3h} ya siku tulivu zilizopita",
    "flow-above-usual":
      "Kwa {lastedH} mtiririko umekuwa {aboveM3h} juu ya {usualM3h} ya kawaida kwa saa hizi, mara {timesUsualVariation} ya mabadiliko yake ya kawaida",
    "constant-offset":
      "Kwa {overDays} saa zote zimekuwa juu kwa {offsetM3h}, mara {timesUsualVariation} ya mabadiliko yake ya kawaida; robo za siku hazitofautiani zaidi ya {quartersDisagreeM3h}",
    "crept-up":
      "Saa zote zimepanda polepole kwa {riseM3h} katika {overDays}, mara {timesUsualVariation} ya mabadiliko yake ya kawaida; msimu umezibadilisha kwa {seasonM3h} pembeni",
    "leak-grew": "Umeongezeka kwa {byM3h}, hadi {toM3h}",
    "outlasted-short-events":
      "Imedumu kwa {lastedH}; yanayokuja na kuondoka yenyewe hapa hayajawahi kudumu zaidi ya {longestShortEventH}",
    "flow-dropped":
      "Mtiririko umeshuka kwa {fellM3h}, karibu {lostM3h} zilizokuwa zinapotea, na umebaki chini",
    "flow-returned": "Mtiririko umeshuka kwa {fellM3h} baada ya {lastedH}: umeisha wenyewe",
    "value-unchanged":
      "Vipimo {samples} mfululizo, kwa {lastedH}, vinasoma {valueM3h} kamili; kilipokuwa kinaaminika, thamani haikuwahi kusimama zaidi ya {longestBeforeH}",
    "reads-zero":
      "Kimesoma sifuri kwa {lastedH}, pale ambapo {usualM3h} ni kawaida; kabla ya hapo sifuri haikuwahi kudumu zaidi ya {longestBeforeH}",
    "value-moves-again": "Thamani inabadilika tena, baada ya {lastedH}",
    "no-samples": "Hakuna kipimo kilichofika kwa {lastedH}; kimoja hutarajiwa kila {expectedEveryMs}",
    "site-silent":
      "Vihisi vyote {sensors} vya kituo viko kimya: mawasiliano, umeme au wakala wake haufanyi kazi",
    "site-heard-again": "Kituo kinasikika tena, kwanza kupitia {sensor}",
    "samples-again": "Vipimo vinafika tena, baada ya {lastedH}",
    "withdrawn-by-late-data": "Data iliyochelewa haithibitishi jambo hili; limeondolewa",
    "nights-assessed-again": "Usiku {nights} umeweza kutathminiwa tena",
  },
  phrases: {
    sized: "{claim}: {estimate} m3/h, kati ya {low} na {high}.",
    ruledOut: "Si hivi ({kind}): {because}",
    missing: "Haijulikani: {reason}",
  },
  ruledOutBy: "claim",
  units: { days: "siku {value}", perDay: "{value} kwa siku" },
  decimalPoint: ".",
};
