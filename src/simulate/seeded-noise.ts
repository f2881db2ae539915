/**
 * Chance without state: each number follows from a key and a time alone, so that any moment can be asked for in any order and two
 * processes that share a seed agree on every sample.
 */

/** 32 bits from text (FNV-1a): turns a seed and a sensor's name into the key of its noise. */
export function keyOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Mean 0, standard deviation 1, never beyond 3.5: the sum of four uniform draws. `slot` is a whole number. */
export function noise(key: number, slot: number): number {
  let state = mix(key ^ mix(slot % 0x1_0000_0000) ^ Math.imul(Math.floor(slot / 0x1_0000_0000), 0x9e3779b1));
  let sum = 0;
  for (let draw = 0; draw < 4; draw += 1) {
    state = mix(state + 0x9e3779b9);
    sum += state / 0x1_0000_0000;
  }
  return (sum - 2) * Math.sqrt(3);
}

/** Noise that moves gently: drawn at every multiple of `periodMs` and eased between. */
export function smoothNoise(key: number, timeMs: number, periodMs: number): number {
  const slot = Math.floor(timeMs / periodMs);
  const share = timeMs / periodMs - slot;
  const eased = share * share * (3 - 2 * share);
  return noise(key, slot) * (1 - eased) + noise(key, slot + 1) * eased;
}

/** Every bit of the input moves about half of the output's bits (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
