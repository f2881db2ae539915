/** Starts, orders and kills the OPC UA server of opcua-server-main.ts. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const METERS_URI = "urn:test:meters";

export interface ServerOptions {
  /** 0 for a free one. */
  readonly port: number;
  readonly pkiFolder: string;
  readonly variables: readonly string[];
  readonly namespacesBefore: readonly string[];
  readonly secure: boolean;
  /** Its certificate holds from `daysAgo` for so many days; a year from now when left out. */
  readonly certificate: { readonly daysAgo: number; readonly days: number } | null;
  /** PEM of a chain and a key made elsewhere, and the application they are for. */
  readonly issued: {
    readonly certificateFile: string;
    readonly keyFile: string;
    readonly applicationUri: string;
  } | null;
  /** Without security too, with passwords encrypted all the same. */
  readonly openToo: boolean;
  /** The host name it believes to have. */
  readonly announcedHost: string;
  /** Nobody else gets in, but for a user with a certificate. */
  readonly user: { readonly name: string; readonly password: string } | null;
  /** Variables with an EURange, so wide. */
  readonly ranged: Readonly<Record<string, number>>;
  /** Refuses calls with more operations than this, without saying so beforehand. */
  readonly unsaidLimit: number;
  /** Keeps the history of its variables, as long as it runs. */
  readonly historized: boolean;
  /** Services it does not have, such as "TransferSubscriptions". */
  readonly without: readonly string[];
}

export type ServerOrder =
  | { readonly order: "add"; readonly name: string }
  | { readonly order: "delete"; readonly name: string }
  /** Goes on answering, and reports no change of it any more. */
  | { readonly order: "mute"; readonly name: string }
  /** Its sessions end as after their timeout; their subscriptions stay, to be transferred. */
  | { readonly order: "forgetSessions" }
  | { readonly order: "setAll"; readonly value: number; readonly timeMs: number }
  | {
      readonly order: "set";
      readonly name: string;
      readonly value: number;
      readonly timeMs: number;
      readonly good: boolean;
    };

export interface OpcuaServerProcess {
  readonly port: number;
  set(name: string, value: number, timeMs: number, good?: boolean): Promise<void>;
  add(name: string): Promise<void>;
  delete(name: string): Promise<void>;
  mute(name: string): Promise<void>;
  setAll(value: number, timeMs: number): Promise<void>;
  forgetSessions(): Promise<void>;
  /** Stops it in its tracks, its connections open, or lets it go on. */
  halt(yes: boolean): void;
  kill(): Promise<void>;
}

const main = fileURLToPath(new URL("opcua-server-main.ts", import.meta.url));

export async function startOpcuaServerProcess(
  options: Pick<ServerOptions, "pkiFolder" | "variables"> & Partial<ServerOptions>,
): Promise<OpcuaServerProcess> {
  const whole: ServerOptions = {
    port: 0,
    namespacesBefore: [],
    secure: false,
    certificate: null,
    issued: null,
    openToo: false,
    announcedHost: "127.0.0.1",
    user: null,
    ranged: {},
    unsaidLimit: 0,
    historized: false,
    without: [],
    ...options,
  };
  const child: ChildProcess = fork(main, [JSON.stringify(whole)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [said] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (typeof said?.port !== "number") throw new Error(`the OPC UA server ended: ${said}`);
  const order = async (what: ServerOrder) => {
    const done = once(child, "message");
    child.send(what);
    await done;
  };
  return {
    port: said.port,
    set: (name, value, timeMs, good = true) => order({ order: "set", name, value, timeMs, good }),
    add: (name) => order({ order: "add", name }),
    delete: (name) => order({ order: "delete", name }),
    mute: (name) => order({ order: "mute", name }),
    forgetSessions: () => order({ order: "forgetSessions" }),
    setAll: (value, timeMs) => order({ order: "setAll", value, timeMs }),
    halt: (yes) => void child.kill(yes ? "SIGSTOP" : "SIGCONT"),
    async kill() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
