/** What findings and reasons are in English. */
import { CLAIM_SENTENCES } from "./claim-sentences.ts";
import { SENSOR_SENTENCES } from "./sensor-sentences.ts";
import type { Sentences } from "./sentences.ts";

export const ENGLISH: Sentences = {
  claims: {
    leak: "Water leaks in the district",
    burst: "A pipe has burst in the district",
    repair: "A leak was repaired",
    "boundary-valve": "A boundary valve was opened or closed: what one district lost, its neighbour gained",
    "zone-wide-change": "The whole zone changed at once",
    "large-user": "A large user draws water",
    "tank-filling": "A tank is filling",
    "meter-drift": "The meter drifts",
    "sensor-stuck": "The sensor is stuck: its value does not move",
    "sensor-dead": "The sensor is dead: it reads zero, or nothing",
    "sensor-reversed": "The sensor reads with the wrong sign",
    "sensor-spike": "The sensor shows values that water cannot make",
    "clock-shift": "The clock of the source is wrong",
    "counter-reset": "The counter was reset or the meter exchanged",
    "data-gap": "No data came",
    "telemetry-outage": "Nothing of the site is heard",
    "not-assessable": "The night cannot be assessed",
  },
  sentences: {
    ...SENSOR_SENTENCES.en,
    ...CLAIM_SENTENCES.en,
    "too-few-samples": "Too few good samples came",
    "meter-silent": "A meter of the district was silent",
    "meter-withdrawn": "A meter of the district is not trusted for now",
    "no-meters": "The district has no meters",
    "supply-off": "The supply was off",
    "level-missing": "The level of a tank in the district is missing",
    "too-few-supplies": "Too few supplies with a steady hour were seen to begin and to end",
    "no-pressure-sensor": "Pressure is not measured here, so that flow alone tells",
    "too-little-history": "There is too little history to compare with",
    "nights-vary-too-much":
      "Its nights usually vary by {variesPercent} of their flow; above {mostPercent} a leak cannot be told from use",
    "nights-calm-again": "Its nights vary by {variesPercent} of their flow now, which can be judged",
    "not-a-tight-district": "The district is not closed tightly enough to balance its flows",
    "daily-minimum-rose":
      "The least flow of the day was {minimumM3h}, {risePercent} above the least of the quiet days before, {baselineM3h}; up to {limitPercent} is usual",
    "daily-minimum-returned":
      "The least flow of the day is back at {minimumM3h}, near the {baselineM3h} of the quiet days before",
    "flow-above-usual":
      "For {lastedH} the flow has stood {aboveM3h} above the {usualM3h} that is usual at these hours, {timesUsualVariation} times what it varies by",
    "constant-offset":
      "For {overDays} all hours have stood {offsetM3h} higher, {timesUsualVariation} times what they vary by; the quarters of the day differ by no more than {quartersDisagreeM3h}",
    "crept-up":
      "All hours have crept up by {riseM3h} over {overDays}, {timesUsualVariation} times what they vary by; the season moved them by {seasonM3h} besides",
    "leak-grew": "It has grown by {byM3h}, to {toM3h}",
    "outlasted-short-events":
      "It has lasted for {lastedH}; what comes and goes by itself here never lasted more than {longestShortEventH}",
    "flow-dropped": "The flow fell by {fellM3h}, about the {lostM3h} that were lost, and stays there",
    "flow-returned": "The flow fell by {fellM3h} after {lastedH}: it ended by itself",
    "value-unchanged":
      "{samples} samples in a row, over {lastedH}, read exactly {valueM3h}; while it was trusted the value never stood still for more than {longestBeforeH}",
    "reads-zero":
      "It has read zero for {lastedH}, where {usualM3h} is usual; before, zero never lasted more than {longestBeforeH}",
    "value-moves-again": "The value moves again, after {lastedH}",
    "no-samples": "No sample has come for {lastedH}; one is expected every {expectedEveryMs}",
    "site-silent": "All {sensors} sensors of the site are silent: its link, its power or its agent is down",
    "site-heard-again": "The site is heard again, by {sensor} first",
    "samples-again": "Samples come again, after {lastedH}",
    "withdrawn-by-late-data": "Data that came late do not bear the finding out; it is withdrawn",
    "nights-assessed-again": "{nights} nights could be assessed again",
  },
  phrases: {
    sized: "{claim}: {estimate} m3/h, between {low} and {high}.",
    ruledOut: "Not {kind}: {because}",
    missing: "Not known: {reason}",
  },
  ruledOutBy: "code",
  units: { days: "{value} days", perDay: "{value} a day" },
  decimalPoint: ".",
};
