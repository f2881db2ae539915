/** What an OPC UA server's clock says. */
import { AttributeIds, type ClientSession } from "node-opcua-client";
import type { Clock } from "../src/model/clock.ts";
import type { ClockReading } from "./clock-skew.ts";

/** Server_ServerStatus_CurrentTime (OPC UA Part 5, 8.3.2). */
const CURRENT_TIME = "i=2258";

/** Undefined where the server does not tell its time. Rejects when there is no answer. */
export async function readServerClock(
  session: ClientSession,
  clock: Clock,
): Promise<ClockReading | undefined> {
  const askedMs = clock();
  const { statusCode, value } = await session.read({ nodeId: CURRENT_TIME, attributeId: AttributeIds.Value });
  const time: unknown = value.value;
  if (!statusCode.isGood() || !(time instanceof Date) || !Number.isFinite(time.getTime())) return undefined;
  return { askedMs, answeredMs: clock(), otherMs: time.getTime() };
}
