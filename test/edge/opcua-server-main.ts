/**
 * A real OPC UA server in a process of its own, told over IPC what to do. Its namespace URIs are registered in the order given, so
 * that a test can move the meters' namespace to another index.
 */
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { DataType, MessageSecurityMode, SecurityPolicy, StatusCodes } from "node-opcua-client";
import { OPCUAServer } from "node-opcua-server";
import { METERS_URI, type ServerOptions, type ServerOrder } from "./opcua-server-process.ts";

const options: ServerOptions = JSON.parse(process.argv[2] ?? "{}");
const certificates = new OPCUACertificateManager({
  rootFolder: options.pkiFolder,
  automaticallyAcceptUnknownCertificate: true,
});
const server = new OPCUAServer({
  host: "127.0.0.1",
  hostname: "127.0.0.1",
  port: options.port,
  serverCertificateManager: certificates,
  userCertificateManager: certificates,
  securityModes: [options.secure ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None],
  securityPolicies: [options.secure ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None],
  allowAnonymous: true,
  // Every change is delivered, however fast they follow each other.
  serverCapabilities: { minSupportedSampleRate: 0 },
});
await server.initialize();
const addressSpace = server.engine.addressSpace;
if (!addressSpace) throw new Error("no address space");
for (const uri of options.namespacesBefore) addressSpace.registerNamespace(uri);
const namespace = addressSpace.registerNamespace(METERS_URI);
const variables = new Map<string, ReturnType<typeof namespace.addVariable>>();

function add(name: string) {
  const variable = namespace.addVariable({
    organizedBy: addressSpace?.rootFolder.objects,
    nodeId: `s=${name}`,
    browseName: name,
    dataType: DataType.Double,
    minimumSamplingInterval: 0,
  });
  variables.set(name, variable);
}

function obey(order: ServerOrder): void {
  if (order.order === "add") {
    add(order.name);
    return;
  }
  const variable = variables.get(order.name);
  if (!variable) throw new Error(`no variable ${order.name}`);
  if (order.order === "delete") namespace.deleteNode(variable);
  else {
    const status = order.good ? StatusCodes.Good : StatusCodes.BadSensorFailure;
    variable.setValueFromSource(
      { dataType: DataType.Double, value: order.value },
      status,
      new Date(order.timeMs),
    );
  }
}

for (const name of options.variables) add(name);
process.on("message", (order: ServerOrder) => {
  obey(order);
  process.send?.("done");
});
await server.start();
process.send?.({ port: server.endpoints[0]?.port });
