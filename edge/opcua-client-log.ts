/** What the OPC UA client prints by itself goes to the agent's log, which is JSON lines, as detail: what matters is said as a reason. */
import { setErrorLogger, setWarningLogger } from "node-opcua-client";
import type { Logger } from "pino";

export function logOpcuaClientTo(log: Logger): void {
  const detail = (context: unknown, ...words: unknown[]) =>
    log.debug({ context: String(context) }, words.map(String).join(" "));
  setWarningLogger(detail);
  setErrorLogger(detail);
}
