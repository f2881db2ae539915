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

export interface BurstWatch {
  /** The hour's deviation from what is usual and its standard deviation. The most significant run that ends with it. */
  observe(deviationM3h: number, sigmaM3h: number): Excursion | null;
  /** The past is not what it was: begin a new run. */
  restart(): void;
}

export function createBurstWatch(): BurstWatch {
  /** Newest last. */
  let run: { readonly deviationM3h: number; readonly sigmaM3h: number }[] = [];
  const scales = Array.from({ length: MOST_HOURS }, () => createDecayingScale());
  let correlation = 0.6;
  let previous = Number.NaN;

  function learnCorrelation(standardised: number): void {
    const clipped = Math.max(-3, Math.min(3, standardised));
    if (!Number.isNaN(previous)) {
      const product = previous * clipped;
      correlation += CORRELATION_LEARNT * (product - correlation * ((previous ** 2 + clipped ** 2) / 2));
      correlation = Math.max(0, Math.min(MOST_CORRELATION, correlation));
    }
    previous = clipped;
  }

  return {
    observe(deviationM3h, sigmaM3h) {
      if (Number.isNaN(deviationM3h) || !(sigmaM3h > 0)) {
        run = [];
        previous = Number.NaN;
        return null;
      }
      learnCorrelation(deviationM3h / sigmaM3h);
      run.push({ deviationM3h, sigmaM3h });
      if (run.length > MOST_HOURS) run.shift();
      let best: Excursion | null = null;
      const sizes = run.map((one) => one.sigmaM3h);
      for (let hours = 1; hours <= run.length; hours += 1) {
        const first = run.length - hours;
        const weights = offsetWeights(sizes.slice(first), correlation);
        let precision = 0;
        let weighted = 0;
        for (let i = 0; i < hours; i += 1) {
          const weight = Math.max(0, weights[i]!);
          precision += weight;
          weighted += weight * run[first + i]!.deviationM3h;
        }
        const offsetM3h = weighted / precision;
        const scale = scales[hours - 1]!;
        const standardised = offsetM3h * Math.sqrt(precision);
        const usual = scale.sigma();
        scale.observe(standardised);
        const sigmas = Math.abs(standardised) / usual;
        if ((best && sigmas <= best.sigmas) || !agree(run, first, offsetM3h)) continue;
        best = { offsetM3h, sigmaM3h: usual / Math.sqrt(precision), sigmas, hours };
      }
      return best;
    },
    restart() {
      run = [];
      previous = Number.NaN;
    },
  };
}

/** Whether each hour from the first on shows enough of the offset. */
function agree(run: readonly { readonly deviationM3h: number }[], first: number, offsetM3h: number): boolean {
  const least = LEAST_SHARE * Math.abs(offsetM3h);
  for (let i = first; i < run.length; i += 1)
    if (run[i]!.deviationM3h * Math.sign(offsetM3h) < least) return false;
  return true;
}

interface DecayingScale {
  observe(value: number): void;
  sigma(): number;
}

/** Like a robust scale, for a statistic of every hour: no past is kept. Never under what theory says, 1. */
function createDecayingScale(): DecayingScale {
  let size = 1;
  return {
    observe(value) {
      size += (1.2533 * Math.min(Math.abs(value), 3 * size) - size) / SCALE_HOURS;
    },
    sigma: () => Math.max(1, size),
  };
}
