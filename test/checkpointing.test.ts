/**
 * Checkpoints change how long a judgement takes and never what it finds: whatever happens to a centre, what stands recorded in the end is what
 * one judgement of the final history finds. On the real judge, a history in memory and checkpoints on a real disk.
 */
import { deserialize, serialize } from "node:v8";
import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import { createCheckpointing } from "../src/checkpointing.ts";
import { createJudgement, type Judgement } from "../src/judgement.ts";
import type { CheckpointStore } from "../src/model/checkpoint.ts";
import { DAY_MS, HOUR_MS } from "../src/model/clock.ts";
import { DEFAULT_DETECTION, type DetectionParameters } from "../src/model/detection-parameters.ts";
import type { StoredEvent } from "../src/model/event.ts";
import type { HistoryStore } from "../src/model/history-store.ts";
import { type Series, seriesOf } from "../src/model/sample.ts";
import { uniformDraws } from "../src/model/seeded-random.ts";
import { openCheckpointFolder } from "../src/store/checkpoint-folder.ts";
import { cut } from "../src/store/columns.ts";
import { createMemoryStore } from "../src/store/memory-store.ts";
import { START_MS, slice } from "./detect/synthetic-district.ts";
import { SENSORS, town, townSeries } from "./detect/synthetic-town.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const INTERVAL_MS = HOUR_MS;
const TOWN = town(INTERVAL_MS);
const DAYS = 75;
const WHOLE = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
/** More by NIGHTFLOW_SEEDS, one seed by NIGHTFLOW_SEED. */
const SEEDS = process.env.NIGHTFLOW_SEED
  ? [Number(process.env.NIGHTFLOW_SEED)]
  : Array.from({ length: Number(process.env.NIGHTFLOW_SEEDS ?? 4) }, (_, at) => 1 + at);

/** A history that can be read, fail, be copied and be put back. */
interface History extends HistoryStore {
  fails: "never" | "reading" | "recording";
  samplesRead: number;
  copy(): Promise<HistoryStore>;
  putBack(copy: HistoryStore): void;
}

async function copyOf(store: HistoryStore): Promise<HistoryStore> {
  const copy = createMemoryStore();
  const series = await Promise.all(TOWN.sensors.map(({ id }) => store.read(id, WHOLE)));
  await copy.append({ series, watermarks: [], events: await store.events(0, Number.MAX_SAFE_INTEGER) });
  return copy;
}

function historyOf(): History {
  let store = createMemoryStore();
  const history: History = {
    fails: "never",
    samplesRead: 0,
    copy: () => copyOf(store),
    putBack(copy) {
      store = copy;
    },
    async append(commit) {
      if (history.fails === "recording" && commit.events.length > 0) throw new Error("disk full");
      return store.append(commit);
    },
    async read(sensor, range) {
      if (history.fails === "reading") throw new Error("database gone");
      const series = await store.read(sensor, range);
      history.samplesRead += series.timesMs.length;
      return series;
    },
    async downsample(sensors, range, bucketMs) {
      if (history.fails === "reading") throw new Error("database gone");
      return store.downsample(sensors, range, bucketMs);
    },
    watermarks: () => store.watermarks(),
    extent: () => store.extent(),
    latest: () => store.latest(),
    events: (cursor, limit) => store.events(cursor, limit),
    close: () => store.close(),
  };
  return history;
}

const LOG = pino({ level: process.env.NIGHTFLOW_LOG ?? "silent" });

/** A process's own: a write that it had begun when it ended is done or not done, and none comes after. */
interface Life {
  isOver: boolean;
  writing: Promise<unknown>;
}

function checkpointsOf(life: Life, checkpoints: CheckpointStore): CheckpointStore {
  return {
    ...checkpoints,
    async pack(parts) {
      const packed = await checkpoints.pack(parts);
      return {
        ...packed,
        async write(horizonMs, head) {
          if (life.isOver) return;
          const writing = packed.write(horizonMs, head);
          life.writing = writing;
          await writing;
        },
      };
    },
  };
}

/** As the folder keeps them, without its disk: many lives are lived in a short time. */
function checkpointsInMemory(): CheckpointStore {
  const kept = new Map<number, readonly Buffer[]>();
  return {
    horizons: async () => [...kept.keys()].sort((a, b) => b - a),
    async pack(parts) {
      const packed = [...parts].map((part) => serialize(part));
      return {
        bytes: 0,
        async write(horizonMs, head) {
          kept.set(horizonMs, [serialize(head), ...packed]);
        },
      };
    },
    // Typed arrays lie in the bytes they are read from.
    read: async (horizonMs) => kept.get(horizonMs)!.map((part) => deserialize(Buffer.from(part))),
    async remove(horizonMs) {
      kept.delete(horizonMs);
    },
  };
}

async function judgementOn(
  store: HistoryStore,
  checkpoints: CheckpointStore | null,
  clock: () => number,
  parameters: DetectionParameters = DEFAULT_DETECTION,
): Promise<Judgement> {
  const checkpointing =
    checkpoints === null
      ? null
      : createCheckpointing({
          utility: TOWN,
          parameters,
          store,
          checkpoints,
          log: LOG,
        });
  const judgement = createJudgement({
    utility: TOWN,
    parameters,
    store,
    checkpointing,
    clock,
    log: LOG,
    onFindings: async () => {},
  });
  judgement.recall(await store.events(0, Number.MAX_SAFE_INTEGER));
  return judgement;
}

/** The last word on every finding and night. */
function lastWords(events: readonly StoredEvent[]): ReadonlyMap<string, unknown> {
  const words = new Map<string, unknown>();
  for (const { body } of events) {
    if (body.kind === "verdict") words.set(body.verdict.key, body.verdict);
    if (body.kind === "night") words.set(`night ${body.night.district} ${body.night.date}`, body.night);
  }
  return words;
}

function ofTrouble(thrown: Error): void {
  expect(["disk full", "database gone"]).toContain(thrown.message);
}

/** Everything that may happen to a centre happens here by chance. */
async function lifeOf(seed: number, openCheckpoints: () => Promise<CheckpointStore>) {
  const draw = uniformDraws(seed);
  const whole = [...townSeries(INTERVAL_MS, DAYS, seed).values()];
  const history = historyOf();
  let nowMs = START_MS;
  const clock = () => nowMs;
  let parameters = DEFAULT_DETECTION;
  let sent = whole.map(() => 0);
  let heldBackUntilMs = whole.map(() => 0);
  let backup: { copy: HistoryStore; sent: number[]; atMs: number } | null = null;
  let troubleUntilMs = 0;
  const happened: string[] = [];
  let life: Life = { isOver: false, writing: Promise.resolve() };
  let judgement = await judgementOn(history, checkpointsOf(life, await openCheckpoints()), clock);
  await judgement.start();

  const restart = async () => {
    life.isOver = true;
    await life.writing;
    life = { isOver: false, writing: Promise.resolve() };
    history.fails = "never";
    judgement = await judgementOn(history, checkpointsOf(life, await openCheckpoints()), clock, parameters);
    await judgement.start();
  };
  /** What has come by now. A sensor that is held back sends all at once afterwards. */
  const arriving = (): Series[] =>
    whole.flatMap((one, place) => {
      if (heldBackUntilMs[place]! > nowMs) return [];
      const from = sent[place]!;
      let to = from;
      while (to < one.timesMs.length && one.timesMs[to]! < nowMs) to += 1;
      sent[place] = to;
      return to > from ? [slice(one, from, to)] : [];
    });
  const commit = async (series: readonly Series[], isTold = true) => {
    if (series.length === 0) return;
    await history.append({ series, watermarks: [], events: [] });
    if (isTold) await judgement.take(series);
  };
  /** Hours that were sent long ago come again with other values, or for the first time. */
  const corrected = (): Series[] => {
    const one = whole[Math.floor(draw() * whole.length)]!;
    const to = Math.floor(sent[whole.indexOf(one)]! - draw() ** 2 * 25 * 24);
    if (to < 1) return [];
    const part = slice(one, Math.max(0, to - Math.floor(1 + draw() * 30)), to);
    const factor = 0.9 + 0.2 * draw();
    return [{ ...part, values: part.values.map((value) => value * factor) }];
  };

  while (nowMs < START_MS + DAYS * DAY_MS) {
    nowMs += Math.floor((0.3 + 40 * draw() ** 2) * HOUR_MS);
    if (nowMs > troubleUntilMs) history.fails = "never";
    if (draw() < 0.15) {
      const place = Math.floor(draw() * whole.length);
      heldBackUntilMs[place] = nowMs + (draw() < 0.2 ? 20 : 3) * draw() * DAY_MS;
    }
    const chance = draw();
    if (chance < 0.06) {
      happened.push("closed");
      await commit(arriving());
      await judgement.close();
      nowMs += Math.floor(draw() ** 3 * 4 * DAY_MS);
      await restart();
    } else if (chance < 0.12) {
      happened.push("crash");
      await commit(arriving(), draw() < 0.5);
      if (draw() < 0.3) await commit(corrected(), draw() < 0.5);
      await restart();
    } else if (chance < 0.18) {
      happened.push("corrected");
      await commit(corrected());
    } else if (chance < 0.22) {
      history.fails = draw() < 0.5 ? "reading" : "recording";
      troubleUntilMs = nowMs + draw() * 3 * DAY_MS;
      happened.push(`fails ${history.fails}`);
    } else if (chance < 0.235) {
      happened.push("configured");
      parameters = { ...DEFAULT_DETECTION, burstSigmas: draw() < 0.5 ? 5 : 6 };
      if (draw() < 0.5) await judgement.close();
      await restart();
    } else if (chance < 0.27) {
      backup = { copy: await history.copy(), sent: [...sent], atMs: nowMs };
    } else if (chance < 0.3 && backup && nowMs - backup.atMs < 20 * DAY_MS) {
      happened.push("backup put back");
      if (draw() < 0.5) await judgement.close();
      history.putBack(backup.copy);
      // Agents send again what the watermarks that were put back do not know.
      sent = backup.sent;
      heldBackUntilMs = whole.map(() => 0);
      backup = null;
      await restart();
    }
    if (draw() < 0.9) await commit(arriving());
    nowMs += Math.floor(draw() * 70_000);
    await judgement.tick().catch(ofTrouble);
    if (draw() < 0.1) await judgement.settled().catch(ofTrouble);
  }
  history.fails = "never";
  heldBackUntilMs = whole.map(() => 0);
  await commit(arriving());
  await judgement.settled();
  await judgement.tick();
  await judgement.close();
  return { history, parameters, nowMs, happened };
}

/** What one judgement of the whole history finds. */
async function expectedOf(history: HistoryStore, nowMs: number, parameters = DEFAULT_DETECTION) {
  const fresh = createMemoryStore();
  const series = await Promise.all(TOWN.sensors.map(({ id }) => history.read(id, WHOLE)));
  await fresh.append({ series, watermarks: [], events: [] });
  const once = await judgementOn(fresh, null, () => nowMs, parameters);
  await once.start();
  return lastWords(await fresh.events(0, Number.MAX_SAFE_INTEGER));
}

async function recordedIn(history: HistoryStore) {
  return lastWords(await history.events(0, Number.MAX_SAFE_INTEGER));
}

/**
 * What was said and over before data came that would not have had it said stays on the record, with checkpoints and without: it was acted upon.
 * Nothing of it goes on standing.
 */
async function expectWhatOneJudgementFinds(
  history: HistoryStore,
  nowMs: number,
  parameters = DEFAULT_DETECTION,
  story = "",
): Promise<void> {
  const recorded = await recordedIn(history);
  const expected = await expectedOf(history, nowMs, parameters);
  for (const [key, word] of expected) expect(recorded.get(key), `${key} after ${story}`).toEqual(word);
  const others = [...recorded].filter(([key]) => !expected.has(key));
  expect(others.filter(([key, word]) => key.startsWith("night ") || !isOver(word))).toEqual([]);
}

function isOver(word: unknown): boolean {
  return (word as { endMs?: unknown }).endMs !== null;
}

describe("a start", () => {
  const NOW_MS = START_MS + DAYS * DAY_MS;
  const WEEKS_AGO_MS = NOW_MS - 50 * DAY_MS;
  const TOWN_SERIES = [...townSeries(INTERVAL_MS, DAYS, 7).values()];
  const between = (fromMs: number, toMs: number) => TOWN_SERIES.map((one) => cut(one, { fromMs, toMs }));
  const lastDays = (days: number) => between(NOW_MS - days * DAY_MS, NOW_MS);

  let history: History;
  let checkpoints: CheckpointStore;

  /** A centre that judged all but the last day and was closed. */
  beforeEach(async () => {
    history = historyOf();
    checkpoints = checkpointsInMemory();
    await commit(between(0, NOW_MS - DAY_MS));
    const first = await start(NOW_MS - DAY_MS);
    await first.close();
    history.samplesRead = 0;
  });

  async function commit(series: readonly Series[]): Promise<void> {
    await history.append({ series, watermarks: [], events: [] });
  }

  async function start(nowMs = NOW_MS, parameters = DEFAULT_DETECTION): Promise<Judgement> {
    const judgement = await judgementOn(history, checkpoints, () => nowMs, parameters);
    await judgement.start();
    return judgement;
  }

  async function expectTruth(): Promise<void> {
    const read = history.samplesRead;
    await expectWhatOneJudgementFinds(history, NOW_MS);
    history.samplesRead = read;
  }

  const samplesIn = (series: readonly Series[]) =>
    series.reduce((sum, { timesMs }) => sum + timesMs.length, 0);

  test("reads what is new, and no more of what is judged than an allowance", async () => {
    await commit(lastDays(1));
    await start();
    const least = samplesIn(lastDays(1));
    expect(history.samplesRead).toBeGreaterThanOrEqual(least);
    expect(history.samplesRead).toBeLessThan(least + 4 * SENSORS.length);
    await expectTruth();
  });

  test("reads all where the configuration is another, and again little the next time", async () => {
    const all = samplesIn(between(0, NOW_MS - DAY_MS));
    const other = { ...DEFAULT_DETECTION, burstSigmas: 9 };
    const judgement = await start(NOW_MS, other);
    expect(history.samplesRead).toBe(all);
    await judgement.close();
    await start(NOW_MS, other);
    expect(history.samplesRead).toBeLessThan(all + 4 * SENSORS.length);
  });

  test("judges again from before what came late or otherwise while nobody judged", async () => {
    const [one] = between(NOW_MS - 9 * DAY_MS, NOW_MS - 8 * DAY_MS);
    await commit([{ ...one!, values: one!.values.map((value) => value + 7) }]);
    await start();
    expect(history.samplesRead).toBeGreaterThan(samplesIn(between(NOW_MS - 9 * DAY_MS, NOW_MS - DAY_MS)));
    expect(history.samplesRead).toBeLessThan(samplesIn(lastDays(24)));
    await expectTruth();
  });

  test("keeps its checkpoints while history cannot be read", async () => {
    history.fails = "reading";
    await expect(start()).rejects.toThrow("database gone");
    history.fails = "never";
    await start();
    expect(history.samplesRead).toBeLessThan(4 * SENSORS.length);
  });

  test("judges again what a sensor that was never heard had measured meanwhile", async () => {
    history = historyOf();
    checkpoints = checkpointsInMemory();
    const isNew = ({ sensor }: Series) => sensor === "valley";
    await commit(between(0, NOW_MS - DAY_MS).filter((one) => !isNew(one)));
    await (await start(NOW_MS - DAY_MS)).close();
    await commit(between(NOW_MS - 30 * DAY_MS, NOW_MS).filter(isNew));
    history.samplesRead = 0;
    await start();
    expect(history.samplesRead).toBeGreaterThan(samplesIn(lastDays(30).filter((one) => !isNew(one))));
    await expectTruth();
  });

  test("is not led astray by a reading that no instrument can make", async () => {
    const wrong = NOW_MS - 5 * DAY_MS;
    await commit([seriesOf("valley", [wrong], [3.4e38])]);
    await (await start()).close();
    history.samplesRead = 0;
    await start();
    expect(history.samplesRead).toBeLessThan(4 * SENSORS.length);
    await commit([seriesOf("valley", [wrong], [4])]);
    await start();
    expect(history.samplesRead).toBeGreaterThan(samplesIn(lastDays(4)));
    await expectTruth();
  });

  test("judges what is older than all that was judged", async () => {
    const earlierMs = 200 * DAY_MS;
    const older = TOWN_SERIES.map((one) => ({
      ...one,
      timesMs: one.timesMs.map((timeMs) => timeMs - earlierMs),
    }));
    await commit(older.map((one) => cut(one, { fromMs: 0, toMs: START_MS - earlierMs + 10 * DAY_MS })));
    await start();
    await expectTruth();
  });

  test("does not mind what is older of a sensor that is no longer, or another centre's", async () => {
    await commit([seriesOf("elsewhere", [START_MS - 300 * DAY_MS], [3])]);
    await start();
    expect(history.samplesRead).toBeLessThan(4 * SENSORS.length);
  });

  test("judges what came late for weeks long past, whenever it is killed", async () => {
    const judgement = await judgementOn(history, checkpoints, () => NOW_MS);
    await judgement.start();
    const [one] = between(WEEKS_AGO_MS, WEEKS_AGO_MS + DAY_MS);
    const late = [{ ...one!, values: one!.values.map((value) => value + 7) }];
    await commit(late);
    await judgement.take(late);
    await new Promise(setImmediate);
    await start();
    await expectTruth();
  });

  test("finds again what a history that was put back had not recorded", async () => {
    const samplesOnly = historyOf();
    await samplesOnly.append({ series: between(0, NOW_MS - DAY_MS), watermarks: [], events: [] });
    history.putBack(await samplesOnly.copy());
    await start();
    await expectTruth();
  });

  test("does not know what waited if a history that was put back does not", async () => {
    const before = await history.copy();
    const judgement = await start(NOW_MS - DAY_MS);
    const waiting = [seriesOf("valley", [NOW_MS - DAY_MS], [500])];
    await commit(waiting);
    await judgement.take(waiting);
    await judgement.close();
    history.putBack(before);
    await commit(lastDays(1).filter(({ sensor }) => sensor !== "valley"));
    await start();
    expect(history.samplesRead).toBeLessThan(samplesIn(lastDays(2)));
    await expectTruth();
  });

  test("goes on from a checkpoint though retention let go of what it was made of", async () => {
    const said = await recordedIn(history);
    const later = historyOf();
    const events = await history.events(0, Number.MAX_SAFE_INTEGER);
    await later.append({ series: between(NOW_MS - 20 * DAY_MS, NOW_MS), watermarks: [], events });
    history.putBack(await later.copy());
    await start();
    expect(history.samplesRead).toBeLessThan(samplesIn(lastDays(1)) + 4 * SENSORS.length);
    const now = await recordedIn(history);
    for (const [key, word] of said) if (isOver(word)) expect(now.get(key)).toEqual(word);
    expect(now.size).toBeGreaterThan(said.size);
  });

  test("records nothing of half a history", async () => {
    const judgement = await start();
    const before = await history.events(0, Number.MAX_SAFE_INTEGER);
    for (const horizonMs of await checkpoints.horizons()) await checkpoints.remove(horizonMs);
    await judgement.reread();
    history.fails = "reading";
    await expect(judgement.settled()).rejects.toThrow("database gone");
    await commit(lastDays(3));
    await judgement.take(lastDays(3));
    expect(await history.events(0, Number.MAX_SAFE_INTEGER)).toEqual(before);
    history.fails = "never";
    await judgement.settled();
    await expectTruth();
  });

  test("does not write all that is known each time that something is late", async () => {
    let packs = 0;
    const counted: CheckpointStore = {
      ...checkpoints,
      async pack(parts) {
        packs += 1;
        return checkpoints.pack(parts);
      },
    };
    let nowMs = NOW_MS;
    const judgement = await judgementOn(history, counted, () => nowMs);
    await judgement.start();
    packs = 0;
    const [one] = lastDays(1);
    for (let at = 0; at < 20; at += 1) {
      const late = [slice(one!, at, at + 1)];
      await commit(late);
      await judgement.take(late);
      nowMs += 70_000;
      await judgement.tick();
    }
    expect(packs).toBe(2);
  });

  test("goes on without checkpoints where their disk is broken", async () => {
    const broken = async () => Promise.reject(new Error("EIO"));
    await commit(lastDays(1));
    for (const pack of [checkpoints.pack, broken]) {
      checkpoints = { horizons: broken, pack, read: broken, remove: broken };
      const judgement = await start();
      await judgement.close();
      await expectTruth();
    }
  });
});

describe("a centre to which all kinds of things happen", () => {
  async function expectTruth(seed: number, openCheckpoints: () => Promise<CheckpointStore>) {
    const { history, parameters, nowMs, happened } = await lifeOf(seed, openCheckpoints);
    await expectWhatOneJudgementFinds(history, nowMs, parameters, happened.join(", "));
  }

  test.each(SEEDS)("has recorded what one judgement of the final history finds, seed %i", async (seed) => {
    const checkpoints = checkpointsInMemory();
    await expectTruth(seed, async () => checkpoints);
  });

  test("has done so with its checkpoints on a disk", async () => {
    const folder = await temporaryFolder();
    await expectTruth(SEEDS[0]!, () => openCheckpointFolder(folder));
  });
});
