/** How alarms leave the centre: to people by the ways of notifications.yaml, and to whoever listens on MQTT. */
import { join } from "node:path";
import type { Logger } from "pino";
import type { CentreConfig } from "./config/centre-config.ts";
import type { MqttInbox } from "./ingest/mqtt-inbox.ts";
import type { Clock } from "./model/clock.ts";
import type { HistoryStore } from "./model/history-store.ts";
import type { AlarmSource } from "./model/live.ts";
import { createAlarmTopics } from "./notify/alarm-topics.ts";
import { deliveryFor } from "./notify/channel-delivery.ts";
import { createNotifier } from "./notify/notifier.ts";
import { openSqliteOutbox } from "./notify/sqlite-outbox.ts";

interface TellingParts {
  /** The districts held here, where other centres hold others. */
  readonly held: readonly string[] | null;
  readonly alarms: AlarmSource;
  readonly store: HistoryStore;
  readonly publish: MqttInbox["publish"];
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Telling {
  /** Call it every second. */
  tick(): Promise<void>;
  /** Resolves when nothing is being sent; what is still to be sent stays in the outbox. */
  close(): Promise<void>;
}

/** Throws Failure when a secret of a channel cannot be read. */
export function startTelling(
  { utility, server, notifications }: CentreConfig,
  { held, alarms, store, publish, clock, log }: TellingParts,
): Telling {
  const topics = notifications.alarmTopics ? createAlarmTopics({ utility, alarms, publish }) : null;
  const notifier =
    notifications.channels.length > 0
      ? createNotifier({
          settings: notifications,
          utility,
          ...(held && { source: `${utility.id}/${held.join("+")}` }),
          alarms,
          store,
          outbox: openSqliteOutbox(join(server.dataFolder, "outbox.sqlite")),
          deliver: deliveryFor,
          clock,
          log,
        })
      : null;
  return {
    async tick() {
      await notifier?.tick();
      await topics?.tick();
    },
    close: async () => notifier?.close(),
  };
}
