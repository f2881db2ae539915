/**
 * Bytes -> a telemetry message whose envelope is checked. The number arrays inside a series are checked where they are copied
 * (sample-screening.ts), so that one bad series does not cost the others; that also saves zod's pass over them, 30 us a batch of 500
 * beside 40 us for the parsing.
 */
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { telemetrySchema, type WireNotice, wireNoticeSchema, wireSeriesSchema } from "../model/wire.ts";
import type { Rejection } from "./rejection.ts";

/** A series whose columns are arrays of anything yet. */
export interface UncheckedSeries {
  readonly sensor: string;
  readonly t: readonly unknown[];
  readonly v: readonly unknown[];
  readonly q?: readonly unknown[] | undefined;
  readonly d?: readonly unknown[] | undefined;
}

export interface DecodedBatch {
  readonly epoch: string;
  readonly seq: number;
  readonly first: number;
  readonly series: readonly UncheckedSeries[];
  readonly notices: readonly WireNotice[];
  /** Set when the envelope could be read but not the content: the batch counts as received, its content is set aside. */
  readonly poison?: Rejection;
}

export type Decoded =
  | { readonly ok: true; readonly batch: DecodedBatch }
  | { readonly ok: false; readonly rejection: Rejection };

const anyArray = z.custom<readonly unknown[]>(Array.isArray, "must be an array");

const messageSchema = telemetrySchema.extend({
  series: z
    .array(
      wireSeriesSchema.extend({ t: anyArray, v: anyArray, q: anyArray.optional(), d: anyArray.optional() }),
    )
    .max(10_000),
  notices: z.array(wireNoticeSchema).max(10_000).optional(),
});

const envelopeSchema = z.object({
  epoch: telemetrySchema.shape.epoch,
  seq: telemetrySchema.shape.seq,
  first: telemetrySchema.shape.first,
});

export type Json =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly rejection: Rejection };

export function decodeTelemetry(payload: Uint8Array, maxBytes: number): Decoded {
  const json = decodeJson(payload, maxBytes);
  if (!json.ok) return json;
  const message = messageSchema.safeParse(json.value);
  if (message.success) {
    const { epoch, seq, first = seq, series, notices = [] } = message.data;
    if (first > seq) return refuse("wrong-sequence", `first ${first} is above seq ${seq}`);
    return { ok: true, batch: { epoch, seq, first, series, notices } };
  }
  const rejection = { reason: "wrong-shape", detail: z.prettifyError(message.error), samples: 0 } as const;
  const envelope = envelopeSchema.safeParse(json.value);
  if (!envelope.success) return { ok: false, rejection };
  const { epoch, seq, first = seq } = envelope.data;
  if (first > seq) return { ok: false, rejection };
  return { ok: true, batch: { epoch, seq, first, series: [], notices: [], poison: rejection } };
}

/** JSON from bytes that may be gzip, which is told by its first two bytes. `maxBytes` bounds the text in either case. */
export function decodeJson(payload: Uint8Array, maxBytes: number): Json {
  let bytes = payload;
  if (payload[0] === 0x1f && payload[1] === 0x8b) {
    try {
      bytes = gunzipSync(payload, { maxOutputLength: maxBytes });
    } catch (thrown) {
      const tooLarge = thrown instanceof RangeError;
      return tooLarge ? tooLargeFor(maxBytes) : refuse("broken-gzip", String(thrown));
    }
  }
  if (bytes.length > maxBytes) return tooLargeFor(maxBytes);
  try {
    return {
      ok: true,
      value: JSON.parse(text(bytes)),
    };
  } catch (thrown) {
    return refuse("not-json", String(thrown));
  }
}

function text(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString();
}

function tooLargeFor(maxBytes: number): { ok: false; rejection: Rejection } {
  return refuse("too-large", `more than ${maxBytes} bytes of JSON`);
}

function refuse(reason: Rejection["reason"], detail: string): { ok: false; rejection: Rejection } {
  return { ok: false, rejection: { reason, detail, samples: 0 } };
}
