/** The command line: `nightflow COMMAND [flags]`. Each command stands in src/command. */
import { agent } from "./command/agent.ts";
import { type Command, readFlags, usageOf } from "./command/arguments.ts";
import { backtest } from "./command/backtest.ts";
import { backup } from "./command/backup.ts";
import { check } from "./command/check.ts";
import { demo } from "./command/demo.ts";
import { edge } from "./command/edge.ts";
import { exportCommand } from "./command/export.ts";
import { importRecording } from "./command/import.ts";
import { rejected } from "./command/rejected.ts";
import { restore } from "./command/restore.ts";
import { schemas } from "./command/schemas.ts";
import { serve } from "./command/serve.ts";
import { token } from "./command/token.ts";
import { train } from "./command/train.ts";
import { user } from "./command/user.ts";
import { Failure } from "./model/failure.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  demo,
  serve,
  edge,
  check,
  export: exportCommand,
  import: importRecording,
  backtest,
  backup,
  restore,
  rejected,
  user,
  token,
  agent,
  train,
  schemas,
};

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `usage: nightflow COMMAND [flags]\n\n${lines.join("\n")}\n\nnightflow COMMAND --help lists its flags.`;
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || command === undefined) {
    const asked = name === undefined || name === "help" || name === "--help";
    (asked ? console.log : console.error)(asked ? help() : `there is no command "${name}"\n\n${help()}`);
    return asked ? 0 : 2;
  }
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
