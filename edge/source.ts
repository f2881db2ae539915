/** What every kind of source is to the agent. Where a source's samples go is the spool; it acknowledges nothing before that. */
import type { Logger } from "pino";
import type { CertificateReport, ClockReport, SourceReport } from "../src/model/agent-report.ts";
import type { Clock } from "../src/model/clock.ts";
import type { SourceStanding } from "./source-standing.ts";
import type { Spool } from "./sqlite-spool.ts";

export interface Source {
  readonly name: string;
  readonly kind: SourceReport["kind"];
  /** How many variables, topics, metrics, columns or meters it is to read. */
  readonly items: number;
  readonly standing: SourceStanding;
  /** Of `items`, those that are not there now. */
  lostItems?(): number;
  /** How often Sparkplug edge nodes were asked for their births; undefined where there are none. */
  birthsAsked?(): number | undefined;
  /** In use with it now. */
  certificates?(): readonly Omit<CertificateReport, "of">[];
  /** The agent's clock beside its own, once it was measured. */
  clockAhead?(): Omit<ClockReport, "against"> | undefined;
  /** Of a source that ends: resolves when everything is in the spool, rejects with a Failure. */
  readonly exhausted?: Promise<void>;
  /** Where another takes over from this one: resolves when what was queued for it until now has come, or stop() was called. */
  drain?(): Promise<void>;
  stop(): Promise<void>;
}

export interface SourceParts {
  readonly spool: Pick<Spool, "append" | "heldBatches" | "onChange">;
  readonly log: Logger;
  readonly clock: Clock;
}
