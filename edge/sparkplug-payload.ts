/**
 * Sparkplug B payloads (Eclipse Sparkplug 3.0, section 6.4): what a water meter's metrics need of them. Templates, data sets and
 * metadata are passed over.
 */
import protobuf from "protobufjs/light.js";
import { z } from "zod";

const SCHEMA = {
  nested: {
    Payload: {
      fields: {
        timestamp: { type: "uint64", id: 1 },
        metrics: { rule: "repeated", type: "Metric", id: 2 },
        seq: { type: "uint64", id: 3 },
      },
    },
    Metric: {
      fields: {
        name: { type: "string", id: 1 },
        alias: { type: "uint64", id: 2 },
        timestamp: { type: "uint64", id: 3 },
        datatype: { type: "uint32", id: 4 },
        isHistorical: { type: "bool", id: 5 },
        isNull: { type: "bool", id: 7 },
        properties: { type: "PropertySet", id: 9 },
        intValue: { type: "uint32", id: 10 },
        longValue: { type: "uint64", id: 11 },
        floatValue: { type: "float", id: 12 },
        doubleValue: { type: "double", id: 13 },
        booleanValue: { type: "bool", id: 14 },
      },
    },
    PropertySet: {
      fields: {
        keys: { rule: "repeated", type: "string", id: 1 },
        values: { rule: "repeated", type: "PropertyValue", id: 2 },
      },
    },
    PropertyValue: {
      fields: { intValue: { type: "uint32", id: 3 }, longValue: { type: "uint64", id: 4 } },
    },
  },
};

const PAYLOAD = protobuf.Root.fromJSON(SCHEMA).lookupType("Payload");

/** As protobufjs gives it with 64-bit integers as decimal text; fields that are absent stay so. */
const metricSchema = z.object({
  name: z.string().optional(),
  alias: z.string().optional(),
  timestamp: z.coerce.number().optional(),
  datatype: z.number().optional(),
  isHistorical: z.boolean().optional(),
  isNull: z.boolean().optional(),
  properties: z
    .object({
      keys: z.array(z.string()).default([]),
      values: z
        .array(z.object({ intValue: z.number().optional(), longValue: z.coerce.number().optional() }))
        .default([]),
    })
    .optional(),
  intValue: z.number().optional(),
  longValue: z.string().optional(),
  floatValue: z.number().optional(),
  doubleValue: z.number().optional(),
  booleanValue: z.boolean().optional(),
});

const payloadSchema = z.object({
  timestamp: z.coerce.number().optional(),
  // Encoders in use leave a 0 out.
  seq: z.coerce.number().default(0),
  metrics: z.array(metricSchema).default([]),
});

type RawMetric = z.infer<typeof metricSchema>;

export interface SparkplugMetric {
  readonly name: string | undefined;
  /** Stands for the name after the birth; 64 bits, so as text. */
  readonly alias: string | undefined;
  readonly timeMs: number | undefined;
  readonly datatype: number | undefined;
  /** Of an earlier time, told later: says nothing of now. */
  readonly historical: boolean;
  /** The property "Quality" that SCADA systems add: 192 good, 500 stale, 0 bad. */
  readonly quality: number | undefined;
  /** By `datatype`; NaN for null, undefined for what is no number. */
  numberAs(datatype: number | undefined): number | undefined;
}

export interface SparkplugPayload {
  readonly timeMs: number | undefined;
  readonly seq: number;
  readonly metrics: readonly SparkplugMetric[];
}

/** Undefined when the bytes are not a Sparkplug B payload. */
export function decodeSparkplug(bytes: Uint8Array): SparkplugPayload | undefined {
  try {
    const decoded = PAYLOAD.toObject(PAYLOAD.decode(bytes), { longs: String });
    const { timestamp, seq, metrics } = payloadSchema.parse(decoded);
    return { timeMs: timestamp, seq, metrics: metrics.map(metricOf) };
  } catch {
    return undefined;
  }
}

/** An NCMD that asks an edge node for its births again (section 6.4.22, "Node Control/Rebirth"). */
export function rebirthCommand(nowMs: number): Uint8Array {
  const metrics = [{ name: "Node Control/Rebirth", timestamp: nowMs, datatype: BOOLEAN, booleanValue: true }];
  return PAYLOAD.encode(PAYLOAD.fromObject({ timestamp: nowMs, metrics })).finish();
}

const BOOLEAN = 11;
/** Bits of the signed types; they travel as unsigned. */
const SIGNED_BITS: Readonly<Record<number, number>> = { 1: 8, 2: 16, 3: 32 };
const INT64 = 4;
/** DateTime, String, ...: numbers of these say nothing that can be measured. */
const MEASURED_UP_TO = BOOLEAN;

function metricOf(raw: RawMetric): SparkplugMetric {
  const place = raw.properties?.keys.indexOf("Quality") ?? -1;
  const quality = raw.properties?.values[place];
  return {
    name: raw.name,
    alias: raw.alias,
    timeMs: raw.timestamp,
    datatype: raw.datatype,
    historical: raw.isHistorical ?? false,
    // Encoders in use leave a 0 out.
    quality: quality && (quality.intValue ?? quality.longValue ?? 0),
    numberAs: (datatype) => numberAs(raw, datatype),
  };
}

function numberAs(raw: RawMetric, datatype: number | undefined): number | undefined {
  if (raw.isNull) return Number.NaN;
  if (datatype !== undefined && datatype > MEASURED_UP_TO) return undefined;
  const { intValue, longValue } = raw;
  if (intValue !== undefined) {
    const bits = SIGNED_BITS[datatype ?? 0];
    return bits === undefined ? intValue : (intValue << (32 - bits)) >> (32 - bits);
  }
  if (longValue !== undefined) {
    return Number(datatype === INT64 ? BigInt.asIntN(64, BigInt(longValue)) : BigInt(longValue));
  }
  const number = raw.doubleValue ?? raw.floatValue;
  if (number !== undefined) return Number.isFinite(number) ? number : Number.NaN;
  return raw.booleanValue === undefined ? undefined : Number(raw.booleanValue);
}
