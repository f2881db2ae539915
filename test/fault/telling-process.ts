/**
 * A process that raises alarms and tells of them as the centre does, on real files, and kills itself with SIGKILL where it is told to;
 * started again, it goes on. It ends by itself when all alarms are raised and everything is sent.
 */
import { join } from "node:path";
import { pino } from "pino";
import { applyChange } from "../../src/alarm/alarm-life-cycle.ts";
import { createAlarmRunner } from "../../src/alarm/alarm-runner.ts";
import { MINUTE_MS } from "../../src/model/clock.ts";
import type { NewEvent } from "../../src/model/event.ts";
import type { Channel } from "../../src/model/notification.ts";
import { deliveryFor } from "../../src/notify/channel-delivery.ts";
import type { Deliver } from "../../src/notify/delivery.ts";
import { createNotifier } from "../../src/notify/notifier.ts";
import type { Outbox } from "../../src/notify/outbox.ts";
import { openSqliteOutbox } from "../../src/notify/sqlite-outbox.ts";
import { createStanding } from "../../src/operator/standing.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { POSITIONS, RULES, START_MS, UTILITY, verdict } from "../alarm/sample-verdicts.ts";

/** The moments at which a process may die, in the order in which an alarm passes them. */
export type Moment =
  | "verdict stored"
  | "alarm stored"
  | "letters due"
  | "letters committed"
  | "letter delivered";

export interface TellingOrder {
  readonly folder: string;
  readonly url: string;
  readonly alarms: number;
  /** Dies there the `time`-th time that it comes by; lives when null. */
  readonly death: { readonly at: Moment; readonly time: number } | null;
}

const order: TellingOrder = JSON.parse(process.argv[2] ?? "{}");
const passed = new Map<Moment, number>();

function pass(moment: Moment): void {
  const time = (passed.get(moment) ?? 0) + 1;
  passed.set(moment, time);
  if (order.death?.at === moment && order.death.time === time) process.kill(process.pid, "SIGKILL");
}

function mortal(outbox: Outbox): Outbox {
  return {
    ...outbox,
    commit(plan, messages) {
      if (messages.length > 0) pass("letters due");
      outbox.commit(plan, messages);
      if (messages.length > 0) pass("letters committed");
    },
  };
}

function mortalDelivery(channel: Channel): Deliver {
  const deliver = deliveryFor(channel);
  return async (letter, id) => {
    const outcome = await deliver(letter, id);
    pass("letter delivered");
    return outcome;
  };
}

const store = await openDuckdbStore(join(order.folder, "history"));
const standing = createStanding({ ...RULES, positions: POSITIONS, applyChange, newestMs: () => null });
const append = async (events: readonly NewEvent[]) => {
  const stored = await store.append({ series: [], watermarks: [], events });
  pass(events[0]?.body.kind === "verdict" ? "verdict stored" : "alarm stored");
  standing.apply(stored);
  return stored;
};
const runner = createAlarmRunner({ ...RULES, append, clock: Date.now });
const past = await store.events(0, 100_000);
runner.replay(past);
standing.apply(past);

const hook = { url: order.url };
const outbox = mortal(openSqliteOutbox(join(order.folder, "outbox.sqlite")));
const notifier = createNotifier({
  settings: {
    language: "en",
    pageUrl: null,
    channels: [
      { id: "people", kind: "alertmanager", ...hook },
      { id: "archive", kind: "cloudevents", ...hook, events: ["alarm"] },
    ],
    routes: [
      {
        id: "duty",
        channels: ["people"],
        districts: null,
        priorities: null,
        kinds: null,
        hours: null,
        groupWaitMs: 0,
        repeatMs: null,
        escalation: null,
      },
    ],
    watchdog: null,
    alarmTopics: false,
  },
  utility: UTILITY,
  alarms: standing,
  store,
  outbox,
  deliver: mortalDelivery,
  clock: Date.now,
  log: pino({ level: "silent" }),
});

for (let raised = runner.alarms().size; ; raised += 1) {
  await runner.tick();
  await notifier.tick();
  await notifier.idle();
  if (runner.alarms().size >= order.alarms && outbox.waiting() === 0) break;
  const startMs = START_MS + raised * MINUTE_MS;
  const body = { kind: "verdict", revision: 0, verdict: verdict("leak", { startMs }) } as const;
  if (runner.alarms().size < order.alarms)
    await runner.onFindings(await append([{ timeMs: Date.now(), actor: "nightflow", body }]));
}
await notifier.close();
await store.close();
