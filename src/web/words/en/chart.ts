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
    expectedBand: "expected, from the same hours before",
    deviation: "above or below it",
  },
};
