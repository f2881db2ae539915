/** What every kind of source is to the agent. Where a source's samples go is the spool; it acknowledges nothing before that. */
import type { Logger } from "pino";
import type { Clock } from "../src/model/clock.ts";
import type { Spool } from "./sqlite-spool.ts";

export interface Source {
  readonly name: string;
  /** Of a source that ends: resolves when everything is in the spool, rejects with a Failure. */
  readonly exhausted?: Promise<void>;
  stop(): Promise<void>;
}

export interface SourceParts {
  readonly spool: Spool;
  readonly log: Logger;
  readonly clock: Clock;
}
