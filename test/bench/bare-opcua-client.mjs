// The least that can read OPC UA on Node.js: one subscription with node-opcua, every value thrown away. Without types, whose taking out costs memory.
import {
  AttributeIds,
  ClientMonitoredItemGroup,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
} from "node-opcua-client";

const [port, tags, publishingMs] = process.argv.slice(2).map(Number);
const client = OPCUAClient.create({
  endpointMustExist: false,
  securityMode: MessageSecurityMode.None,
  securityPolicy: SecurityPolicy.None,
});
await client.connect(`opc.tcp://127.0.0.1:${port}`);
const session = await client.createSession();
const subscription = await session.createSubscription2({
  requestedPublishingInterval: publishingMs,
  requestedLifetimeCount: 100,
  requestedMaxKeepAliveCount: 10,
  publishingEnabled: true,
});
const index = (await session.readNamespaceArray()).indexOf("urn:test:meters");
const items = Array.from({ length: tags }, (_, i) => ({
  nodeId: `ns=${index};s=v${i}`,
  attributeId: AttributeIds.Value,
}));
const group = ClientMonitoredItemGroup.create(
  subscription,
  items,
  { samplingInterval: 0, queueSize: 100, discardOldest: true },
  TimestampsToReturn.Both,
);
let values = 0;
group.on("changed", () => {
  values += 1;
  if (values === 3 * tags) process.stdout.write("reading\n");
});
