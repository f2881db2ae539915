/**
 * Reads back what was missed while the link or the agent was down, or what the server's queue could not hold, from servers that keep
 * history (OPC UA Part 11). A value read twice is the same sample: no care is taken to begin at exactly the right one.
 */
import {
  AttributeIds,
  type ClientSession,
  type DataValue,
  HistoryData,
  type NodeId,
  type StatusCode,
} from "node-opcua-client";
import { messageOf } from "../src/model/failure.ts";
import { type CallLimits, inPieces } from "./opcua-calls.ts";
import type { OpcuaItemConfig } from "./opcua-config.ts";

/** Values after `fromMs` and up to `toMs` are missing. */
export interface Gap {
  readonly item: OpcuaItemConfig;
  readonly nodeId: NodeId;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Filled {
  /** Gaps the server gave values for, and how many values. */
  readonly gaps: number;
  readonly values: number;
  /** Why others were not, each reason once; a variable without history is no reason. */
  readonly refused: readonly string[];
}

/** Bit of the UserAccessLevel attribute (OPC UA Part 3, 8.57). */
const HISTORY_READ = 0x04;
/** Few enough for a small board: ten variables at once are 5,000 values. */
const VALUES_PER_NODE = 500;

/** `take` resolves when the values are spooled, so that a long history waits for the disk. Rejects when there is no answer. */
export async function fillGaps(
  session: ClientSession,
  limits: CallLimits,
  gaps: readonly Gap[],
  take: (gap: Gap, values: readonly DataValue[]) => Promise<void>,
): Promise<Filled> {
  const refused = new Set<string>();
  const filled = new Set<Gap>();
  let values = 0;
  const refuse = (_: Gap, reason: unknown) => refused.add(messageOf(reason).trim());
  const read = async (some: readonly Gap[]) => {
    for (let left = some.map((gap): Asked => ({ gap })); left.length > 0; ) {
      const answers = await readHistory(session, left);
      const more: Asked[] = [];
      for (const [index, { gap }] of left.entries()) {
        const { status, data, continuationPoint } = answers[index] ?? NO_ANSWER;
        if (status !== undefined && status.value >>> 30 > 1) refused.add(status.name);
        const own = data.filter((one) => isIn(gap, one));
        if (own.length > 0) await take(gap, own);
        if (own.length > 0) filled.add(gap);
        values += own.length;
        if (continuationPoint && continuationPoint.length > 0) more.push({ gap, continuationPoint });
      }
      left = more;
    }
  };
  const historized = await withHistory(session, limits, gaps);
  await inPieces(historized, Math.min(limits.historyRead, 10), read, refuse);
  return { gaps: filled.size, values, refused: [...refused] };
}

interface Asked {
  readonly gap: Gap;
  readonly continuationPoint?: Buffer;
}

interface Answer {
  readonly status: StatusCode | undefined;
  readonly data: readonly DataValue[];
  readonly continuationPoint: Buffer | null | undefined;
}

const NO_ANSWER: Answer = { status: undefined, data: [], continuationPoint: undefined };

/** One call has one range for all its nodes: the widest. */
async function readHistory(session: ClientSession, asked: readonly Asked[]): Promise<Answer[]> {
  const from = Math.min(...asked.map(({ gap }) => gap.fromMs));
  const to = Math.max(...asked.map(({ gap }) => gap.toMs));
  const results = await session.readHistoryValue(
    asked.map(({ gap, continuationPoint }) => ({ nodeId: gap.nodeId, continuationPoint })),
    new Date(from),
    new Date(to),
    { numValuesPerNode: VALUES_PER_NODE, returnBounds: false },
  );
  return results.map(({ statusCode, historyData, continuationPoint }) => ({
    status: statusCode,
    data: historyData instanceof HistoryData ? (historyData.dataValues ?? []) : [],
    continuationPoint,
  }));
}

async function withHistory(session: ClientSession, limits: CallLimits, gaps: readonly Gap[]): Promise<Gap[]> {
  const offered: Gap[] = [];
  const ask = async (some: readonly Gap[]) => {
    const attributeId = AttributeIds.UserAccessLevel;
    const answers = await session.read(some.map(({ nodeId }) => ({ nodeId, attributeId })));
    some.forEach((gap, index) => {
      const level: unknown = answers[index]?.value.value;
      if (typeof level === "number" && (level & HISTORY_READ) !== 0) offered.push(gap);
    });
  };
  await inPieces(gaps, limits.read, ask, () => {});
  return offered;
}

function isIn({ fromMs, toMs }: Gap, { sourceTimestamp, serverTimestamp }: DataValue): boolean {
  const timeMs = (sourceTimestamp ?? serverTimestamp)?.getTime();
  return timeMs !== undefined && timeMs > fromMs && timeMs <= toMs;
}
