/** The broker that agents connect to: the embedded one, or a connection to the utility's own. */
import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import type { Admission } from "./admission.ts";
import type { CentreConfig } from "./config/centre-config.ts";
import type { ServerSettings } from "./config/server-file.ts";
import { startAedesBroker } from "./ingest/aedes-broker.ts";
import { createExternalInbox } from "./ingest/mqtt-external-inbox.ts";
import type { MqttInbox } from "./ingest/mqtt-inbox.ts";
import { createSessionsInbox } from "./ingest/mqtt-sessions-inbox.ts";

type ExternalBroker = Extract<ServerSettings["broker"], { kind: "external" }>;

export interface OpenBroker {
  readonly inbox: MqttInbox;
  readonly brokerUrl: string;
}

/** `portSetting` names what moves an embedded broker's port; `divided`: a session for each district. */
export async function openBroker(
  { utility, server }: CentreConfig,
  { brokerGuard, brokerTls }: Admission,
  { portSetting, divided, log }: { portSetting: string; divided: boolean; log: Logger },
): Promise<OpenBroker> {
  const { broker } = server;
  if (broker.kind === "embedded") {
    const { host, port } = broker;
    const parts = { host, port, portSetting, log, guard: brokerGuard, tls: brokerTls };
    const embedded = await startAedesBroker(parts);
    return { inbox: embedded, brokerUrl: `${brokerTls ? "mqtts" : "mqtt"}://${host}:${embedded.port}` };
  }
  const { url } = broker;
  const connection = { url, utility: utility.id, access: brokerAccess(broker), log };
  const inbox = divided
    ? createSessionsInbox((centre) => createExternalInbox({ ...connection, centre }))
    : createExternalInbox(connection);
  return { inbox, brokerUrl: url };
}

/** Throws when a file cannot be read. */
export function brokerAccess({ username, passwordFile, caFile }: ExternalBroker) {
  return {
    ...(username !== undefined && { username }),
    ...(passwordFile !== undefined && { password: readFileSync(passwordFile, "utf8").trim() }),
    ...(caFile !== undefined && { ca: readFileSync(caFile, "utf8") }),
  };
}
