/** Swahili: the charts. */
import type { Catalogue } from "../en.ts";

export const CHART: Pick<Catalogue, "chart"> = {
  chart: {
    time: "Saa",
    netInflow: "Maji yanayoingia",
    out: "{meter} (kutoka)",
    flow: "Mtiririko",
    overTime: "{what} kwa {unit} kwa muda",
    fetching: "Inapakia historia",
    noHistory: "Hakuna historia: {message}",
    nightWindow: "dirisha la usiku",
    sinceAlarm: "tangu tahadhari ilipoanza",
    legitimate: "matumizi halali",
    background: "uvujaji wa kawaida",
    excess: "ziada",
    eventsKey: "▲ tahadhari, ✓ matengenezo",
    nightTold:
      "{date}: mtiririko wa usiku {flow} m³/h = matumizi halali {legitimate} + uvujaji wa kawaida {background} + ziada {excess}",
    expectedBand: "inayotarajiwa, kwa saa zilezile za awali",
    deviation: "juu au chini yake",
  },
};
