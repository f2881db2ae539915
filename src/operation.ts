/** What those who keep the centre running are told: figures of every stage, and whether it does its work. */
import type { History } from "./history.ts";
import type { Ingest } from "./ingest/ingest.ts";
import type { Judgement } from "./judgement.ts";
import type { Clock } from "./model/clock.ts";
import type { Readiness } from "./operator/http-operation.ts";
import type { OperatorService } from "./operator/http-service.ts";
import { createMetrics, type Metrics } from "./operator/prometheus-metrics.ts";

interface OperationParts {
  readonly ingest: Ingest;
  readonly judgement: Judgement;
  readonly operators: OperatorService;
  readonly history: History;
}

export interface Operation {
  readonly metrics: Metrics;
  readonly readiness: () => Readiness;
  /** Everything has been started. */
  watch(parts: OperationParts): void;
}

export function createOperation(clock: Clock): Operation {
  const metrics = createMetrics(clock);
  let ingest: Ingest | null = null;
  return {
    metrics,
    readiness() {
      const stats = ingest?.stats();
      return {
        broker: stats?.brokerConnected ?? false,
        history: stats?.isStoring ?? false,
      };
    },
    watch({ judgement, operators, history, ...parts }) {
      ingest = parts.ingest;
      metrics.watch({
        ingest: parts.ingest.stats,
        sites: parts.ingest.sites,
        alarms: () => operators.alarms.alarms("standing"),
        unjudgedSinceMs: judgement.unjudgedSinceMs,
        storeBytes: history.bytes,
      });
    },
  };
}
