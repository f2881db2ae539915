/** Asks the server to report variables when they change: monitored items with the queue, sampling and deadband that each needs. */
import {
  AttributeIds,
  type ClientMonitoredItemBase,
  ClientMonitoredItemGroup,
  type ClientSubscription,
  DataChangeFilter,
  DataChangeTrigger,
  type DataValue,
  DeadbandType,
  StatusCodes,
  TimestampsToReturn,
} from "node-opcua-client";
import { messageOf } from "../src/model/failure.ts";
import { inPieces } from "./opcua-calls.ts";
import type { OpcuaItemConfig, OpcuaSourceConfig } from "./opcua-config.ts";
import type { FoundItem } from "./opcua-nodes.ts";

export interface Wanted extends FoundItem {
  /** In the unit the server gives; 0 for every change. */
  readonly deadband: number;
}

export interface Monitored {
  readonly monitored: ClientMonitoredItemBase;
  /** As the server revised it. */
  readonly samplingMs: number;
  /** Values that the tolerated outage needs, and those that the server keeps. */
  readonly askedValues: number;
  readonly givenValues: number;
}

export interface MonitoringListener {
  onMonitored(wanted: Wanted, how: Monitored): void;
  onRefused(wanted: Wanted, reason: string): void;
  onReported(item: OpcuaItemConfig, data: DataValue): void;
}

const LONGEST_QUEUE = 10_000;
/** A sampling interval of 0 means as fast as the server can; for the queue that is taken as this. */
const FASTEST_MS = 50;
const FILTER_REFUSED = new Set([
  StatusCodes.BadMonitoredItemFilterUnsupported.name,
  StatusCodes.BadMonitoredItemFilterInvalid.name,
  StatusCodes.BadFilterNotAllowed.name,
  StatusCodes.BadDeadbandFilterInvalid.name,
]);

/**
 * Rejects only when there is no answer. A server that takes no deadband reports every change, and the agent applies it alone: the same
 * samples for more traffic.
 */
export async function monitor(
  config: OpcuaSourceConfig,
  subscription: ClientSubscription,
  mostPerCall: number,
  wanted: readonly Wanted[],
  listener: MonitoringListener,
): Promise<void> {
  const unfiltered: Wanted[] = [];
  const onRefused = (one: Wanted, reason: string) => {
    if (one.deadband > 0 && FILTER_REFUSED.has(reason)) unfiltered.push({ ...one, deadband: 0 });
    else listener.onRefused(one, reason);
  };
  const alike = Map.groupBy(wanted, ({ item, deadband }) => `${item.samplingMs} ${deadband}`);
  for (const group of alike.values()) {
    await inPieces(
      group,
      mostPerCall,
      (some) => monitorAlike(config, subscription, some, { ...listener, onRefused }),
      (one, error) => onRefused(one, messageOf(error)),
    );
  }
  if (unfiltered.length > 0) await monitor(config, subscription, mostPerCall, unfiltered, listener);
}

/** Those of one sampling interval and deadband, in one call. */
async function monitorAlike(
  config: OpcuaSourceConfig,
  subscription: ClientSubscription,
  some: readonly Wanted[],
  { onMonitored, onRefused, onReported }: MonitoringListener,
): Promise<void> {
  const [first] = some;
  if (!first) return;
  const { samplingMs } = first.item;
  const queueSize = valuesFor(config, samplingMs);
  const group = ClientMonitoredItemGroup.create(
    subscription,
    some.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value })),
    {
      samplingInterval: samplingMs,
      queueSize,
      discardOldest: true,
      ...(first.deadband > 0 && { filter: deadbandFilter(first.deadband) }),
    },
    TimestampsToReturn.Both,
  );
  // Before the server answers: the first values may come together with that answer.
  group.on("changed", (_, data, index) => {
    const item = some[index]?.item;
    if (item) onReported(item, data);
  });
  await initialized(group);
  some.forEach((one, index) => {
    const monitored = group.monitoredItems[index];
    const status = monitored?.statusCode ?? StatusCodes.BadUnexpectedError;
    if (!monitored || status.isNotGood()) {
      onRefused(one, status.name);
      return;
    }
    const revisedMs = Math.max(samplingMs, monitored.result?.revisedSamplingInterval ?? samplingMs);
    onMonitored(one, {
      monitored,
      samplingMs: revisedMs,
      askedValues: valuesFor(config, revisedMs),
      givenValues: monitored.result?.revisedQueueSize ?? queueSize,
    });
  });
}

/** Values of one item that the server should keep while the link is cut. */
function valuesFor({ toleratedOutageMs, publishingMs }: OpcuaSourceConfig, samplingMs: number): number {
  const values = Math.ceil((toleratedOutageMs + publishingMs) / Math.max(samplingMs, FASTEST_MS));
  return Math.min(LONGEST_QUEUE, Math.max(2, values));
}

function deadbandFilter(deadbandValue: number): DataChangeFilter {
  const trigger = DataChangeTrigger.StatusValue;
  return new DataChangeFilter({ trigger, deadbandType: DeadbandType.Absolute, deadbandValue });
}

function initialized(group: ClientMonitoredItemGroup): Promise<void> {
  return new Promise((resolve, reject) => {
    group.on("initialized", resolve);
    group.on("err", (message) => reject(new Error(message)));
  });
}
