/**
 * Service calls in pieces that the server takes: not above the operation limits it states (OPC UA Part 5, 6.3.11), and halved where it
 * refuses a piece as a whole, down to the one operation that it does not like.
 */
import { AttributeIds, type ClientSession } from "node-opcua-client";
import { messageOf } from "../src/model/failure.ts";

export interface CallLimits {
  readonly read: number;
  readonly monitoredItems: number;
  readonly browsePaths: number;
  readonly historyRead: number;
}

/** Server_ServerCapabilities_OperationLimits_... */
const LIMIT_NODES: Readonly<Record<keyof CallLimits, string>> = {
  read: "i=11705",
  monitoredItems: "i=11714",
  browsePaths: "i=11712",
  historyRead: "i=12165",
};

/** Where the server states no limit; small controllers without one do not take thousands. */
const MOST_BY_DEFAULT: CallLimits = { read: 250, monitoredItems: 250, browsePaths: 100, historyRead: 10 };
/** However much the server takes: an answer of so many values is decoded without a stop. */
const MOST: CallLimits = { read: 1000, monitoredItems: 1000, browsePaths: 1000, historyRead: 100 };

const KINDS = Object.keys(LIMIT_NODES) as (keyof CallLimits)[];

/** Servers need not offer their limits, and 0 says there is none. */
export async function readCallLimits(session: ClientSession): Promise<CallLimits> {
  const stated = new Map<keyof CallLimits, number>();
  const ask = async (some: readonly (keyof CallLimits)[]) => {
    const answers = await session.read(
      some.map((kind) => ({ nodeId: LIMIT_NODES[kind], attributeId: AttributeIds.Value })),
    );
    some.forEach((kind, index) => {
      const answer = answers[index];
      const value: unknown = answer?.statusCode.isGood() ? answer.value.value : undefined;
      if (typeof value === "number" && value > 0) stated.set(kind, value);
    });
  };
  // There are servers that read but one variable at a time.
  await inPieces(KINDS, KINDS.length, ask, () => {});
  const limit = (kind: keyof CallLimits) => Math.min(stated.get(kind) ?? MOST_BY_DEFAULT[kind], MOST[kind]);
  return {
    read: limit("read"),
    monitoredItems: limit("monitoredItems"),
    browsePaths: limit("browsePaths"),
    historyRead: limit("historyRead"),
  };
}

/**
 * Calls for all, `most` at a time, in order. `refused` gets each one that the server refuses when asked for it alone. Rejects when there is no
 * answer at all.
 */
export async function inPieces<T>(
  all: readonly T[],
  most: number,
  call: (some: readonly T[]) => Promise<void>,
  refused: (one: T, reason: unknown) => void,
): Promise<void> {
  for (let from = 0; from < all.length; from += most) {
    const some = all.slice(from, from + most);
    try {
      await call(some);
    } catch (error) {
      if (!isAnswered(error)) throw error;
      if (some.length === 1) refused(some[0] as T, error);
      else await inPieces(some, Math.ceil(some.length / 2), call, refused);
    }
  }
}

/** What a server says of the operations asked for, and not of the session or the subscription they are asked in. */
function isAnswered(error: unknown): boolean {
  const message = messageOf(error);
  return (
    /serviceresult/i.test(message) &&
    !/Bad(Session|Subscription|SecureChannel|Server|Shutdown|Timeout)/.test(message)
  );
}
