/** The command line: `nightflow COMMAND [flags]`. Each command stands in src/command. */
import { type Command, readFlags, usageOf } from "./command/arguments.ts";
import { Failure } from "./model/failure.ts";

/** Each is loaded when it is asked for: a centre's code is most of the time a small command would take. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import("./command/demo.ts")).demo,
  train: async () => (await import("./command/train.ts")).train,
  serve: async () => (await import("./command/serve.ts")).serve,
  edge: async () => (await import("./command/edge.ts")).edge,
  check: async () => (await import("./command/check.ts")).check,
  export: async () => (await import("./command/export.ts")).exportCommand,
  import: async () => (await import("./command/import.ts")).importRecording,
  backtest: async () => (await import("./command/backtest.ts")).backtest,
  backup: async () => (await import("./command/backup.ts")).backup,
  restore: async () => (await import("./command/restore.ts")).restore,
  rejected: async () => (await import("./command/rejected.ts")).rejected,
  user: async () => (await import("./command/user.ts")).user,
  token: async () => (await import("./command/token.ts")).token,
  agent: async () => (await import("./command/agent.ts")).agent,
  schemas: async () => (await import("./command/schemas.ts")).schemas,
};

async function help(): Promise<string> {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines: string[] = [];
  for (const [name, load] of Object.entries(COMMANDS))
    lines.push(`  ${name.padEnd(width)}  ${(await load()).summary}`);
  return `usage: nightflow COMMAND [flags]\n\n${lines.join("\n")}\n\nnightflow COMMAND --help lists its flags.`;
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  const load = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || load === undefined) {
    const asked = name === undefined || name === "help" || name === "--help";
    const text = await help();
    (asked ? console.log : console.error)(asked ? text : `there is no command "${name}"\n\n${text}`);
    return asked ? 0 : 2;
  }
  const command = await load();
  if (args.includes("--help")) {
    console.log(`${command.summary}\n\n${usageOf(name, command)}`);
    return 0;
  }
  return command.run(readFlags(name, command, args));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  if (!(thrown instanceof Failure)) throw thrown;
  console.error(thrown.message);
  process.exitCode = thrown.code === "wrong-arguments" ? 2 : 1;
}
