/**
 * The variables of one connection. Each stands for itself: one that the server refuses or loses is told and tried again, ever more rarely,
 * and the others go on.
 */
import {
  AttributeIds,
  type ClientMonitoredItemBase,
  type DataValue,
  type NodeId,
  type StatusCode,
  StatusCodes,
} from "node-opcua-client";
import type { Clock } from "../src/model/clock.ts";
import { messageOf } from "../src/model/failure.ts";
import { inPieces } from "./opcua-calls.ts";
import type { OpcuaItemConfig, OpcuaSourceConfig } from "./opcua-config.ts";
import type { OpcuaConnection } from "./opcua-connection.ts";
import { type Monitored, monitor, type Wanted } from "./opcua-monitoring.ts";
import { type FoundItem, findNodes, readSpans } from "./opcua-nodes.ts";

/** Reported by the server, read in a cycle, or read to see whether the server keeps silent about a change. */
export type Arrival = "reported" | "read" | "watched";

export interface ItemListener {
  onValue(item: OpcuaItemConfig, data: DataValue, arrival: Arrival): void;
  /** Followed from now on. `deadband` in the item's own unit; undefined where one in per cent has no range to be of. */
  onFound(item: OpcuaItemConfig, deadband: number | undefined): void;
  /** Not followed any more, or still not. */
  onLost(item: OpcuaItemConfig, reason: string): void;
  /** The server keeps fewer values for an outage than asked for. */
  onShortQueue(item: OpcuaItemConfig, askedValues: number, givenValues: number): void;
}

export interface Followed {
  readonly item: OpcuaItemConfig;
  readonly nodeId: NodeId;
  /** In the unit the server gives. */
  readonly deadband: number;
  readonly samplingMs: number;
  /** Undefined for one that is read in cycles. */
  readonly monitored: ClientMonitoredItemBase | undefined;
  /** The last value the server reported by itself. */
  reported: DataValue | undefined;
  /** When the last one of any kind came. */
  heardMs: number;
}

export interface OpcuaItems {
  readonly followed: Iterable<Followed>;
  /** Tries those that are not followed and whose time has come. */
  retry(): Promise<void>;
  /** Reads those, each value to `take`; one that is gone is lost, one that is refused only skipped. Rejects when there is no answer. */
  read(some: readonly Followed[], take: (one: Followed, data: DataValue) => void): Promise<void>;
  /** Asks the server anew to report it. */
  rebuild(one: Followed): void;
}

interface Missing {
  readonly waitMs: number;
  readonly nextMs: number;
}

const LONGEST_WAIT_MS = 600_000;

/** Rejects only when the connection itself failed. */
export async function followItems(
  config: OpcuaSourceConfig,
  { session, subscription, limits }: OpcuaConnection,
  clock: Clock,
  listener: ItemListener,
): Promise<OpcuaItems> {
  const followed = new Map<OpcuaItemConfig, Followed>();
  const missing = new Map<OpcuaItemConfig, Missing>();

  function lose(item: OpcuaItemConfig, reason: string): void {
    release(item);
    const waitMs = Math.min(LONGEST_WAIT_MS, 2 * (missing.get(item)?.waitMs ?? config.retryMs / 2));
    missing.set(item, { waitMs, nextMs: clock() + waitMs });
    listener.onLost(item, reason);
  }

  /** The server may have forgotten the item together with its node. */
  function release(item: OpcuaItemConfig): void {
    followed
      .get(item)
      ?.monitored?.terminate()
      .catch(() => {});
    followed.delete(item);
  }

  function add({ item, nodeId, deadband }: Wanted, how?: Monitored): void {
    missing.delete(item);
    followed.set(item, {
      item,
      nodeId,
      deadband,
      samplingMs: how?.samplingMs ?? item.samplingMs,
      monitored: how?.monitored,
      reported: undefined,
      heardMs: clock(),
    });
    if (how && how.givenValues < how.askedValues)
      listener.onShortQueue(item, how.askedValues, how.givenValues);
  }

  function report(item: OpcuaItemConfig, data: DataValue): void {
    const one = followed.get(item);
    if (one) {
      one.reported = data;
      one.heardMs = clock();
    }
    listener.onValue(item, data, "reported");
    if (one && isGone(data.statusCode)) lose(item, data.statusCode.name);
  }

  /** Asking for a node costs a server less than a monitored item that fails, and leaves nothing behind. */
  async function existing(candidates: readonly FoundItem[]): Promise<FoundItem[]> {
    const there: FoundItem[] = [];
    const ask = async (some: readonly FoundItem[]) => {
      const attributeId = AttributeIds.NodeClass;
      const answers = await session.read(some.map(({ nodeId }) => ({ nodeId, attributeId })));
      some.forEach((one, index) => {
        const status = answers[index]?.statusCode ?? StatusCodes.BadUnexpectedError;
        if (isGone(status)) lose(one.item, status.name);
        else there.push(one);
      });
    };
    await inPieces(candidates, limits.read, ask, ({ item }, error) => lose(item, messageOf(error)));
    return there;
  }

  async function follow(found: readonly FoundItem[]): Promise<void> {
    const spans = await readSpans(session, limits, found);
    const wanted = found.map((one) => ({ ...one, deadband: deadbandOf(one.item, spans.get(one.item)) ?? 0 }));
    const tell = ({ item }: Wanted) => listener.onFound(item, deadbandOf(item, spans.get(item)));
    for (const one of wanted.filter(({ item }) => item.mode === "read")) {
      add(one);
      tell(one);
    }
    const subscribed = wanted.filter(({ item }) => item.mode === "subscribe");
    await monitor(config, subscription, limits.monitoredItems, subscribed, {
      onMonitored(one, how) {
        add(one, how);
        tell(one);
      },
      onRefused: ({ item }, reason) => lose(item, reason),
      onReported: report,
    });
  }

  await follow(await findNodes(session, limits, config.items, lose));
  return {
    get followed() {
      return followed.values();
    },
    async retry() {
      const due = [...missing].filter(([, { nextMs }]) => nextMs <= clock()).map(([item]) => item);
      if (due.length > 0) await follow(await existing(await findNodes(session, limits, due, lose)));
    },
    async read(some, take) {
      const ask = async (piece: readonly Followed[]) => {
        const attributeId = AttributeIds.Value;
        const answers = await session.read(piece.map(({ nodeId }) => ({ nodeId, attributeId })));
        piece.forEach((one, index) => {
          const data = answers[index];
          if (!data || followed.get(one.item) !== one) return;
          one.heardMs = clock();
          take(one, data);
          if (isGone(data.statusCode)) lose(one.item, data.statusCode.name);
        });
      };
      await inPieces(some, limits.read, ask, () => {});
    },
    rebuild({ item }) {
      release(item);
      missing.set(item, { waitMs: config.retryMs / 2, nextMs: clock() });
    },
  };
}

function isGone(status: StatusCode): boolean {
  return status.equals(StatusCodes.BadNodeIdUnknown) || status.equals(StatusCodes.BadNodeIdInvalid);
}

function deadbandOf(
  { deadband, deadbandPercent }: OpcuaItemConfig,
  span: number | undefined,
): number | undefined {
  if (deadbandPercent === undefined) return deadband ?? 0;
  return span === undefined ? undefined : (span * deadbandPercent) / 100;
}
