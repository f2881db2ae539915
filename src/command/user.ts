/** nightflow user: who may log in to the centre, and as what. Passwords are chosen over a one-time link, never typed here. */
import { type Accounts, type Author, newUserSchema, type OneTimeLink } from "../model/accounts.ts";
import { Failure } from "../model/failure.ts";
import { dateOf, granted, roleIn, withAccounts, wordIn } from "./account.ts";
import type { Command, FlagValues } from "./arguments.ts";
import { configurationIn } from "./configuration.ts";

type Work = (accounts: Accounts, author: Author, values: FlagValues) => void;

const ACTIONS: Readonly<Record<string, Work>> = { add, list, role, remove, password };

export const user: Command = {
  summary: "adds, lists and removes those who may log in; makes a link for a new password",
  words: ["add|list|role|remove|password", "[NAME]"],
  flags: { config: { value: "DIR", required: true }, role: { value: "ROLE" } },
  async run(values) {
    const action = ACTIONS[values.words[0] ?? "list"];
    if (!action)
      throw new Failure(
        "wrong-arguments",
        `"${values.words[0]}" is none of ${Object.keys(ACTIONS).join(", ")}`,
      );
    return withAccounts(configurationIn(values.must("config")), (accounts, author) =>
      action(accounts, author, values),
    );
  },
};

function add(accounts: Accounts, author: Author, values: FlagValues): void {
  const asked = newUserSchema.safeParse({ name: nameIn(values), role: roleIn(values.text("role")) });
  if (!asked.success) throw new Failure("wrong-arguments", `a name has ${asked.error.issues[0]?.message}`);
  tell(granted(accounts.addUser(asked.data.name, asked.data.role, author)));
}

function list(accounts: Accounts): void {
  for (const { name, role, logsInBy, lastSeenMs } of accounts.users())
    console.log(`${name}  ${role}  ${logsInBy}  last seen ${dateOf(lastSeenMs)}`);
}

function role(accounts: Accounts, author: Author, values: FlagValues): void {
  granted(accounts.changeRole(nameIn(values), roleIn(values.text("role")), author));
}

function remove(accounts: Accounts, author: Author, values: FlagValues): void {
  granted(accounts.removeUser(nameIn(values), author));
}

function password(accounts: Accounts, author: Author, values: FlagValues): void {
  tell(granted(accounts.renewLink(nameIn(values), author)));
}

function nameIn({ words }: FlagValues): string {
  return wordIn(words, 1, "user");
}

function tell({ user, url, expiresMs }: OneTimeLink): void {
  console.log(`${user} chooses a password at this link; it works once, until ${dateOf(expiresMs)}:\n${url}`);
}
