/** A control system as far as alarms go: a real OPC UA client that keeps every event of conditions, and calls their methods. */
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import {
  AttributeIds,
  type ClientSession,
  coerceNodeId,
  constructEventFilter,
  DataType,
  MessageSecurityMode,
  NodeId,
  OPCUAClient,
  resolveNodeId,
  SecurityPolicy,
  type StatusCode,
  TimestampsToReturn,
  type UserIdentityInfo,
  UserTokenType,
  type Variant,
  type VariantLike,
} from "node-opcua-client";
import { onTestFinished } from "vitest";
import { until } from "../support/waiting.ts";

const FIELDS = [
  "EventType",
  "EventId",
  "SourceName",
  "SourceNode",
  "ConditionName",
  "ConditionClassName",
  "Severity",
  "Message",
  "Comment",
  "ClientUserId",
  "Retain",
  "ActiveState.Id",
  "AckedState.Id",
  "ConfirmedState.Id",
  "SuppressedState.Id",
  "OutOfServiceState.Id",
  "ShelvingState.CurrentState",
  "SuppressedOrShelved",
  "Time",
  "ConditionId",
] as const;

export type ConditionEvent = Readonly<Record<(typeof FIELDS)[number], unknown>>;

export interface ControlSystemOptions {
  readonly secure?: { readonly pkiFolder: string };
  readonly user?: { readonly name: string; readonly password: string };
}

export async function connectControlSystem(address: string, { secure, user }: ControlSystemOptions = {}) {
  const client = OPCUAClient.create({
    applicationName: "ControlSystem",
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    securityMode: secure ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
    securityPolicy: secure ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None,
    ...(secure && {
      clientCertificateManager: new OPCUACertificateManager({
        rootFolder: join(secure.pkiFolder, "control-system"),
        automaticallyAcceptUnknownCertificate: true,
        disableFileWatchers: true,
      }),
    }),
  });
  const identity: UserIdentityInfo = user
    ? { type: UserTokenType.UserName, userName: user.name, password: user.password }
    : { type: UserTokenType.Anonymous };
  onTestFinished(() => client.disconnect().catch(() => undefined));
  await client.connect(address);
  const session = await client.createSession(identity);
  const events: ConditionEvent[] = [];
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 50,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: true,
  });
  const filter = constructEventFilter([...FIELDS], undefined);
  const item = await subscription.monitor(
    { nodeId: resolveNodeId("Server"), attributeId: AttributeIds.EventNotifier },
    { queueSize: 100_000, filter, samplingInterval: 0, discardOldest: true },
    TimestampsToReturn.Both,
  );
  // Of an event it is its fields, whatever the declaration says.
  item.on("changed", (fields) => events.push(eventOf(Array.isArray(fields) ? fields : [])));

  const newest = (alarm: string) => events.findLast(({ ConditionId }) => isAbout(ConditionId, alarm));
  return {
    events,
    session,
    newest,
    /** The newest event about the alarm, once it shows these fields. */
    async sees(alarm: string, fields: Partial<ConditionEvent>): Promise<ConditionEvent> {
      const fits = () => {
        const event = newest(alarm);
        return (
          event !== undefined &&
          Object.entries(fields).every(([key, value]) => Object.is(event[key as keyof ConditionEvent], value))
        );
      };
      await until(`${alarm}: ${JSON.stringify(fields)}`, fits).catch((failure: Error) => {
        throw new Error(`${failure.message}; seen ${JSON.stringify(newest(alarm))}`);
      });
      return newest(alarm) as ConditionEvent;
    },
    acknowledge: (event: ConditionEvent, comment = "") => answer(session, event, "Acknowledge", comment),
    confirm: (event: ConditionEvent, comment = "") => answer(session, event, "Confirm", comment),
    addComment: (event: ConditionEvent, comment: string) => answer(session, event, "AddComment", comment),
    disable: (event: ConditionEvent) => call(session, event, "Disable", []),
    shelve: (event: ConditionEvent, durationMs: number | null) =>
      durationMs === null
        ? call(session, event, "ShelvingState.OneShotShelve", [])
        : call(session, event, "ShelvingState.TimedShelve", [
            { dataType: DataType.Double, value: durationMs },
          ]),
    unshelve: (event: ConditionEvent) => call(session, event, "ShelvingState.Unshelve", []),
    /** Everything of interest once more. */
    async refresh(): Promise<readonly ConditionEvent[]> {
      const before = events.length;
      const status = await callMethod(
        session,
        resolveNodeId("ConditionType"),
        resolveNodeId("ConditionType_ConditionRefresh"),
        [{ dataType: DataType.UInt32, value: subscription.subscriptionId }],
      );
      if (status.isNotGood()) throw new Error(status.toString());
      const isEnd = ({ EventType }: ConditionEvent) =>
        String(EventType) === String(resolveNodeId("RefreshEndEventType"));
      await until("the end of the refresh", () => events.slice(before).some(isEnd));
      return events.slice(before).filter(({ ConditionId }) => ConditionId !== null);
    },
    /** DER, in hexadecimal. */
    serverCertificate: async () =>
      (await client.getEndpoints())
        .find(({ serverCertificate }) => serverCertificate)
        ?.serverCertificate.toString("hex"),
    close: () => client.disconnect(),
  };
}

function eventOf(fields: readonly Variant[]): ConditionEvent {
  const value = (variant: Variant | undefined) => {
    const content = variant?.value ?? null;
    return content !== null && typeof content === "object" && "text" in content ? content.text : content;
  };
  const named = FIELDS.map((name, at) => [name, value(fields[at])] as const);
  return Object.fromEntries(named) as ConditionEvent;
}

function isAbout(conditionId: unknown, alarm: string): boolean {
  return conditionId instanceof NodeId && conditionId.value === `alarm/${alarm}`;
}

function answer(
  session: ClientSession,
  event: ConditionEvent,
  method: string,
  comment: string,
): Promise<string> {
  return call(session, event, method, [
    { dataType: DataType.ByteString, value: event.EventId },
    { dataType: DataType.LocalizedText, value: { locale: "en", text: comment } },
  ]);
}

/** The name of the status code. */
async function call(
  session: ClientSession,
  event: ConditionEvent,
  path: string,
  inputs: VariantLike[],
): Promise<string> {
  let objectId = event.ConditionId as NodeId;
  const names = path.split(".");
  const method = names.pop() ?? "";
  for (const name of names) objectId = await child(session, objectId, name);
  return (await callMethod(session, objectId, await child(session, objectId, method), inputs)).name;
}

async function callMethod(
  session: ClientSession,
  objectId: NodeId,
  methodId: NodeId,
  inputArguments: VariantLike[],
): Promise<StatusCode> {
  return (await session.call({ objectId, methodId, inputArguments })).statusCode;
}

async function child(session: ClientSession, parent: NodeId, name: string): Promise<NodeId> {
  const { references } = await session.browse(parent.toString());
  const found = references?.find(({ browseName }) => browseName.name === name);
  if (!found) throw new Error(`${parent} has no ${name}`);
  return coerceNodeId(found.nodeId.toString());
}
