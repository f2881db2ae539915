/** nightflow agent: who may connect to the embedded broker, each on the topics of its own site. */
import { writeFileSync } from "node:fs";
import { z } from "zod";
import { type Accounts, type Author, newAgentSchema } from "../model/accounts.ts";
import { Failure } from "../model/failure.ts";
import { dateOf, granted, withAccounts, wordIn } from "./account.ts";
import type { Command, FlagValues } from "./arguments.ts";
import { configurationIn } from "./configuration.ts";

export const agent: Command = {
  summary: "adds, lists and removes those who may connect to the embedded broker",
  words: ["add|list|remove", "[SITE]"],
  flags: {
    config: { value: "DIR", required: true },
    publish: { value: "FILTER,FILTER" },
    subscribe: { value: "FILTER,FILTER" },
    out: { value: "FILE" },
  },
  async run(values) {
    const action = values.words[0] ?? "list";
    return withAccounts(configurationIn(values.must("config")), (accounts, author) => {
      if (action === "add") add(accounts, author, values);
      else if (action === "list") list(accounts);
      else if (action === "remove") granted(accounts.removeAgent(wordIn(values.words, 1, "site"), author));
      else throw new Failure("wrong-arguments", `"${action}" is none of add, list and remove`);
    });
  },
};

function add(accounts: Accounts, author: Author, values: FlagValues): void {
  const asked = newAgentSchema.safeParse({
    site: wordIn(values.words, 1, "site"),
    publish: values.text("publish")?.split(","),
    subscribe: values.text("subscribe")?.split(","),
  });
  if (!asked.success) throw new Failure("wrong-arguments", z.prettifyError(asked.error));
  const { secret } = granted(accounts.addAgent(asked.data, author));
  const file = values.text("out");
  if (file === undefined) {
    console.log(`The password of "${asked.data.site}"; it is shown this once:\n${secret}`);
  } else {
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: "wx" });
    console.log(
      `The password of "${asked.data.site}" is in ${file}: take it to the station as passwordFile.`,
    );
  }
}

function list(accounts: Accounts): void {
  for (const { site, publish, subscribe, connectedMs } of accounts.agents()) {
    const more = [
      ...publish.map((filter) => `+publish ${filter}`),
      ...subscribe.map((filter) => `+subscribe ${filter}`),
    ];
    console.log([site, ...more, `last connected ${dateOf(connectedMs)}`].join("  "));
  }
}
