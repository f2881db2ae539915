/**
 * The map's extension point: places where a leak may be, each with its probability. Whoever localizes leaks hands these to the map;
 * a place is drawn as a ring whose area grows with the probability, which stands beside it in words.
 */
import type { Position } from "../../model/utility.ts";

export interface LeakCandidate {
  /** Such as the pipe's id. */
  readonly id: string;
  readonly name: string;
  readonly position: Position;
  /** A pipe's course, drawn beneath the ring. */
  readonly line?: readonly Position[];
  /** 0..1. */
  readonly probability: number;
}

const LEAST_RADIUS_PX = 7;
const MOST_RADIUS_PX = 34;

export function radiusPx({ probability }: LeakCandidate): number {
  return LEAST_RADIUS_PX + (MOST_RADIUS_PX - LEAST_RADIUS_PX) * Math.sqrt(probability);
}
