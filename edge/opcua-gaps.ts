/** The gaps of one server that are to be read back from its history, gathered per variable until there is a connection that can. */
import type { DataValue } from "node-opcua-client";
import { type Filled, fillGaps, type Gap } from "./opcua-backfill.ts";
import type { OpcuaItemConfig } from "./opcua-config.ts";
import type { OpcuaConnection } from "./opcua-connection.ts";
import type { OpcuaItems } from "./opcua-items.ts";

export interface OpcuaGaps {
  note(item: OpcuaItemConfig, fromMs: number, toMs: number): void;
  /** Reads back what is noted of the variables that are followed; undefined when that is nothing. Rejects when there is no answer. */
  fill(
    connection: OpcuaConnection,
    items: OpcuaItems,
    take: (item: OpcuaItemConfig, values: readonly DataValue[]) => Promise<void>,
  ): Promise<(Filled & Span) | undefined>;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export function createOpcuaGaps(): OpcuaGaps {
  const noted = new Map<OpcuaItemConfig, Span>();

  function note(item: OpcuaItemConfig, fromMs: number, toMs: number): void {
    const known = noted.get(item) ?? { fromMs, toMs };
    noted.set(item, { fromMs: Math.min(known.fromMs, fromMs), toMs: Math.max(known.toMs, toMs) });
  }

  return {
    note,
    async fill({ session, limits }, { followed }, take) {
      if (noted.size === 0) return undefined;
      const gaps: Gap[] = [...followed].flatMap(({ item, nodeId }) => {
        const span = noted.get(item);
        return span ? [{ item, nodeId, ...span }] : [];
      });
      for (const { item } of gaps) noted.delete(item);
      if (gaps.length === 0) return undefined;
      try {
        const filled = await fillGaps(session, limits, gaps, (gap, values) => take(gap.item, values));
        const fromMs = Math.min(...gaps.map((gap) => gap.fromMs));
        return { ...filled, fromMs, toMs: Math.max(...gaps.map((gap) => gap.toMs)) };
      } catch (error) {
        for (const { item, fromMs, toMs } of gaps) note(item, fromMs, toMs);
        throw error;
      }
    },
  };
}
