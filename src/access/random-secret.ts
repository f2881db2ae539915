/** Secrets that are drawn, not chosen: 256 bits each, so that a plain hash of one tells nothing of it. */
import { createHash, randomBytes } from "node:crypto";

export function drawSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of a secret, and found again by it. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Names a record in lists and paths; says nothing of its secret. */
export function drawId(): string {
  return randomBytes(8).toString("hex");
}
