/** Alarms, their history and a notifier that follows them, on a clock of the test's own; it can be killed and started again. */
import { join } from "node:path";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { applyChange } from "../../src/alarm/alarm-life-cycle.ts";
import { createAlarmRunner } from "../../src/alarm/alarm-runner.ts";
import type { NewEvent } from "../../src/model/event.ts";
import type { Action } from "../../src/model/live.ts";
import type { Channel, NotificationSettings, Route } from "../../src/model/notification.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { deliveryFor } from "../../src/notify/channel-delivery.ts";
import type { Deliver } from "../../src/notify/delivery.ts";
import { createNotifier } from "../../src/notify/notifier.ts";
import { openSqliteOutbox } from "../../src/notify/sqlite-outbox.ts";
import { createStanding } from "../../src/operator/standing.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { POSITIONS, RULES, START_MS, UTILITY } from "../alarm/sample-verdicts.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

export interface NotifyingOptions extends Partial<Omit<NotificationSettings, "routes">> {
  readonly channels: readonly Channel[];
  readonly routes?: readonly (Partial<Route> & { readonly channels: readonly string[] })[];
  readonly deliver?: (channel: Channel) => Deliver;
}

export async function startNotifying({ deliver = deliveryFor, ...options }: NotifyingOptions) {
  const folder = await temporaryFolder();
  const store = createMemoryStore();
  let nowMs = START_MS;
  const clock = () => nowMs;
  const settings: NotificationSettings = {
    language: "en",
    pageUrl: null,
    watchdog: null,
    alarmTopics: false,
    ...options,
    routes: (options.routes ?? []).map((route) => ({
      id: "duty",
      districts: null,
      priorities: null,
      kinds: null,
      hours: null,
      groupWaitMs: 0,
      repeatMs: null,
      escalation: null,
      ...route,
    })),
  };
  const standing = createStanding({ ...RULES, positions: POSITIONS, applyChange, newestMs: () => null });
  const append = async (events: readonly NewEvent[]) => {
    const stored = await store.append({ series: [], watermarks: [], events });
    standing.apply(stored);
    return stored;
  };
  const runner = createAlarmRunner({ ...RULES, append, clock });
  const start = () => {
    const outbox = openSqliteOutbox(join(folder, "outbox.sqlite"));
    const log = pino({ level: "silent" });
    const notifier = createNotifier({
      settings,
      utility: UTILITY,
      alarms: standing,
      store,
      outbox,
      deliver,
      clock,
      log,
    });
    return { outbox, notifier };
  };
  let running = start();
  onTestFinished(() => running.notifier.close());

  return {
    async finds(...found: readonly Verdict[]) {
      const told = found.map((verdict) => ({ kind: "verdict", revision: 0, verdict }) as const);
      const events = await append(told.map((body) => ({ timeMs: nowMs, actor: "nightflow", body })));
      await runner.onFindings(events);
    },
    act: (action: Action) => runner.act(action, "amina"),
    append,
    /** Time passes, what is due is sent, and the sending is over. */
    async passes(ms: number) {
      nowMs += ms;
      await running.notifier.tick();
      await running.notifier.idle();
    },
    outbox: () => running.outbox,
    async restart() {
      await running.notifier.close();
      running = start();
    },
  };
}
