/**
 * The figures of what explains, or supports, a claim that water leaks: other sensors, neighbours, pressure, how it ended, supply. Part
 * of the one list of evidence codes, evidence.ts.
 */

export interface ClaimEvidenceFigures {
  /** A leak that was told is taken back: one of the meters it rests on was wrong. */
  readonly "explained-by-sensor": { readonly sensor: string };
  /** The flow was another after a silence of the meter; that is taken as usual, no leak is called on it. */
  readonly "rebaselined-after-gap": { readonly offsetM3h: number; readonly silentH: number };
  readonly "neighbour-fell": {
    readonly neighbour: string;
    readonly roseM3h: number;
    readonly fellM3h: number;
    readonly timesUsualVariation: number;
  };
  readonly "flows-exchanged-back": { readonly neighbour: string; readonly fellM3h: number };
  readonly "districts-rose-together": {
    readonly districts: number;
    readonly ofDistricts: number;
    readonly risePercent: number;
  };
  readonly "districts-back-together": { readonly fellM3h: number };
  /** Zone pressure fell with the rise of the flow: water is drawn, the meter is right. */
  readonly "pressure-fell": { readonly fellM: number; readonly usualM: number; readonly sigmaM: number };
  readonly "pressure-unchanged": { readonly changedM: number; readonly sigmaM: number };
  /** By how much of what so much flow takes zone pressure changed: where the meter alone is wrong, by nothing. */
  readonly "pressure-with-flow": { readonly ofExpectedPercent: number };
  /** It began on a day the calendar names, and lasts beyond what that explains. */
  readonly "outlasted-calendar-day": { readonly calendarDay: string };
  /** A burst told within hours: use that comes and goes, or a tank that fills, looks the same until it ends. */
  readonly "may-yet-end": { readonly lastedH: number };
  /** Short use: how the inflow came back is what tells a tank from a hydrant. */
  readonly "inflow-tapered-off": {
    readonly aboveM3h: number;
    readonly lastedH: number;
    readonly taperedH: number;
    readonly volumeM3: number;
  };
  readonly "inflow-ended-at-once": {
    readonly aboveM3h: number;
    readonly lastedH: number;
    readonly endedH: number;
    readonly volumeM3: number;
  };
  /** Intermittent supply: the least steady hour of the last supplies stands above what it was. */
  readonly "pressurised-flow-rose": {
    readonly flowM3h: number;
    readonly usualM3h: number;
    readonly supplies: number;
    readonly timesUsualVariation: number;
  };
  /** Intermittent supply: what the district is judged on in place of its nights. */
  readonly "judged-by-supplies": {
    readonly suppliedH: number;
    readonly supplies: number;
    readonly leastSteadyM3h: number;
  };
  readonly "pressurised-flow-back": { readonly flowM3h: number; readonly usualM3h: number };
}
