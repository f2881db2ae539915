/**
 * The one rule for input in this folder. Parameters are configuration or code, so a wrong one is a mistake to be told: it throws a
 * Failure whose code names the input ("invalid-mains-km"). Measurements are never a mistake of the caller: where they do not
 * suffice, the answer itself says so (null, or "not assessable" with reasons). Nothing is clamped.
 */
import { Failure } from "../model/failure.ts";

type Inputs = Readonly<Record<string, number>>;

/** Throws unless every input is a finite number of at least `least`. */
export function requireAtLeast(least: number, inputs: Inputs): void {
  for (const [name, value] of Object.entries(inputs)) {
    if (!(Number.isFinite(value) && value >= least)) throw invalid(name, value, `at least ${least}`);
  }
}

/** Throws unless every input is a finite number above 0. */
export function requirePositive(inputs: Inputs): void {
  for (const [name, value] of Object.entries(inputs)) {
    if (!(Number.isFinite(value) && value > 0)) throw invalid(name, value, "above 0");
  }
}

/** Throws unless every input is a number from `least` to `most`. */
export function requireBetween(least: number, most: number, inputs: Inputs): void {
  for (const [name, value] of Object.entries(inputs)) {
    if (!(value >= least && value <= most)) throw invalid(name, value, `${least} to ${most}`);
  }
}

/** Throws unless every input is a finite number. */
export function requireFinite(inputs: Inputs): void {
  for (const [name, value] of Object.entries(inputs)) {
    if (!Number.isFinite(value)) throw invalid(name, value, "a number");
  }
}

export function invalid(name: string, value: unknown, expected: string): Failure {
  const code = name.replace(/([A-Z])/g, "-$1").toLowerCase();
  return new Failure(`invalid-${code}`, `${name} is ${value}; it must be ${expected}`);
}
