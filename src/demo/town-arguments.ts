/** The town in the arguments of a demo process, written by one side and read by the other. */
import { Failure } from "../model/failure.ts";
import type { DemoTown } from "./demand-model.ts";

export function townArguments(town: DemoTown): readonly string[] {
  return ["--seed", String(town.seed), "--first-start", String(town.firstStartMs)];
}

/** Throws a Failure naming the argument that is missing or not a whole number. */
export function townFromArguments(given: {
  readonly seed?: string | undefined;
  readonly "first-start"?: string | undefined;
}): DemoTown {
  return {
    seed: wholeNumber("--seed", given.seed),
    firstStartMs: wholeNumber("--first-start", given["first-start"]),
  };
}

function wholeNumber(name: string, text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || text === "" || !Number.isSafeInteger(value)) {
    throw new Failure("wrong-argument", `${name} must be a whole number, not ${text ?? "left out"}`);
  }
  return value;
}
