/** Starts the OpenID provider of the tests, tells it what to do, and walks through a log-in as a browser does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("./identity-provider-main.ts", import.meta.url));

export interface ProviderOrder {
  /** Who is let in. */
  readonly subject: string;
  /** What is said of them. */
  readonly claims: object;
  /** Written over what the identity token says, which is signed anew. */
  readonly forges?: object;
  /** The forged token keeps the signature of the true one. */
  readonly keepsSignature?: boolean;
  /** Nobody is let in. */
  readonly denies?: boolean;
}

export const CLIENT = { clientId: "nightflow", clientSecret: "a secret between the two" };

/** How a centre is told of the provider, its issuer apart. */
export const OPEN_ID = {
  ...CLIENT,
  label: "Water Board",
  scopes: ["openid", "profile"],
  nameClaim: "preferred_username",
  roleClaim: "groups",
  roles: { operator: ["control-room"], engineer: ["engineers"], admin: ["it"] },
};

export async function startIdentityProvider(returnUrl: string) {
  const { clientId, clientSecret } = CLIENT;
  const child = spawn(process.execPath, [main, clientId, clientSecret, returnUrl], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout });
  const nextLine = async () => String((await once(lines, "line"))[0]);
  const issuer = await nextLine();
  return {
    issuer,
    async told(order: ProviderOrder): Promise<void> {
      const taken = nextLine();
      child.stdin.write(`${JSON.stringify(order)}\n`);
      await taken;
    },
    end: () => child.kill("SIGKILL"),
  };
}

/** Follows addresses and keeps cookies, each host's its own; says where it stopped. */
export function createBrowser() {
  const jars = new Map<string, Map<string, string>>();

  async function get(url: string): Promise<Response> {
    const { host } = new URL(url);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const text of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(text)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  return {
    get,
    cookies: (url: string) => jars.get(new URL(url).host) ?? new Map<string, string>(),
    /** Every address on the way, the last one not asked for: that of the page, or one that `stopsAt` holds for. */
    async follow(url: string, stopsAt: (url: URL) => boolean): Promise<URL> {
      let at = new URL(url);
      for (let step = 0; step < 12; step += 1) {
        const answer = await get(at.href);
        const next = answer.headers.get("location");
        if (next === null) throw new Error(`${at.href} answers ${answer.status}: ${await answer.text()}`);
        at = new URL(next, at);
        if (stopsAt(at)) return at;
      }
      throw new Error(`led in a circle, last to ${at.href}`);
    },
  };
}

/** For an address that has to be known before anything listens on it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
