/** The port to the outside: one letter out, and what came of it. */
import type { Letter } from "./outbox.ts";

export type Delivery =
  | { readonly kind: "delivered" }
  /** The way is blocked for now: the same letter again, later. */
  | { readonly kind: "passing"; readonly why: string; readonly retryAfterMs?: number }
  /** This letter will never be taken, however often it is sent. */
  | { readonly kind: "permanent"; readonly why: string };

/** `id` is the same when a letter is sent again, so that the other side can tell. */
export type Deliver = (letter: Letter, id: string) => Promise<Delivery>;
