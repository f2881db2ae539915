/**
 * The batch that is still open: samples and notices gathered per sensor until the spool gives them a number. Pure;
 * the spool makes every piece durable before it enters here, so an open batch can be gathered again after a crash.
 */
import type { Notice } from "../src/model/agent.ts";
import type { Series } from "../src/model/sample.ts";
import { type WireNotice, type WireSeries, wireValue } from "../src/model/wire.ts";

/** What one append adds, and what a numbered batch holds. */
export interface BatchContent {
  readonly series: readonly WireSeries[];
  readonly notices: readonly WireNotice[];
}

interface OpenSeries {
  readonly sensor: string;
  readonly t: number[];
  readonly v: (number | null)[];
  /** Only once a status other than good was seen. */
  q: number[] | undefined;
  /** Only once a server's time was seen. */
  d: (number | null)[] | undefined;
}

export interface OpenBatch {
  readonly samples: number;
  readonly notices: number;
  readonly empty: boolean;
  /** Source time of the oldest sample, or null while there is none. */
  readonly oldestMs: number | null;
  add(content: BatchContent): void;
  content(): BatchContent;
}

export const DROPPED = "samples-dropped";
/** Which limit took the samples: the byte cap, the age cap, a full disk, or the memory of a source that the disk kept waiting. */
export type DropReason = "spool-full" | "too-old" | "disk-full" | "memory-full";

export function openBatch(): OpenBatch {
  const bySensor = new Map<string, OpenSeries>();
  const notices: WireNotice[] = [];
  const droppedAt = new Map<string, number>();
  let samples = 0;
  let oldestMs = Number.POSITIVE_INFINITY;

  function addSeries({ sensor, t, v, q, d }: WireSeries): void {
    let open = bySensor.get(sensor);
    if (!open) {
      open = { sensor, t: [], v: [], q: undefined, d: undefined };
      bySensor.set(sensor, open);
    }
    if (q && !open.q) open.q = new Array<number>(open.t.length).fill(0);
    if (d && !open.d) open.d = new Array<null>(open.t.length).fill(null);
    for (let i = 0; i < t.length; i += 1) {
      open.t.push(t[i] as number);
      open.v.push(v[i] as number | null);
      open.q?.push(q?.[i] ?? 0);
      open.d?.push(d?.[i] ?? null);
      oldestMs = Math.min(oldestMs, t[i] as number);
    }
    samples += t.length;
  }

  /** What was dropped of one sensor for one reason is told once a batch, however many batches went. */
  function addNotice(notice: WireNotice): void {
    const key = `${notice.sensor} ${notice.figures.reason}`;
    const known = notice.code === DROPPED ? droppedAt.get(key) : undefined;
    if (known !== undefined) {
      notices[known] = mergeDropped(notices[known] as WireNotice, notice);
      return;
    }
    if (notice.code === DROPPED) droppedAt.set(key, notices.length);
    notices.push(notice);
  }

  return {
    get samples() {
      return samples;
    },
    get notices() {
      return notices.length;
    },
    get empty() {
      return samples === 0 && notices.length === 0;
    },
    get oldestMs() {
      return samples === 0 ? null : oldestMs;
    },
    add(content) {
      content.series.forEach(addSeries);
      content.notices.forEach(addNotice);
    },
    content: () => ({
      series: [...bySensor.values()].map(({ sensor, t, v, q, d }) => ({
        sensor,
        t,
        v,
        ...(q?.some((status) => status !== 0) && { q }),
        ...(d && { d }),
      })),
      notices,
    }),
  };
}

/** One notice a sensor of what a dropped batch held; what it said was dropped before it stays said. */
export function droppedNotices(lost: BatchContent, reason: DropReason, nowMs: number): WireNotice[] {
  const said = lost.notices.filter(({ code }) => code === DROPPED);
  const silenced = lost.notices.length - said.length;
  return [
    ...said,
    ...lost.series.map(({ sensor, t }) => ({
      t: nowMs,
      code: DROPPED,
      sensor,
      figures: { fromMs: minimum(t), toMs: maximum(t), count: t.length, reason },
    })),
    ...(silenced > 0 ? [{ t: nowMs, code: "notices-dropped", figures: { count: silenced, reason } }] : []),
  ];
}

function mergeDropped(a: WireNotice, b: WireNotice): WireNotice {
  return {
    ...b,
    figures: {
      ...b.figures,
      fromMs: Math.min(Number(a.figures.fromMs), Number(b.figures.fromMs)),
      toMs: Math.max(Number(a.figures.toMs), Number(b.figures.toMs)),
      count: Number(a.figures.count) + Number(b.figures.count),
    },
  };
}

export function wireSeriesOf(series: Series): WireSeries {
  const { sensor, timesMs, values, statuses, serverDelaysMs } = series;
  return {
    sensor,
    t: Array.from(timesMs),
    v: Array.from(values, wireValue),
    ...(statuses.some((status) => status !== 0) && { q: Array.from(statuses) }),
    ...(serverDelaysMs && { d: Array.from(serverDelaysMs, wireValue) }),
  };
}

export function wireNoticeOf({ timeMs, code, sensor, figures }: Notice): WireNotice {
  return { t: timeMs, code, ...(sensor !== undefined && { sensor }), figures: { ...figures } };
}

/** The same samples in pieces: the first fills what is left of an open batch, the others fill one each. */
export function pieces(
  series: readonly WireSeries[],
  firstSamples: number,
  samplesEach: number,
): WireSeries[][] {
  const result: WireSeries[][] = [];
  let piece: WireSeries[] = [];
  let room = firstSamples;
  for (const { sensor, t, v, q, d } of series) {
    for (let from = 0; from < t.length; ) {
      const to = Math.min(t.length, from + room);
      piece.push({
        sensor,
        t: t.slice(from, to),
        v: v.slice(from, to),
        ...(q && { q: q.slice(from, to) }),
        ...(d && { d: d.slice(from, to) }),
      });
      room -= to - from;
      from = to;
      if (room === 0) {
        result.push(piece);
        piece = [];
        room = samplesEach;
      }
    }
  }
  return piece.length > 0 ? [...result, piece] : result;
}

function minimum(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

function maximum(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}
