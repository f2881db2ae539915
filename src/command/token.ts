/** nightflow token: secrets by which programs ask the centre, each with a role, perhaps some districts, and an expiry. */
import { z } from "zod";
import { type Accounts, type Author, newTokenSchema } from "../model/accounts.ts";
import { Failure } from "../model/failure.ts";
import { dateOf, granted, roleIn, withAccounts, wordIn } from "./account.ts";
import type { Command, FlagValues } from "./arguments.ts";
import { configurationIn } from "./configuration.ts";

const USUAL_DAYS = 365;

export const token: Command = {
  summary: "adds, lists and revokes the secrets by which programs ask the centre",
  words: ["add|list|revoke", "[NAME]"],
  flags: {
    config: { value: "DIR", required: true },
    role: { value: "ROLE" },
    districts: { value: "ID,ID" },
    days: { value: "N" },
  },
  async run(values) {
    const config = configurationIn(values.must("config"));
    const known = config.utility.districts.map(({ id }) => id);
    const action = values.words[0] ?? "list";
    return withAccounts(config, (accounts, author) => {
      if (action === "add") add(accounts, author, values, known);
      else if (action === "list") list(accounts);
      else if (action === "revoke") granted(accounts.revokeToken(wordIn(values.words, 1, "token"), author));
      else throw new Failure("wrong-arguments", `"${action}" is none of add, list and revoke`);
    });
  },
};

function add(accounts: Accounts, author: Author, values: FlagValues, known: readonly string[]): void {
  const districts = values.text("districts")?.split(",");
  const unknown = districts?.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new Failure("wrong-arguments", `there is no district "${unknown}"`);
  const asked = newTokenSchema.safeParse({
    name: wordIn(values.words, 1, "token"),
    role: roleIn(values.text("role")),
    districts,
    days: Number(values.text("days") ?? USUAL_DAYS),
  });
  if (!asked.success) throw new Failure("wrong-arguments", z.prettifyError(asked.error));
  const { secret, token } = granted(accounts.addToken(asked.data, author));
  console.log(`The token "${token.name}" holds until ${dateOf(token.expiresMs)}. It is shown this once:`);
  console.log(secret);
}

function list(accounts: Accounts): void {
  for (const { name, role, districts, expiresMs, usedMs, createdBy } of accounts.tokens()) {
    const where = districts === null ? "all districts" : districts.join(",");
    console.log(
      `${name}  ${role}  ${where}  until ${dateOf(expiresMs)}  last used ${dateOf(usedMs)}  by ${createdBy}`,
    );
  }
}
