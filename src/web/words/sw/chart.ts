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
    expectedBand: "inayotarajiwa, kwa saa zilezile za awali",
    deviation: "juu au chini yake",
  },
};
