/** Alarms for a control system that is there already: an OPC UA server with alarms and conditions (Part 9), off unless configured. */
import type { Logger } from "pino";
import type { Gate, Principal } from "../model/access.ts";
import { isRefusal, type Refusal } from "../model/alarm.ts";
import type { Clock } from "../model/clock.ts";
import type { StoredEvent } from "../model/event.ts";
import { messageOf } from "../model/failure.ts";
import type { Action, AlarmSource } from "../model/live.ts";
import type { Utility } from "../model/utility.ts";
import { addSources } from "./opcua-address-space.ts";
import { type Conditions, createConditions } from "./opcua-conditions.ts";
import { createMethods } from "./opcua-methods.ts";
import { bindRefresh } from "./opcua-refresh.ts";
import { createOpcuaServer, listen } from "./opcua-server.ts";
import { createOpcuaUsers } from "./opcua-users.ts";
import type { OpcuaSettings } from "./scada-settings.ts";

export interface ScadaOptions {
  readonly settings: OpcuaSettings;
  readonly utility: Utility;
  /** Where the server's certificate, and those of clients, are kept. */
  readonly pkiFolder: string;
  readonly alarms: AlarmSource;
  /** Allows, performs and keeps an action as for everybody; resolves when `alarms` has its events, or with why it is not possible. */
  readonly perform: (
    action: Action,
    by: { readonly principal: Principal; readonly address: string },
  ) => Promise<readonly StoredEvent[] | Refusal>;
  readonly gate: Gate;
  /** Whether clients have to log in. */
  readonly logIn: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Scada {
  /** Such as opc.tcp://127.0.0.1:4840. */
  readonly address: string;
  /** Tells clients of what has changed. Call it every second. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

/** Throws Failure "port-taken", "opcua-not-started", "open-opcua" or "wrong-certificate". */
export async function startScada(options: ScadaOptions): Promise<Scada> {
  const { settings, utility, alarms, gate, clock, log } = options;
  const users = createOpcuaUsers(gate, options);
  const server = createOpcuaServer({ ...options, users, refused: gate.refused });
  await server.initialize();
  const sources = addSources(server, utility);
  const methods = createMethods({
    conditionOf: (node) => conditions.conditionOf(node),
    principalOf: users.principalOf,
    clock,
    onFailure: (thrown) => log.error({ error: messageOf(thrown) }, "a control system's action failed"),
    async act(action, principal) {
      const outcome = await options.perform(action, { principal, address: "opcua" });
      if (isRefusal(outcome)) return outcome;
      await conditions.follow();
      return null;
    },
  });
  const conditions: Conditions = createConditions({ sources, alarms, bind: methods.bind, clock });
  methods.bindTypes(sources.addressSpace);
  bindRefresh(sources.addressSpace, () => conditions.all());
  // Before anybody can connect: who asks for a refresh at once finds everything.
  await conditions.follow();
  const address = await listen(server, settings).catch(async (thrown: unknown) => {
    await server.shutdown(0).catch(() => undefined);
    throw thrown;
  });
  log.info({ address, conditions: conditions.count() }, "OPC UA alarms and conditions");
  return {
    address,
    tick: () => conditions.follow(),
    close: () => server.shutdown(0),
  };
}
