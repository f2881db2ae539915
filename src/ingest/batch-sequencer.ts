/**
 * Decides what a numbered batch is to the centre: the next one, one seen before, or one with others missing before it; and keeps for
 * each spool how far its batches are taken and how far they are stored. Pure but for that memory.
 */
import type { Watermark } from "../model/agent.ts";

export type Place =
  /** `skipped` batches before it are gone for good: the agent says that it holds nothing older. */
  | { readonly kind: "next"; readonly skipped: number }
  | { readonly kind: "duplicate" }
  | { readonly kind: "ahead" };

/** `reached` is the highest number of the epoch taken up to now; 0 for an epoch not seen before. */
export function placeOf(reached: number, seq: number, first: number): Place {
  if (seq <= reached) return { kind: "duplicate" };
  if (seq === reached + 1 || seq === first) return { kind: "next", skipped: seq - reached - 1 };
  return { kind: "ahead" };
}

/** One spool as the centre sees it. `reached` may be above `stored` while a commit is under way. */
export interface Spool {
  readonly site: string;
  readonly epoch: string;
  stored: number;
  reached: number;
  /** A batch came ahead while others were under way: after their commit the agent is asked to send again. */
  askAgain: boolean;
}

export interface SpoolRegister {
  of(site: string, epoch: string): Spool;
  /** The commit up to this watermark came about; answers the spool. */
  stored(watermark: Watermark): Spool;
  /** What was under way is lost: every spool goes on from what is stored. */
  forgetUnstored(): void;
}

export function createSpoolRegister(watermarks: readonly Watermark[]): SpoolRegister {
  const spools = new Map<string, Spool>();

  function of(site: string, epoch: string): Spool {
    const key = `${site}/${epoch}`;
    const found = spools.get(key) ?? { site, epoch, stored: 0, reached: 0, askAgain: false };
    spools.set(key, found);
    return found;
  }

  for (const { site, epoch, stored } of watermarks)
    Object.assign(of(site, epoch), { stored, reached: stored });

  return {
    of,
    stored(watermark) {
      const spool = of(watermark.site, watermark.epoch);
      spool.stored = watermark.stored;
      return spool;
    },
    forgetUnstored() {
      for (const spool of spools.values()) spool.reached = spool.stored;
    },
  };
}
