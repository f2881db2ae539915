/**
 * Quality of a sample: the 32-bit OPC UA status code, kept whole from source to history. The top two bits are the
 * severity; sources without status codes use the three plain values below.
 */
export const GOOD = 0x0000_0000;
export const UNCERTAIN = 0x4000_0000;
export const BAD = 0x8000_0000;

export type Quality = "good" | "uncertain" | "bad";

/** Severity of a status code (OPC UA Part 4, 7.39). The reserved severity 3 is treated as bad. */
export function qualityOf(status: number): Quality {
  const severity = status >>> 30;
  return severity === 0 ? "good" : severity === 1 ? "uncertain" : "bad";
}

/** True when the source says that values between this one and the one before it were lost (info bits 0x480). */
export function isOverflow(status: number): boolean {
  return (status & 0x0480) === 0x0480;
}
