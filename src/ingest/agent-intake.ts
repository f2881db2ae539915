/** Agents' batches: decoded, put in sequence, screened, offered to the committer; each batch ends in exactly one of the counts. */
import type { Clock } from "../model/clock.ts";
import type { NewEvent } from "../model/event.ts";
import type { WireNotice } from "../model/wire.ts";
import type { Acknowledger } from "./acknowledger.ts";
import { placeOf, type Spool, type SpoolRegister } from "./batch-sequencer.ts";
import type { Committer } from "./committer.ts";
import type { Rejection } from "./rejection.ts";
import { type Screened, type Screening, screen } from "./sample-screening.ts";
import { type DecodedBatch, decodeTelemetry } from "./telemetry-decoder.ts";

/** `skipped` batches their spool had dropped; `refused` ones found no room and come again. */
export type BatchCounts = Record<"accepted" | "duplicate" | "ahead" | "refused" | "skipped", number>;

export interface AgentIntakeParts {
  readonly spools: SpoolRegister;
  readonly committer: Committer;
  readonly acknowledger: Acknowledger;
  readonly clock: Clock;
  readonly screening: Screening;
  readonly maxMessageBytes: number;
}

export interface AgentIntake {
  /** Answers what of the message is turned away for good. */
  take(site: string, payload: Uint8Array): readonly Rejection[];
  counts(): Readonly<BatchCounts>;
}

export function createAgentIntake(parts: AgentIntakeParts): AgentIntake {
  const { spools, committer, acknowledger, clock } = parts;
  const counts: BatchCounts = { accepted: 0, duplicate: 0, ahead: 0, refused: 0, skipped: 0 };

  function answerStray(spool: Spool, seq: number, kind: "duplicate" | "ahead"): void {
    counts[kind] += 1;
    const underWay = spool.reached > spool.stored;
    if (kind === "ahead" && underWay) spool.askAgain = true;
    else if (kind === "ahead" || seq <= spool.stored) acknowledger.repeat(spool);
  }

  function screenBatch({ series, poison }: DecodedBatch): Screened {
    const screened = screen(series, { ...parts.screening, nowMs: clock() });
    return poison ? { ...screened, rejections: [...screened.rejections, poison] } : screened;
  }

  return {
    take(site, payload) {
      const decoded = decodeTelemetry(payload, parts.maxMessageBytes);
      if (!decoded.ok) return [decoded.rejection];
      const { epoch, seq, first, notices } = decoded.batch;
      const spool = spools.of(site, epoch);
      const place = placeOf(spool.reached, seq, first);
      if (place.kind !== "next") {
        answerStray(spool, seq, place.kind);
        return [];
      }
      const { series, rejections } = screenBatch(decoded.batch);
      const events = notices.map((notice) => noticeEvent(site, notice, clock()));
      if (!committer.offer({ series, events, watermark: { site, epoch, stored: seq } })) {
        counts.refused += 1;
        return [];
      }
      spool.reached = seq;
      counts.accepted += 1;
      counts.skipped += place.skipped;
      return rejections;
    },
    counts: () => ({ ...counts }),
  };
}

function noticeEvent(site: string, { t, code, sensor, figures }: WireNotice, nowMs: number): NewEvent {
  const notice = { timeMs: t, code, figures, ...(sensor === undefined ? {} : { sensor }) };
  return { timeMs: nowMs, actor: site, body: { kind: "notice", site, notice } };
}
