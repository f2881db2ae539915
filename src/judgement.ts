/**
 * Keeps the judge in step with history: what is committed is judged, what comes late is judged again from history, and only what
 * is new or changed is recorded. Restart is the same replay, so nothing here needs saving.
 */
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { createUtilityJudge, Findings, UtilityJudge } from "./detect/utility-judge.ts";
import type { Clock } from "./model/clock.ts";
import { DAY_MS } from "./model/clock.ts";
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

export interface JudgementOptions {
  readonly utility: Utility;
  readonly store: HistoryStore;
  readonly createJudge: () => ReturnType<typeof createUtilityJudge>;
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
  /** Judges the whole history. */
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
}

export function createJudgement({
  utility,
  store,
  createJudge,
  concerns = () => true,
  clock,
  log,
  onFindings,
}: JudgementOptions): Judgement {
  let judge: UtilityJudge = createJudge();
  /** Late data came, or findings could not be recorded: history has to be judged again. */
  let stale = false;
  let staleSinceMs = 0;
  let lastTakenMs = 0;
  let takingSinceMs: number | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const recorded = new Map<string, { readonly revision: number; readonly finding: Night | Verdict }>();

  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  }

  async function record(findings: Findings): Promise<void> {
    if (findings.lateFromMs !== null) becomeStale();
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

  function becomeStale(): void {
    if (!stale) staleSinceMs = clock();
    stale = true;
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

  async function readAll(range: TimeRange): Promise<readonly Series[]> {
    const series: Series[] = [];
    for (let first = 0; first < utility.sensors.length; first += SENSORS_AT_ONCE) {
      const some = utility.sensors.slice(first, first + SENSORS_AT_ONCE);
      series.push(...(await Promise.all(some.map(({ id }) => store.read(id, range)))));
    }
    return series;
  }

  async function replay(): Promise<void> {
    const startedMs = clock();
    judge = createJudge();
    becomeStale();
    const nights: Night[] = [];
    const verdicts = new Map<string, Verdict>();
    // Only the last word on a finding counts: the ones before it were said when they were true.
    const take = (findings: Findings) => {
      nights.push(...findings.nights);
      for (const verdict of findings.verdicts) verdicts.set(verdict.key, verdict);
    };
    const extent = (await store.extent()) ?? { fromMs: 0, toMs: 0 };
    for (let fromMs = extent.fromMs; fromMs < extent.toMs; fromMs += STRETCH_MS) {
      const range = { fromMs, toMs: Math.min(fromMs + STRETCH_MS, extent.toMs) };
      take(judge.take(await readAll(range)));
    }
    // A silence that lasts is found by the time that has passed, or it would seem to be gone.
    take(judge.tick(clock()));
    await record({ nights, verdicts: [...withdrawn(verdicts), ...verdicts.values()], lateFromMs: null });
    stale = false;
    log.info({ ...extent, tookMs: clock() - startedMs }, "history judged");
  }

  return {
    recall(events) {
      for (const { body } of events) remember(body);
    },
    start: () => inTurn(replay),
    take: (series) =>
      inTurn(async () => {
        lastTakenMs = clock();
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
        await recordOrReplayLater(judge.tick(clock()));
      }),
  };
}
