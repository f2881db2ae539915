/**
 * A real OPC UA server in a process of its own, told over IPC what to do. Its namespace URIs are registered in the order given, so
 * that a test can move the meters' namespace to another index.
 */
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import {
  DataType,
  MessageSecurityMode,
  MonitoringMode,
  SecurityPolicy,
  StatusCodes,
} from "node-opcua-client";
import { type MonitoredItem, OPCUAServer, type ServerSession } from "node-opcua-server";
import { METERS_URI, type ServerOptions, type ServerOrder } from "./opcua-server-process.ts";

const options: ServerOptions = JSON.parse(process.argv[2] ?? "{}");
const certificates = new OPCUACertificateManager({
  rootFolder: options.pkiFolder,
  automaticallyAcceptUnknownCertificate: true,
});
const DAY_MS = 86_400_000;

/** node-opcua makes one of its own when none is given. */
async function ownCertificate() {
  if (options.issued) {
    const { certificateFile, keyFile, applicationUri } = options.issued;
    return { certificateFile, privateKeyFile: keyFile, serverInfo: { applicationUri } };
  }
  if (!options.certificate) return {};
  await certificates.initialize();
  const certificateFile = join(options.pkiFolder, "own", "certs", "test.pem");
  await certificates.createSelfSignedCertificate({
    applicationUri: "urn:test:server",
    dns: ["127.0.0.1"],
    ip: ["127.0.0.1"],
    outputFile: certificateFile,
    subject: "/CN=Test server",
    startDate: new Date(Date.now() - options.certificate.daysAgo * DAY_MS),
    validity: options.certificate.days,
  });
  return {
    certificateFile,
    privateKeyFile: certificates.privateKey,
    serverInfo: { applicationUri: "urn:test:server" },
  };
}

const { user } = options;
const server = new OPCUAServer({
  ...(await ownCertificate()),
  host: "127.0.0.1",
  hostname: options.announcedHost,
  port: options.port,
  serverCertificateManager: certificates,
  userCertificateManager: certificates,
  securityModes: [
    ...(options.secure ? [MessageSecurityMode.SignAndEncrypt] : []),
    ...(options.secure && !options.openToo ? [] : [MessageSecurityMode.None]),
  ],
  securityPolicies: [
    ...(options.secure ? [SecurityPolicy.Basic256Sha256] : []),
    ...(options.secure && !options.openToo ? [] : [SecurityPolicy.None]),
  ],
  allowAnonymous: user === null,
  userManager: {
    isValidUser: (name: string, password: string) => name === user?.name && password === user.password,
  },
  // Every change is delivered, however fast they follow each other.
  serverCapabilities: {
    minSupportedSampleRate: 0,
    operationLimits: {
      maxMonitoredItemsPerCall: options.unsaidLimit,
      maxNodesPerRead: options.unsaidLimit,
      maxNodesPerTranslateBrowsePathsToNodeIds: options.unsaidLimit,
    },
  },
});
await server.initialize();
for (const service of options.without) {
  Object.defineProperty(server, `_on_${service}Request`, { value: undefined });
}
const addressSpace = server.engine.addressSpace;
if (!addressSpace) throw new Error("no address space");
for (const uri of options.namespacesBefore) addressSpace.registerNamespace(uri);
const namespace = addressSpace.registerNamespace(METERS_URI);
const variables = new Map<string, ReturnType<typeof namespace.addVariable>>();
for (const limit of ["i=11714", "i=11705", "i=11712"]) {
  const said = options.unsaidLimit === 0 ? null : addressSpace.findNode(limit);
  if (said) addressSpace.deleteNode(said);
}

function add(name: string) {
  const about = {
    organizedBy: addressSpace?.rootFolder.objects,
    nodeId: `s=${name}`,
    browseName: name,
    dataType: DataType.Double,
    minimumSamplingInterval: 0,
  };
  const high = options.ranged[name];
  const variable =
    high === undefined
      ? namespace.addVariable(about)
      : namespace.addAnalogDataItem({ ...about, engineeringUnitsRange: { low: 0, high } });
  if (options.historized) addressSpace?.installHistoricalDataNode(variable, { maxOnlineValues: 10_000 });
  variables.set(name, variable);
}

function write(
  variable: ReturnType<typeof namespace.addVariable>,
  value: number,
  timeMs: number,
  good = true,
): void {
  const status = good ? StatusCodes.Good : StatusCodes.BadSensorFailure;
  variable.setValueFromSource({ dataType: DataType.Double, value }, status, new Date(timeMs));
}

/** node-opcua has no way to be at fault on purpose: this reaches where it keeps its sessions and their monitored items. */
function sessions(): ServerSession[] {
  return Object.values(Reflect.get(server.engine, "_sessions") as Record<string, ServerSession>);
}

function mute(nodeId: string): void {
  for (const subscription of sessions().flatMap(({ publishEngine }) => publishEngine.subscriptions)) {
    const items = Reflect.get(subscription, "monitoredItems") as ReadonlyMap<number, MonitoredItem>;
    for (const item of items.values()) {
      if (item.node?.nodeId.toString() === nodeId) item.setMonitoringMode(MonitoringMode.Disabled);
    }
  }
}

function obey(order: ServerOrder): void {
  if (order.order === "setAll") {
    for (const variable of variables.values()) write(variable, order.value, order.timeMs);
    return;
  }
  if (order.order === "forgetSessions") {
    for (const { authenticationToken } of sessions())
      server.engine.closeSession(authenticationToken, false, "Timeout");
    return;
  }
  if (order.order === "add") {
    add(order.name);
    return;
  }
  const variable = variables.get(order.name);
  if (!variable) throw new Error(`no variable ${order.name}`);
  if (order.order === "delete") namespace.deleteNode(variable);
  else if (order.order === "mute") mute(variable.nodeId.toString());
  else write(variable, order.value, order.timeMs, order.good);
}

for (const name of options.variables) add(name);
process.on("message", (order: ServerOrder) => {
  obey(order);
  process.send?.("done");
});
await server.start();
process.send?.({ port: server.endpoints[0]?.port });
