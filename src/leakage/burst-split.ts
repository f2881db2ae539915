/** Real losses split into what is unavoidable and what bursts lose: the part that repairs can save. */
import { requireAtLeast, requireFinite } from "./input.ts";

/**
 * Bursts = real losses - UARL, both in the same unit over the same time. Negative where the losses are less than the unavoidable: then
 * one of the two is wrong. Throws for negative UARL.
 */
export function burstLosses(realLosses: number, unavoidableLosses: number): number {
  requireFinite({ realLosses });
  requireAtLeast(0, { unavoidableLosses });
  return realLosses - unavoidableLosses;
}
