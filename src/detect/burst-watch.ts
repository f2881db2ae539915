/**
 * Every hour: does the inflow stand off what is usual at this hour by more than it ever does, for one hour or some in a row? Finds bursts
 * before the morning. Knows how its district's hours hang together, and how large its excursions usually are.
 */
import { offsetWeights } from "./offset-estimate.ts";

/** Runs of so many hours are tried, up to this one. */
const MOST_HOURS = 6;
const SCALE_HOURS = 24 * 30;
const CORRELATION_LEARNT = 0.005;
const MOST_CORRELATION = 0.95;
/** Every hour of the run must show at least this share of the offset. */
const LEAST_SHARE = 0.4;

export interface Excursion {
  readonly offsetM3h: number;
  readonly sigmaM3h: number;
  readonly sigmas: number;
  /** Hours, counted back from the newest, that have it in them. */
  readonly hours: number;
}

interface Deviation {
  readonly deviationM3h: number;
  readonly sigmaM3h: number;
}

export interface BurstWatch {
  /** Newest last. */
  run: Deviation[];
  /** For runs of 1, 2, .. hours: the usual size of their statistic. */
  readonly sizes: Float64Array;
  /** Between one hour's deviation and the next one's. */
  correlation: number;
  /** The newest deviation in its standard deviations. */
  previous: number;
}

export function createBurstWatch(): BurstWatch {
  return {
    run: [],
    sizes: new Float64Array(MOST_HOURS).fill(1),
    correlation: 0.6,
    previous: Number.NaN,
  };
}

/** The hour's deviation from what is usual and its standard deviation. The most significant run that ends with it. */
export function excursionWith(watch: BurstWatch, deviationM3h: number, sigmaM3h: number): Excursion | null {
  if (Number.isNaN(deviationM3h) || !(sigmaM3h > 0)) {
    restartRun(watch);
    return null;
  }
  learnCorrelation(watch, deviationM3h / sigmaM3h);
  const { run } = watch;
  run.push({ deviationM3h, sigmaM3h });
  if (run.length > MOST_HOURS) run.shift();
  let best: Excursion | null = null;
  const sigmasM3h = run.map((one) => one.sigmaM3h);
  for (let hours = 1; hours <= run.length; hours += 1) {
    const first = run.length - hours;
    const weights = offsetWeights(sigmasM3h.slice(first), watch.correlation);
    let precision = 0;
    let weighted = 0;
    for (let i = 0; i < hours; i += 1) {
      const weight = Math.max(0, weights[i]!);
      precision += weight;
      weighted += weight * run[first + i]!.deviationM3h;
    }
    const offsetM3h = weighted / precision;
    const standardised = offsetM3h * Math.sqrt(precision);
    // Never under what theory says.
    const usual = Math.max(1, watch.sizes[hours - 1]!);
    learnRunSize(watch, hours, standardised);
    const sigmas = Math.abs(standardised) / usual;
    if ((best && sigmas <= best.sigmas) || !agree(run, first, offsetM3h)) continue;
    best = { offsetM3h, sigmaM3h: usual / Math.sqrt(precision), sigmas, hours };
  }
  return best;
}

/** The past is not what it was: begin a new run. */
export function restartRun(watch: BurstWatch): void {
  watch.run = [];
  watch.previous = Number.NaN;
}

function learnCorrelation(watch: BurstWatch, standardised: number): void {
  const { previous, correlation } = watch;
  const clipped = Math.max(-3, Math.min(3, standardised));
  if (!Number.isNaN(previous)) {
    const product = previous * clipped;
    const learnt =
      correlation + CORRELATION_LEARNT * (product - correlation * ((previous ** 2 + clipped ** 2) / 2));
    watch.correlation = Math.max(0, Math.min(MOST_CORRELATION, learnt));
  }
  watch.previous = clipped;
}

/** Like a robust scale, for a statistic of every hour: no past is kept. */
function learnRunSize({ sizes }: BurstWatch, hours: number, standardised: number): void {
  const size = sizes[hours - 1]!;
  sizes[hours - 1] = size + (1.2533 * Math.min(Math.abs(standardised), 3 * size) - size) / SCALE_HOURS;
}

/** Whether each hour from the first on shows enough of the offset. */
function agree(run: readonly { readonly deviationM3h: number }[], first: number, offsetM3h: number): boolean {
  const least = LEAST_SHARE * Math.abs(offsetM3h);
  for (let i = first; i < run.length; i += 1)
    if (run[i]!.deviationM3h * Math.sign(offsetM3h) < least) return false;
  return true;
}
