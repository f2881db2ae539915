/**
 * Who is behind an OPC UA session. A control system logs in as any program does, with an API token: the user name is that of the token,
 * the password its secret. Where nobody logs in, whoever is at this machine acts as one operator.
 */
import type { Gate, Principal } from "../model/access.ts";
import { isRefusal } from "../model/alarm.ts";

const AT_THIS_MACHINE: Principal = {
  name: "opcua",
  role: "operator",
  districts: null,
  by: { kind: "machine" },
};
const ANONYMOUS = "anonymous";

export interface OpcuaUsers {
  /** Null for somebody who is not known, or not any more. */
  principalOf(userName: string): Principal | null;
  isValid(userName: string, password: string): boolean;
}

export function createOpcuaUsers(gate: Gate, { logIn }: { readonly logIn: boolean }): OpcuaUsers {
  const known = new Map<string, Principal>();

  function refuse(reason: string, user: string): false {
    gate.refused(reason, { user, address: "opcua" });
    return false;
  }

  return {
    principalOf(userName) {
      if (!logIn) return userName === ANONYMOUS ? AT_THIS_MACHINE : null;
      const principal = known.get(userName);
      return principal && gate.stands(principal) ? principal : null;
    },
    isValid(userName, password) {
      const caller = { address: "opcua", headers: { authorization: `Bearer ${password}` } };
      const principal = logIn ? gate.identify(caller) : null;
      if (principal === null) return refuse("not-logged-in", userName);
      if (isRefusal(principal)) return refuse(principal.code, userName);
      if (principal.name !== `token:${userName}`) return refuse("unknown-token", userName);
      // Every client sees every condition.
      if (principal.districts !== null) return refuse("token-of-some-districts", userName);
      known.set(userName, principal);
      return true;
    },
  };
}
