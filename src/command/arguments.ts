/** Flags and words of a command: declared, checked, and explained when they are wrong. */
import { parseArgs } from "node:util";
import { Failure, messageOf } from "../model/failure.ts";

interface Flag {
  /** What the value is, for the usage line; without it the flag stands alone. */
  readonly value?: string;
  readonly required?: boolean;
}

type Flags = Readonly<Record<string, Flag>>;

export interface Command {
  readonly summary: string;
  readonly flags: Flags;
  /** What may stand before the flags, by name and in order: such as an action and what it is about. */
  readonly words?: readonly string[];
  /** Resolves to the exit code. */
  run(values: FlagValues): Promise<number>;
}

export interface FlagValues {
  /** The words given, no more than were declared. */
  readonly words: readonly string[];
  text(name: string): string | undefined;
  /** For a flag that is required, or is without another. Throws as `readFlags` does when it was not given. */
  must(name: string): string;
  has(name: string): boolean;
}

/** Throws Failure "wrong-arguments" with the usage of the command. */
export function readFlags(
  name: string,
  { flags, words = [] }: Pick<Command, "flags" | "words">,
  args: readonly string[],
): FlagValues {
  const wrong = (message: string) =>
    new Failure("wrong-arguments", `${message}\n\n${usageOf(name, { flags, words })}`);
  let values: Record<string, string | boolean | undefined>;
  let given: readonly string[];
  try {
    const options = Object.fromEntries(
      Object.entries(flags).map(([name, { value }]) => [
        name,
        { type: value ? "string" : "boolean" } as const,
      ]),
    );
    const parsed = parseArgs({ args: [...args], options, strict: true, allowPositionals: words.length > 0 });
    values = parsed.values as typeof values;
    given = parsed.positionals;
  } catch (thrown) {
    throw wrong(messageOf(thrown));
  }
  if (given.length > words.length) throw wrong(`"${given[words.length]}" is too much`);
  for (const [flag, { required }] of Object.entries(flags)) {
    if (required && values[flag] === undefined) throw wrong(`--${flag} is missing`);
  }
  const text = (flag: string) => (typeof values[flag] === "string" ? values[flag] : undefined);
  return {
    words: given,
    text,
    must: (flag) => {
      const value = text(flag);
      if (value === undefined) throw wrong(`--${flag} is missing`);
      return value;
    },
    has: (flag) => values[flag] !== undefined,
  };
}

export function usageOf(name: string, { flags, words = [] }: Pick<Command, "flags" | "words">): string {
  const parts = Object.entries(flags).map(([key, { value, required }]) => {
    const flag = value ? `--${key} ${value}` : `--${key}`;
    return required ? flag : `[${flag}]`;
  });
  return ["usage: nightflow", name, ...words, ...parts].join(" ");
}
