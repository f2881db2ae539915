/** What people enter, stored and told as the composition root does it, over a store in memory. */
import type { AlarmRunner } from "../../src/alarm/alarm-runner.ts";
import type { Clock } from "../../src/model/clock.ts";
import type { NewEvent, StoredEvent } from "../../src/model/event.ts";
import type { HistoryStore } from "../../src/model/history-store.ts";
import type { Series } from "../../src/model/sample.ts";
import type { OperatorServiceOptions } from "../../src/operator/http-service.ts";
import { REPORTING } from "../../src/report/reporting.ts";

interface EnteringParts {
  readonly store: HistoryStore;
  readonly clock: Clock;
  readonly runner: Pick<AlarmRunner, "onFindings">;
  readonly tell: (events: readonly StoredEvent[], series: readonly Series[]) => void;
}

export type Entering = Pick<
  OperatorServiceOptions,
  "enter" | "takeByHand" | "reporting" | "configuration" | "notifications"
>;

export function enteringInto({ store, clock, runner, tell }: EnteringParts): Entering {
  const record = async (event: NewEvent, series: readonly Series[]) => {
    const events = await store.append({ series, watermarks: [], events: [event] });
    tell(events, series);
    return events;
  };
  return {
    reporting: REPORTING,
    configuration: () => ({ files: [], faults: [] }),
    notifications: {
      language: "en",
      pageUrl: null,
      channels: [],
      routes: [],
      watchdog: null,
      alarmTopics: false,
    },
    async enter(entry, actor) {
      const events = await record({ timeMs: clock(), actor, body: { kind: "entry", entry } }, []);
      tell(await runner.onFindings(events), []);
      return events;
    },
    async takeByHand(sample, event) {
      await record(event, sample ? [sample] : []);
      return null;
    },
  };
}
