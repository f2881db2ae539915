/**
 * The leaks of one district that are believed to run: opened when found, merged with what is the same leak growing, resized as days
 * pass, and closed when the flow falls by about what they lose.
 */
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { evidence } from "../model/evidence.ts";
import type { Evidence, RuledOut, SizeM3h, Subject, Verdict, VerdictKind } from "../model/verdict.ts";
import { endFinding, openFinding } from "./standing-finding.ts";

/** Within this time of its opening or growing, what is found and is not much larger belongs to the same leak. */
const SAME_MS = 3 * DAY_MS;
/** In that time an offset smaller than this share of what was found is a better estimate of it, not another event. */
const CORRECTION_SHARE = 0.5;
/** After a leak ended, a rise of more than this share of what fell is another leak: how much fell is known better than that. */
const REBOUND_SHARE = 0.25;
/** A leak that grew within this time may go on growing. */
const GROWING_MS = 35 * DAY_MS;
/** A leak that is growing fast may double in days; one that took weeks adds less of itself at once. */
const FAST_GROWTH_SHARE = 1.5;
const SLOW_GROWTH_SHARE = 0.6;
/**
 * So many leaks of one district are followed at once, which bounds what is kept however long history is; thirty-three began in two years of
 * L-Town. Beyond, the oldest is let go: its finding stands until somebody closes it, and no drop ends it any more.
 */
export const MOST_OPEN_LEAKS = 32;
/** A drop closes the leak whose size it matches within this share. */
const MATCH_SHARE = 0.6;
/** An excursion that is over within this time was not repaired: it ended. */
const SHORT_MS = DAY_MS;
const PASSED_MS = DAY_MS / 2;
/** So many standard deviations hold 90 % of injected leaks on ten real districts; days are further off, and more often, than a normal variable. */
const INTERVAL_SIGMAS = 3;
/** Slow growth is told from so many on: that nothing is lost is not within its interval. */
const GROWN_INTERVAL_SIGMAS = 2.4;

export interface Rise {
  readonly kind: VerdictKind;
  readonly startMs: number;
  readonly decidedMs: number;
  readonly offsetM3h: number;
  /** Found by weeks of growth: then it belongs to a leak that was growing in those weeks, whatever its size. */
  readonly crept?: boolean;
  /** All that is lost, growth before it was noticed included; for a leak that is known already too. */
  readonly totalM3h?: number;
  readonly sigmaM3h: number;
  readonly sigmas: number;
  readonly evidence: readonly Evidence[];
  readonly ruledOut: readonly RuledOut[];
}

export interface Drop {
  readonly startMs: number;
  readonly decidedMs: number;
  readonly fellM3h: number;
  readonly sigmaM3h: number;
}

/** What a drop ended. */
export interface Closing {
  readonly verdicts: readonly Verdict[];
  /** When the first began of the leaks that ended and had grown; null when none had. */
  readonly grewSinceMs: number | null;
  /**
   * What ended within half a day had been taken for so much of what is usual, m3/h: it never was. Null where something was repaired, or lasted
   * longer: by then use is not what it was, and how much fell is known better.
   */
  readonly tookForUsualM3h: number | null;
}

type Growth = Pick<Rise, "kind" | "startMs" | "decidedMs" | "offsetM3h" | "crept">;

interface OpenLeak {
  verdict: Verdict;
  sizeM3h: number;
  variance: number;
  readonly openedMs: number;
  grownMs: number;
  /** Found by its growth, or seen growing: not a step that stays as it is. */
  gradual: boolean;
  /** Was told to grow, or found by it. */
  grew: boolean;
}

export interface LeakBook {
  readonly subject: Subject;
  open: OpenLeak[];
  /** The newest thing found: a leak that opened, or one that closed (null). */
  newest: { readonly leak: OpenLeak | null; readonly timeMs: number; readonly offsetM3h: number } | null;
}

export function createLeakBook(district: string): LeakBook {
  return { subject: { kind: "district", id: district }, open: [], newest: null };
}

/** True when a rise of so much belongs to a leak that runs already. */
export function isGrowth(book: LeakBook, rise: Growth): boolean {
  return sameLeak(book, rise) !== undefined;
}

export function riseLeak(book: LeakBook, rise: Rise): readonly Verdict[] {
  const known = sameLeak(book, rise);
  if (known) return [growLeak(known, rise)];
  const variance = rise.sigmaM3h ** 2;
  const sizeM3h = rise.totalM3h ?? rise.offsetM3h;
  const verdict = openFinding(book.subject, rise.kind, rise.startMs, {
    decidedMs: rise.decidedMs,
    size: sizeOf(sizeM3h, variance, rise.crept === true),
    confidence: confidenceOf(rise.sigmas),
    evidence: rise.evidence,
    ruledOut: rise.ruledOut,
  });
  const gradual = rise.kind !== "burst";
  const leak: OpenLeak = {
    verdict,
    sizeM3h,
    variance,
    openedMs: rise.decidedMs,
    grownMs: rise.decidedMs,
    gradual,
    grew: rise.crept === true,
  };
  book.open.push(leak);
  if (book.open.length > MOST_OPEN_LEAKS) book.open.shift();
  book.newest = { leak, timeMs: rise.decidedMs, offsetM3h: sizeM3h };
  return [verdict];
}

/** True when an offset found now, of either sign, would only correct what was found in the last days. */
export function isCorrection({ newest }: LeakBook, offsetM3h: number, decidedMs: number): boolean {
  if (newest === null || decidedMs - newest.timeMs > SAME_MS) return false;
  const { leak, offsetM3h: foundM3h } = newest;
  const share = leak === null && offsetM3h > 0 ? REBOUND_SHARE : CORRECTION_SHARE;
  // What is taken off is held against what is left as well, or corrections could add up to more than all of it.
  const mostM3h = leak !== null && offsetM3h < 0 ? Math.min(foundM3h, leak.sizeM3h) : foundM3h;
  return Math.abs(offsetM3h) < share * mostM3h;
}

export function correctLeak(
  { newest }: LeakBook,
  offsetM3h: number,
  sigmaM3h: number,
  decidedMs: number,
): readonly Verdict[] {
  const leak = newest?.leak;
  if (!leak) return [];
  leak.sizeM3h += offsetM3h;
  leak.variance = sigmaM3h ** 2;
  leak.verdict = { ...leak.verdict, decidedMs, size: sizeOf(leak.sizeM3h, leak.variance, leak.grew) };
  return [leak.verdict];
}

export function dropLeak(book: LeakBook, drop: Drop): Closing {
  const { open } = book;
  const off = (leak: OpenLeak) => Math.abs(leak.sizeM3h - drop.fellM3h) / leak.sizeM3h;
  const [nearest] = [...open].sort((a, b) => off(a) - off(b));
  if (nearest && off(nearest) <= MATCH_SHARE) return closeLeaks(book, [nearest], drop);
  const lost = open.reduce((sum, leak) => sum + leak.sizeM3h, 0);
  const all = open.length > 0 && Math.abs(lost - drop.fellM3h) <= MATCH_SHARE * lost;
  // Two repairs at once look like one: they are told as one.
  return closeLeaks(book, all ? open : [], drop);
}

function sameLeak({ open }: LeakBook, rise: Growth): OpenLeak | undefined {
  const { kind, decidedMs, offsetM3h, crept } = rise;
  return open.findLast((leak) => {
    if (isRestOf(leak, rise)) return true;
    if (kind === "burst")
      return decidedMs - leak.openedMs <= SAME_MS && offsetM3h <= FAST_GROWTH_SHARE * leak.sizeM3h;
    const sinceGrownMs = decidedMs - leak.grownMs;
    if (sinceGrownMs <= SAME_MS) return offsetM3h <= FAST_GROWTH_SHARE * leak.sizeM3h;
    const fits = crept || offsetM3h <= SLOW_GROWTH_SHARE * leak.sizeM3h;
    return leak.gradual && sinceGrownMs <= GROWING_MS && fits;
  });
}

/** The hour in which a burst began may show it in its last minutes only: what the next hour adds is the same burst, however much it is. */
function isRestOf({ verdict }: OpenLeak, { kind, startMs }: Growth): boolean {
  return kind === "burst" && verdict.kind === "burst" && startMs - verdict.startMs <= HOUR_MS;
}

function growLeak(leak: OpenLeak, rise: Rise): Verdict {
  const grows = !isRestOf(leak, rise);
  leak.sizeM3h = rise.totalM3h ?? leak.sizeM3h + rise.offsetM3h;
  leak.variance += rise.sigmaM3h ** 2;
  leak.grownMs = rise.decidedMs;
  leak.gradual ||= grows;
  leak.grew ||= grows;
  const grew = evidence("leak-grew", { byM3h: rise.offsetM3h, toM3h: leak.sizeM3h });
  const { verdict } = leak;
  const told = verdict.evidence.filter(({ code }) => code !== "leak-grew");
  leak.verdict = {
    ...verdict,
    decidedMs: rise.decidedMs,
    size: sizeOf(leak.sizeM3h, leak.variance, true),
    confidence: Math.max(verdict.confidence, confidenceOf(rise.sigmas)),
    evidence: [...told, grew],
  };
  return leak.verdict;
}

function closeLeaks(book: LeakBook, leaks: readonly OpenLeak[], drop: Drop): Closing {
  const grown = leaks.filter(({ grew }) => grew).map(({ verdict }) => verdict.startMs);
  const verdicts = leaks.flatMap((leak) =>
    closeLeak(book, leak, leaks.length === 1 ? drop : { ...drop, fellM3h: leak.sizeM3h }),
  );
  const isPassed = leaks.every(({ verdict }) => drop.startMs - verdict.startMs <= PASSED_MS);
  return {
    verdicts,
    grewSinceMs: grown.length > 0 ? Math.min(...grown) : null,
    tookForUsualM3h:
      leaks.length > 0 && isPassed ? leaks.reduce((sum, { sizeM3h }) => sum + sizeM3h, 0) : null,
  };
}

function closeLeak(
  book: LeakBook,
  leak: OpenLeak,
  { startMs, decidedMs, fellM3h, sigmaM3h }: Drop,
): Verdict[] {
  book.open = book.open.filter((one) => one !== leak);
  book.newest = { leak: null, timeMs: decidedMs, offsetM3h: fellM3h };
  const lastedMs = startMs - leak.verdict.startMs;
  if (lastedMs < SHORT_MS) {
    const how = evidence("flow-returned", { fellM3h, lastedH: lastedMs / HOUR_MS });
    return [endFinding(leak.verdict, startMs, decidedMs, how)];
  }
  const how = evidence("flow-dropped", { fellM3h, lostM3h: leak.sizeM3h });
  const repair = openFinding(book.subject, "repair", startMs, {
    decidedMs,
    size: sizeOf(fellM3h, sigmaM3h ** 2, false),
    confidence: leak.verdict.confidence,
    evidence: [how],
  });
  return [endFinding(leak.verdict, startMs, decidedMs, how), { ...repair, endMs: startMs }];
}

function sizeOf(estimate: number, variance: number, grew: boolean): SizeM3h {
  const margin = (grew ? GROWN_INTERVAL_SIGMAS : INTERVAL_SIGMAS) * Math.sqrt(variance);
  return { estimate, low: estimate - margin, high: estimate + margin };
}

/** How sure, from the significance: 4 times the usual variation is 0.8, 8 is 0.96. */
function confidenceOf(sigmas: number): number {
  return 1 - 0.2 ** (sigmas / 4);
}
