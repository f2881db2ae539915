/** A data value of an OPC UA server in the model's terms: times, value in the unit inside, and status. Pure. */
import { DataType, type DataValue, type Variant } from "node-opcua-client";
import { BAD } from "../src/model/status.ts";
import type { Conversion } from "./reading-config.ts";

/** OPC UA Part 6: the value is there but is not of a type that can be measured. */
const BAD_TYPE_MISMATCH = 0x8074_0000;

export interface OpcuaReading {
  /** Source time; the server's or else the agent's own where the source gives none. */
  readonly timeMs: number;
  /** Undefined where the source gives none, or one that no clock that was ever set gives. */
  readonly sourceMs: number | undefined;
  /** The server's time, or the agent's where it gives none. */
  readonly serverMs: number;
  /** False where `serverMs` is the agent's. */
  readonly serverTold: boolean;
  readonly receivedMs: number;
  /** In the unit inside; NaN where there is none, and then the status is bad. */
  readonly value: number;
  /** The full status code as received. */
  readonly status: number;
}

export function readingOf(data: DataValue, { factor, offset }: Conversion, receivedMs: number): OpcuaReading {
  const received = data.statusCode.value >>> 0;
  const number = numberOf(data.value);
  const bad = received >>> 31 === 1;
  const status = number === undefined && !bad ? BAD_TYPE_MISMATCH : received;
  // OPC UA lets a bad value carry whatever it likes; it is not one.
  const converted = number === undefined || bad ? Number.NaN : number * factor + offset;
  // A unit may take a number beyond all numbers, and a server may send one that is there already.
  const value = Number.isFinite(converted) ? converted : Number.NaN;
  const sourceMs = timeOf(data.sourceTimestamp);
  const toldMs = timeOf(data.serverTimestamp);
  const serverMs = toldMs ?? receivedMs;
  return {
    timeMs: sourceMs ?? serverMs,
    sourceMs,
    serverMs,
    serverTold: toldMs !== undefined,
    receivedMs,
    value,
    status: Number.isNaN(value) && status >>> 31 === 0 ? BAD : status,
  };
}

/** Servers say "no time" by the beginning of theirs, 1601; a controller whose clock was never set begins in 1970 or 1980. */
const EARLIEST_MS = Date.UTC(1990);

function timeOf(time: Date | null | undefined): number | undefined {
  const timeMs = time?.getTime();
  return timeMs !== undefined && timeMs >= EARLIEST_MS ? timeMs : undefined;
}

/** A scalar number; 64-bit integers come as two halves. */
function numberOf({ dataType, value }: Variant): number | undefined {
  if (typeof value === "number") return value;
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [high, low] = value;
  if (typeof high !== "number" || typeof low !== "number") return undefined;
  if (dataType === DataType.UInt64) return high * 2 ** 32 + low;
  return dataType === DataType.Int64 ? (high | 0) * 2 ** 32 + low : undefined;
}
