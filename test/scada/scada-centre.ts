/** Starts, orders and kills the centre of scada-centre-main.ts. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Role } from "../../src/model/access.ts";
import type { Alarm } from "../../src/model/alarm.ts";
import type { Action } from "../../src/model/live.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import type { OpcuaSettings } from "../../src/scada/scada-settings.ts";

export interface CentreOptions {
  readonly folder: string;
  readonly pkiFolder: string;
  readonly settings: OpcuaSettings;
  /** Clients have to log in when there are any. */
  readonly tokens: readonly {
    readonly name: string;
    readonly role: Role;
    readonly districts?: string[];
  }[];
}

export type CentreOrder =
  | { readonly order: "find"; readonly verdicts: readonly Verdict[] }
  | { readonly order: "act"; readonly action: Action; readonly actor: string }
  | { readonly order: "revoke"; readonly token: string }
  | { readonly order: "refusals" }
  | { readonly order: "look" };

const main = fileURLToPath(new URL("scada-centre-main.ts", import.meta.url));

export async function startScadaCentre(options: CentreOptions) {
  const child: ChildProcess = fork(main, [JSON.stringify(options)]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [said] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (typeof said?.address !== "string") throw new Error(`the centre ended: ${said}`);
  const order = async (what: CentreOrder): Promise<unknown> => {
    const answered = once(child, "message");
    child.send(what);
    const [{ answer }] = await answered;
    return answer;
  };
  return {
    address: said.address as string,
    /** In the order of the tokens. */
    secrets: said.secrets as readonly string[],
    revoke: (token: string) => order({ order: "revoke", token }),
    finds: (...verdicts: readonly Verdict[]) => order({ order: "find", verdicts }),
    act: (action: Action, actor: string) => order({ order: "act", action, actor }),
    /** How often each reason was given. */
    refusals: () => order({ order: "refusals" }) as Promise<Readonly<Record<string, number>>>,
    alarms: () => order({ order: "look" }) as Promise<readonly Alarm[]>,
    async kill() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
