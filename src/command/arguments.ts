/** Flags of a command: declared, checked, and explained when they are wrong. */
import { parseArgs } from "node:util";
import { Failure, messageOf } from "../model/failure.ts";

interface Flag {
  /** What the value is, for the usage line; without it the flag stands alone. */
  readonly value?: string;
  readonly required?: boolean;
}

export type Flags = Readonly<Record<string, Flag>>;

export interface Command {
  readonly summary: string;
  readonly flags: Flags;
  /** Resolves to the exit code. */
  run(values: FlagValues): Promise<number>;
}

export interface FlagValues {
  text(name: string): string | undefined;
  /** For a required flag. */
  must(name: string): string;
  has(name: string): boolean;
}

/** Throws Failure "wrong-arguments" with the usage of the command. */
export function readFlags(command: string, flags: Flags, args: readonly string[]): FlagValues {
  const wrong = (message: string) =>
    new Failure("wrong-arguments", `${message}\n\n${usageOf(command, flags)}`);
  let values: Record<string, string | boolean | undefined>;
  try {
    const options = Object.fromEntries(
      Object.entries(flags).map(([name, { value }]) => [
        name,
        { type: value ? "string" : "boolean" } as const,
      ]),
    );
    values = parseArgs({ args: [...args], options, strict: true }).values as typeof values;
  } catch (thrown) {
    throw wrong(messageOf(thrown));
  }
  for (const [name, { required }] of Object.entries(flags)) {
    if (required && values[name] === undefined) throw wrong(`--${name} is missing`);
  }
  const text = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  return { text, must: (name) => text(name) ?? "", has: (name) => values[name] !== undefined };
}

export function usageOf(command: string, flags: Flags): string {
  const parts = Object.entries(flags).map(([name, { value, required }]) => {
    const flag = value ? `--${name} ${value}` : `--${name}`;
    return required ? flag : `[${flag}]`;
  });
  return ["usage: nightflow", command, ...parts].join(" ");
}
