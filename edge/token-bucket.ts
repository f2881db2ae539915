/**
 * A bandwidth cap: bytes become due at a steady rate, a second's worth may be saved up, and whoever sends more than there is has the
 * next wait for it. So a message larger than a second's worth is sent all the same, and the mean stays below the cap. Pure.
 */
export interface TokenBucket {
  /** Bytes that may be sent; negative while what was sent is still being paid off. */
  readonly bytes: number;
  readonly atMs: number;
}

export function fullBucket(bytesPerS: number, nowMs: number): TokenBucket {
  return { bytes: bytesPerS, atMs: nowMs };
}

/** A clock that is set back pays nothing. */
export function refilled(bucket: TokenBucket, bytesPerS: number, nowMs: number): TokenBucket {
  const earned = (Math.max(0, nowMs - bucket.atMs) / 1000) * bytesPerS;
  return { bytes: Math.min(bytesPerS, bucket.bytes + earned), atMs: nowMs };
}

export function spent(bucket: TokenBucket, bytes: number): TokenBucket {
  return { ...bucket, bytes: bucket.bytes - bytes };
}

/** How long until something may be sent; 0 for now. */
export function waitMsOf(bucket: TokenBucket, bytesPerS: number): number {
  return bucket.bytes > 0 ? 0 : Math.ceil(((1 - bucket.bytes) / bytesPerS) * 1000);
}
