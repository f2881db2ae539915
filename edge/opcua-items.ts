/**
 * The variables of one server as monitored items. Each stands for itself: one that the server refuses or loses is told and tried again,
 * and the others go on.
 */
import {
  AttributeIds,
  type ClientMonitoredItemBase,
  ClientMonitoredItemGroup,
  type DataValue,
  StatusCodes,
  TimestampsToReturn,
} from "node-opcua-client";
import { messageOf } from "../src/model/failure.ts";
import type { OpcuaItemConfig, OpcuaSourceConfig } from "./opcua-config.ts";
import type { OpcuaConnection } from "./opcua-connection.ts";
import { resolveNode } from "./opcua-reading.ts";

export interface ItemListener {
  onValue(item: OpcuaItemConfig, data: DataValue): void;
  /** Monitored from now on. */
  onFound(item: OpcuaItemConfig): void;
  /** Not monitored any more, or still not. */
  onLost(item: OpcuaItemConfig, reason: string): void;
  /** The server keeps fewer values for an outage than asked for. */
  onShortQueue(item: OpcuaItemConfig, askedValues: number, givenValues: number): void;
}

export interface OpcuaItems {
  /** Tries every item that is not monitored. */
  retry(): Promise<void>;
}

interface Resolved {
  readonly item: OpcuaItemConfig;
  readonly nodeId: string;
}

/** Server_ServerCapabilities_OperationLimits of OPC UA Part 5. */
const MAX_MONITORED_ITEMS_PER_CALL = "i=11714";
const MAX_NODES_PER_READ = "i=11705";
const MOST_PER_CALL = 1000;
const LONGEST_QUEUE = 10_000;
/** A sampling interval of 0 means as fast as the server can; for the queue that is taken as this. */
const FASTEST_MS = 50;

/** Rejects only when the connection itself failed. */
export async function monitorItems(
  config: OpcuaSourceConfig,
  connection: OpcuaConnection,
  listener: ItemListener,
): Promise<OpcuaItems> {
  const { session, subscription } = connection;
  const monitoredPerCall = await perCall(MAX_MONITORED_ITEMS_PER_CALL);
  const readPerCall = await perCall(MAX_NODES_PER_READ);
  const missing = new Set<OpcuaItemConfig>(config.items);

  /** Servers need not offer their limits; 0 says there is none. */
  async function perCall(limit: string): Promise<number> {
    const { statusCode, value } = await session.read({ nodeId: limit, attributeId: AttributeIds.Value });
    const offered = statusCode.isGood() && typeof value.value === "number" ? value.value : 0;
    return offered > 0 ? Math.min(offered, MOST_PER_CALL) : MOST_PER_CALL;
  }

  async function resolved(items: readonly OpcuaItemConfig[]): Promise<Resolved[]> {
    const namespaces = await session.readNamespaceArray();
    return items.flatMap((item) => {
      const nodeId = resolveNode(item.node, namespaces);
      if (nodeId === undefined) listener.onLost(item, "the server has no such namespace");
      return nodeId === undefined ? [] : [{ item, nodeId }];
    });
  }

  /** Asking for a node costs a server less than a monitored item that fails, and leaves nothing behind. */
  async function existing(candidates: readonly Resolved[]): Promise<Resolved[]> {
    const found: Resolved[] = [];
    for (const some of chunks(candidates, readPerCall)) {
      const answers = await session.read(
        some.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.BrowseName })),
      );
      some.forEach((one, index) => {
        const status = answers[index]?.statusCode ?? StatusCodes.BadUnexpectedError;
        if (status.isGood()) found.push(one);
        else listener.onLost(one.item, status.name);
      });
    }
    return found;
  }

  async function monitor(candidates: readonly Resolved[]): Promise<void> {
    for (const [samplingMs, own] of Map.groupBy(candidates, ({ item }) => item.samplingMs)) {
      for (const some of chunks(own, monitoredPerCall)) await monitorGroup(some, samplingMs);
    }
  }

  async function monitorGroup(some: readonly Resolved[], samplingMs: number): Promise<void> {
    const queueSize = queueFor(config, samplingMs);
    const group = ClientMonitoredItemGroup.create(
      subscription,
      some.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value })),
      { samplingInterval: samplingMs, queueSize, discardOldest: true },
      TimestampsToReturn.Both,
    );
    // Before the server answers: the first values may come together with that answer.
    group.on("changed", (monitored, data, index) => {
      const item = some[index]?.item;
      if (item) take(item, monitored, data);
    });
    try {
      await initialized(group);
    } catch (error) {
      for (const { item } of some) listener.onLost(item, messageOf(error));
      return;
    }
    some.forEach(({ item }, index) => {
      const monitored = group.monitoredItems[index];
      const status = monitored?.statusCode ?? StatusCodes.BadUnexpectedError;
      if (status.isNotGood()) {
        listener.onLost(item, status.name);
        return;
      }
      missing.delete(item);
      listener.onFound(item);
      const given = monitored?.result?.revisedQueueSize ?? queueSize;
      if (given < queueSize) listener.onShortQueue(item, queueSize, given);
    });
  }

  function take(item: OpcuaItemConfig, monitored: ClientMonitoredItemBase, data: DataValue): void {
    listener.onValue(item, data);
    const gone =
      data.statusCode.equals(StatusCodes.BadNodeIdUnknown) ||
      data.statusCode.equals(StatusCodes.BadNodeIdInvalid);
    if (!gone || missing.has(item)) return;
    missing.add(item);
    listener.onLost(item, data.statusCode.name);
    // The server may have forgotten the item together with its node.
    monitored.terminate().catch(() => {});
  }

  await monitor(await resolved(config.items));
  return {
    async retry() {
      if (missing.size > 0) await monitor(await existing(await resolved([...missing])));
    },
  };
}

/** Values of one item that the server should keep while the link is cut. */
function queueFor({ toleratedOutageMs, publishingMs }: OpcuaSourceConfig, samplingMs: number): number {
  const values = Math.ceil((toleratedOutageMs + publishingMs) / Math.max(samplingMs, FASTEST_MS));
  return Math.min(LONGEST_QUEUE, Math.max(2, values));
}

function initialized(group: ClientMonitoredItemGroup): Promise<void> {
  return new Promise((resolve, reject) => {
    group.on("initialized", resolve);
    group.on("err", (message) => reject(new Error(message)));
  });
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
