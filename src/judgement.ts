/**
 * Keeps the judge in step with history: what is committed is judged, what comes late is judged again from history, and only what
 * is new or changed is recorded. A restart is the same replay. It begins with the newest checkpoint that history agrees with, and
 * with the first sample where there is none, so that losing them costs nothing but time.
 */
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { Checkpointing, Remembered, WriteCheckpoint } from "./checkpointing.ts";
import {
  createUtilityJudge,
  createUtilityState,
  type Findings,
  type UtilityJudge,
  type UtilityState,
  unjudgedFromMs,
} from "./detect/utility-judge.ts";
import type { Clock } from "./model/clock.ts";
import { DAY_MS, MINUTE_MS } from "./model/clock.ts";
import type { DetectionParameters } from "./model/detection-parameters.ts";
import type { EventBody, NewEvent, StoredEvent } from "./model/event.ts";
import { evidence } from "./model/evidence.ts";
import { messageOf } from "./model/failure.ts";
import type { HistoryStore } from "./model/history-store.ts";
import type { Night } from "./model/night.ts";
import type { Series, TimeRange } from "./model/sample.ts";
import type { Utility } from "./model/utility.ts";
import type { Verdict } from "./model/verdict.ts";

/** History is replayed in stretches, so that memory does not grow with its length. */
const STRETCH_MS = 7 * DAY_MS;
/** A database elsewhere answers one question while another's answer is read. */
const SENSORS_AT_ONCE = 4;
/** A backlog comes in many commits; history is judged again when it has come, or at the latest after the second time. */
const QUIET_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
/** What a power cut costs is judging so much again. */
const KEEP_EVERY_MS = 10 * MINUTE_MS;
/** While all of history is judged, its last weeks are kept, for data that come late. */
const KEPT_ON_THE_WAY_MS = 35 * DAY_MS;
/** Findings are revised within this time of their last word, or while they stand: as long as slow claims and meters look back. */
const REVISABLE_MS = 42 * DAY_MS;

export interface JudgementOptions {
  readonly utility: Utility;
  readonly parameters: DetectionParameters;
  readonly store: HistoryStore;
  /** Null where nothing is to be kept beside history. */
  readonly checkpointing: Checkpointing | null;
  /** False for what is another centre's to record; everything is recorded when left out. */
  readonly concerns?: (finding: Pick<Verdict, "subject" | "kind">) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of what was recorded, in order, once it is durable. */
  readonly onFindings: (events: readonly StoredEvent[], verdicts: readonly Verdict[]) => Promise<void>;
}

export interface Judgement {
  /** What was recorded in earlier runs, in order. Before `start`. */
  recall(events: readonly StoredEvent[]): void;
  /** Judges what history holds beyond the newest checkpoint. */
  start(): Promise<void>;
  /** Judges what was just committed. Resolves when its findings are recorded. */
  take(series: readonly Series[]): Promise<void>;
  /** History holds what this judgement was not told of: it is judged again soon. */
  reread(): Promise<void>;
  /** Resolves when everything taken so far is judged and recorded. */
  settled(): Promise<void>;
  /** Lets time pass: slots that wait for a silent meter are judged without it. Call it every few seconds. */
  tick(): Promise<void>;
  /** Since when something stored waits to be judged, by the centre's clock; null when nothing does. */
  unjudgedSinceMs(): number | null;
  /** Resolves when what is judged is kept for the next start. */
  close(): Promise<void>;
}

export function createJudgement({
  utility,
  parameters,
  store,
  checkpointing,
  concerns = () => true,
  clock,
  log,
  onFindings,
}: JudgementOptions): Judgement {
  let state: UtilityState = createUtilityState(utility, parameters);
  let judge: UtilityJudge = createUtilityJudge(utility, parameters, state);
  /** Until history was replayed to its end the judge knows a part of it only, and what it would find is not true. */
  let isWhole = false;
  /** Late data came, or findings could not be recorded: history has to be judged again. */
  let stale = false;
  /** From then on; what was judged before holds. */
  let staleFromMs = Number.POSITIVE_INFINITY;
  let staleSinceMs = 0;
  let lastTakenMs = 0;
  let takingSinceMs: number | null = null;
  let keptMs = clock();
  let keeping: Promise<void> = Promise.resolve();
  let last: Promise<unknown> = Promise.resolve();
  const recorded = new Map<string, { readonly revision: number; readonly finding: Night | Verdict }>();
  /** Findings in history, each revision counted. */
  let recordedCount = 0;

  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  }

  async function record(findings: Findings): Promise<void> {
    if (findings.lateFromMs !== null) becomeStale(findings.lateFromMs);
    const bodies: EventBody[] = [];
    for (const night of findings.nights) {
      if (!concerns({ subject: { kind: "district", id: night.district }, kind: "not-assessable" })) continue;
      const revision = revisionOf(`night ${night.district} ${night.date}`, night);
      if (revision !== null) bodies.push({ kind: "night", revision, night });
    }
    const changed: Verdict[] = [];
    for (const verdict of findings.verdicts) {
      if (!concerns(verdict)) continue;
      const revision = revisionOf(`verdict ${verdict.key}`, verdict);
      if (revision === null) continue;
      bodies.push({ kind: "verdict", revision, verdict });
      changed.push(verdict);
    }
    if (bodies.length === 0) return;
    const timeMs = clock();
    const events: NewEvent[] = bodies.map((body) => ({ timeMs, actor: "nightflow", body }));
    const stored = await store.append({ series: [], watermarks: [], events });
    for (const { body } of stored) remember(body);
    await onFindings(stored, changed);
  }

  /** Findings that could not be recorded are found again by the next replay: history holds what they were made of. */
  async function recordOrReplayLater(findings: Findings): Promise<void> {
    await record(findings).catch((thrown: unknown) => {
      becomeStale();
      log.error({ error: messageOf(thrown) }, "findings not recorded; history will be judged again");
    });
  }

  /** By default all is to be asked for again that no checkpoint holds. */
  function becomeStale(fromMs = Number.POSITIVE_INFINITY): void {
    if (!stale) staleSinceMs = clock();
    stale = true;
    // At once: after a power cut nobody would know what came late for days that are not remembered any more.
    if (fromMs < staleFromMs) beside(() => checkpointing?.letGoAfter(fromMs));
    staleFromMs = Math.min(staleFromMs, fromMs);
  }

  function isReplayDue(): boolean {
    const nowMs = clock();
    return stale && (nowMs - lastTakenMs >= QUIET_MS || nowMs - staleSinceMs >= LONGEST_WAIT_MS);
  }

  /** The number under which to record a finding: 0 when new, one more when changed, null when it is recorded as it is. */
  function revisionOf(key: string, finding: unknown): number | null {
    const known = recorded.get(key);
    if (!known) return 0;
    return isDeepStrictEqual(known.finding, finding) ? null : known.revision + 1;
  }

  function remember(body: EventBody): void {
    if (body.kind === "night" || body.kind === "verdict") recordedCount += 1;
    if (body.kind === "night") {
      const key = `night ${body.night.district} ${body.night.date}`;
      recorded.set(key, { revision: body.revision, finding: body.night });
    } else if (body.kind === "verdict") {
      recorded.set(`verdict ${body.verdict.key}`, { revision: body.revision, finding: body.verdict });
    }
  }

  /** What was said before and is not found any more: late data took its ground away. */
  function withdrawn(found: ReadonlyMap<string, Verdict>): Verdict[] {
    const gone: Verdict[] = [];
    for (const { finding } of recorded.values()) {
      if (!("key" in finding) || finding.endMs !== null || found.has(finding.key)) continue;
      const told = [...finding.evidence, evidence("withdrawn-by-late-data", {})];
      gone.push({ ...finding, endMs: finding.startMs, confidence: 0, evidence: told });
    }
    return gone;
  }

  /** Of each sensor what lies in the range and is not judged yet. */
  async function readAll(
    { fromMs, toMs }: TimeRange,
    unjudgedFrom: ReadonlyMap<string, number>,
  ): Promise<readonly Series[]> {
    const series: Series[] = [];
    const wanted = utility.sensors.flatMap(({ id }) => {
      const range = { fromMs: Math.max(fromMs, unjudgedFrom.get(id) ?? fromMs), toMs };
      return range.fromMs < toMs ? [{ id, range }] : [];
    });
    for (let first = 0; first < wanted.length; first += SENSORS_AT_ONCE) {
      const some = wanted.slice(first, first + SENSORS_AT_ONCE);
      series.push(...(await Promise.all(some.map(({ id, range }) => store.read(id, range)))));
    }
    return series;
  }

  /** What may still be revised: what stands, and what was decided not long before. */
  function revisable(verdicts: Iterable<Verdict>): readonly Verdict[] {
    const newestMs = state.newestMs;
    return [...verdicts].filter(
      ({ endMs, decidedMs }) => endMs === null || decidedMs > newestMs - REVISABLE_MS,
    );
  }

  async function replay(): Promise<void> {
    const startedMs = clock();
    isWhole = false;
    becomeStale();
    // What is still being written may hold what is wrong now.
    await keeping;
    const remembered: Remembered | null = (await checkpointing?.recall(staleFromMs, recordedCount)) ?? null;
    state = remembered?.state ?? createUtilityState(utility, parameters);
    judge = createUtilityJudge(utility, parameters, state);
    const kept: WriteCheckpoint[] = [];
    const nights: Night[] = [];
    const verdicts = new Map((remembered?.verdicts ?? []).map((verdict) => [verdict.key, verdict]));
    // Only the last word on a finding counts: the ones before it were said when they were true.
    const take = (findings: Findings) => {
      nights.push(...findings.nights);
      for (const verdict of findings.verdicts) verdicts.set(verdict.key, verdict);
    };
    const extent = (await store.extent()) ?? { fromMs: 0, toMs: 0 };
    const unjudgedFrom = unjudgedFromMs(state);
    const firstMs = Math.max(extent.fromMs, Math.min(extent.toMs, ...unjudgedFrom.values()));
    for (let fromMs = firstMs; fromMs < extent.toMs; fromMs += STRETCH_MS) {
      const range = { fromMs, toMs: Math.min(fromMs + STRETCH_MS, extent.toMs) };
      take(judge.take(await readAll(range, unjudgedFrom)));
      // Meters that are late all day long do not have all that is known written each minute.
      const isDue = range.toMs < extent.toMs || remembered === null || clock() - keptMs >= KEEP_EVERY_MS;
      if (checkpointing && isDue && extent.toMs - range.toMs < KEPT_ON_THE_WAY_MS)
        kept.push(await checkpointing.take(state, revisable(verdicts.values())));
    }
    // A silence that lasts is found by the time that has passed, or it would seem to be gone.
    take(judge.tick(clock()));
    await record({ nights, verdicts: [...withdrawn(verdicts), ...verdicts.values()], lateFromMs: null });
    // Not before what was found by then is recorded: nobody would look for it again. The newest first, should the power go.
    for (const write of kept.reverse()) keepWith(write);
    isWhole = true;
    stale = false;
    staleFromMs = Number.POSITIVE_INFINITY;
    log.info(
      { ...extent, checkpointMs: remembered?.horizonMs ?? null, tookMs: clock() - startedMs },
      "history judged",
    );
  }

  /** Work on the disk goes on beside the judgement, one after the other. */
  function beside(work: () => Promise<void> | undefined): void {
    keeping = keeping.then(work).catch((thrown: unknown) => {
      log.warn({ error: messageOf(thrown) }, "checkpoint not written; the next start judges more of history");
    });
  }

  function keepWith(write: WriteCheckpoint): void {
    keptMs = clock();
    const count = recordedCount;
    beside(() => write(count));
  }

  async function keep(): Promise<void> {
    if (stale || !checkpointing) return;
    const findings = [...recorded.values()].map(({ finding }) => finding);
    const verdicts = findings.filter((finding): finding is Verdict => "key" in finding);
    keepWith(await checkpointing.take(state, revisable(verdicts)));
  }

  return {
    recall(events) {
      for (const { body } of events) remember(body);
    },
    start: () => inTurn(replay),
    take: (series) =>
      inTurn(async () => {
        lastTakenMs = clock();
        if (!isWhole) return becomeStale();
        takingSinceMs = lastTakenMs;
        await recordOrReplayLater(judge.take(series));
        takingSinceMs = null;
      }),
    reread: () => inTurn(async () => becomeStale()),
    unjudgedSinceMs: () => (stale ? staleSinceMs : takingSinceMs),
    settled: () => inTurn(async () => (stale ? replay() : undefined)),
    tick: () =>
      inTurn(async () => {
        if (isReplayDue()) await replay();
        if (!isWhole) return;
        await recordOrReplayLater(judge.tick(clock()));
        if (clock() - keptMs >= KEEP_EVERY_MS) await keep();
      }),
    close: () =>
      inTurn(async () => {
        await keep();
        await keeping;
      }),
  };
}
