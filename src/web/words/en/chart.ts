/** English: the charts. */
export const CHART = {
  chart: {
    time: "Time",
    netInflow: "Net inflow",
    out: "{meter} (out)",
    flow: "Flow",
    overTime: "{what} in {unit} over time",
    fetching: "Fetching history",
    noHistory: "No history: {message}",
    nightWindow: "night window",
    sinceAlarm: "since the alarm's start",
    legitimate: "legitimate use",
    background: "background leakage",
    excess: "excess",
    eventsKey: "▲ alarm raised, ✓ repair",
    nightTold:
      "{date}: night flow {flow} m³/h = legitimate use {legitimate} + background {background} + excess {excess}",
    expectedBand: "expected, from the same hours before",
    deviation: "above or below it",
  },
};
