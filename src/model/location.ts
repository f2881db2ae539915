/** Where a leak may be, by the hydraulic model of the network: candidates with a stated probability, or why there are none. */
import type { VerdictKind } from "./verdict.ts";

/** Kinds of verdict that speak of water that leaves at one place. */
export const LOCATABLE: ReadonlySet<VerdictKind> = new Set(["leak", "burst"]);

export interface LeakToLocate {
  readonly district: string;
  /** Since when it runs, and until when it is known to run, ms UTC. */
  readonly startMs: number;
  readonly untilMs: number;
  readonly leakM3h: number;
  /** One standard deviation. */
  readonly leakErrorM3h: number;
  /** Sensors that are known to be wrong, from a time to a time. */
  readonly distrusted: readonly { readonly sensor: string; readonly fromMs: number; readonly toMs: number }[];
}

export interface PipeCandidate {
  /** By the network model. */
  readonly pipe: string;
  readonly lengthM: number;
  /** 0..1, among all pipes of the district. */
  readonly probability: number;
  /** Longitude and latitude of its ends, degrees; null when the model does not say where it lies. */
  readonly path: readonly (readonly [longitudeDeg: number, latitudeDeg: number])[] | null;
}

export type NotLocated =
  /** The utility has no model of its network. */
  | "no-model"
  /** What was found is no leak in one district, or has no size. */
  | "no-leak"
  /** The model does not know all boundary meters of the district, or they do not cut it off. */
  | "district-not-in-model"
  | "no-pressure"
  | "no-hours-since"
  | "too-few-days-before";

export type LeakLocation =
  | { readonly kind: "not-located"; readonly because: NotLocated }
  | {
      readonly kind: "located";
      /** The most probable first: as many as hold 95 % of the probability, at most a hundred. */
      readonly candidates: readonly PipeCandidate[];
      /** Length of the likeliest pipes that hold half of the probability, and of all pipes of the district. */
      readonly halfM: number;
      readonly districtM: number;
      /** Pressure sensors that were used. */
      readonly pressures: readonly string[];
      readonly fromMs: number;
      readonly untilMs: number;
    };

/** The port by which leaks are located: may take seconds. Rejects with Failure when it cannot work. */
export type Locate = (leak: LeakToLocate) => Promise<LeakLocation>;
