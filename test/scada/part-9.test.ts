/**
 * What other vendors' clients do, held to OPC UA Part 9: they select fields by the base type, ask for the ConditionId as the NodeId of
 * ConditionType, filter by type, and call methods by the node ids of the types' methods.
 */
import {
  AttributeIds,
  type CallMethodRequestOptions,
  ContentFilter,
  coerceNodeId,
  DataType,
  EventFilter,
  FilterOperator,
  LiteralOperand,
  MessageSecurityMode,
  type NodeId,
  OPCUAClient,
  SecurityPolicy,
  SimpleAttributeOperand,
  TimestampsToReturn,
  UserTokenType,
  Variant,
  type VariantLike,
} from "node-opcua-client";
import { expect, onTestFinished, test } from "vitest";
import { verdict } from "../alarm/sample-verdicts.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { startScadaCentre } from "./scada-centre.ts";

const BASE_EVENT = "i=2041";
const CONDITION = "i=2782";
const ALARM = "i=2915";
const SERVER = "i=2253";
const REFRESH_START = "i=2787";
const REFRESH_END = "i=2788";
/** Node ids that the standard gives to the methods of its types. */
const METHOD = {
  conditionRefresh: "i=3875",
  conditionRefresh2: "i=12912",
  enable: "i=9027",
  disable: "i=9028",
  addComment: "i=9029",
  acknowledge: "i=9111",
  confirm: "i=9113",
  unshelve: "i=2947",
  oneShotShelve: "i=2948",
  timedShelve: "i=2949",
} as const;

/** Each starts a process and a session, on a machine that may be busy. */
const MANY_STEPS_MS = 60_000;

const FIELDS = [
  "EventId",
  "EventType",
  "SourceNode",
  "SourceName",
  "Time",
  "ReceiveTime",
  "Message",
  "Severity",
  "BranchId",
  "Retain",
  "Quality",
  "EnabledState/Id",
  "ActiveState/Id",
  "AckedState/Id",
  "ConfirmedState/Id",
  "ShelvingState/CurrentState",
  "ShelvingState/CurrentState/Id",
  "ConditionName",
] as const;

type Event = Readonly<Record<(typeof FIELDS)[number] | "ConditionId", Variant>>;

const operand = (path: readonly string[], type: string, attributeId = AttributeIds.Value) =>
  new SimpleAttributeOperand({
    attributeId,
    typeDefinitionId: coerceNodeId(type),
    browsePath: path.map((name) => ({ name, namespaceIndex: 0 })),
  });

const nodeId = (id: string) =>
  new LiteralOperand({ value: new Variant({ dataType: DataType.NodeId, value: coerceNodeId(id) }) });

const FILTERS = {
  none: undefined,
  inList: new ContentFilter({
    elements: [
      {
        filterOperator: FilterOperator.InList,
        filterOperands: [operand(["EventType"], BASE_EVENT), nodeId(CONDITION), nodeId(ALARM)],
      },
    ],
  }),
  ofType: new ContentFilter({
    elements: [{ filterOperator: FilterOperator.OfType, filterOperands: [nodeId(CONDITION)] }],
  }),
};

async function start() {
  const folder = await temporaryFolder();
  const settings = { host: "127.0.0.1", port: 0 };
  const centre = await startScadaCentre({ folder, pkiFolder: `${folder}/pki`, settings, tokens: [] });
  const client = OPCUAClient.create({
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
  });
  onTestFinished(() => client.disconnect());
  await client.connect(centre.address);
  const session = await client.createSession({ type: UserTokenType.Anonymous });
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 50,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: true,
  });
  return {
    centre,
    subscription,
    async call(objectId: NodeId | string, method: keyof typeof METHOD, inputArguments: VariantLike[] = []) {
      const request: CallMethodRequestOptions = {
        objectId: coerceNodeId(objectId),
        methodId: coerceNodeId(METHOD[method]),
        inputArguments,
      };
      return (await session.call(request)).statusCode.name;
    },
    async listen(whereClause: ContentFilter | undefined) {
      const selectClauses = [
        ...FIELDS.map((field) => operand(field.split("/"), BASE_EVENT)),
        operand([], CONDITION, AttributeIds.NodeId),
      ];
      const filter = new EventFilter({ selectClauses, ...(whereClause && { whereClause }) });
      const item = await subscription.monitor(
        { nodeId: coerceNodeId(SERVER), attributeId: AttributeIds.EventNotifier },
        { queueSize: 1000, filter, samplingInterval: 0, discardOldest: true },
        TimestampsToReturn.Both,
      );
      const events: Event[] = [];
      item.on("changed", (fields) => {
        // Of an event it is its fields, whatever the declaration says.
        const values: readonly Variant[] = Array.isArray(fields) ? fields : [];
        const named = [...FIELDS, "ConditionId"].map((name, at) => [name, values[at]]);
        events.push(Object.fromEntries(named));
      });
      return { events, item };
    },
  };
}

const typesOf = (events: readonly Event[]) => events.map(({ EventType }) => String(EventType.value));
const asked = (value: Buffer | null, text = "") => [
  { dataType: DataType.ByteString, value },
  { dataType: DataType.LocalizedText, value: { locale: "", text } },
];
const subscriptionId = (value: number) => ({ dataType: DataType.UInt32, value });

test.each(["none", "inList", "ofType"] as const)(
  "a refresh, filtered: %s",
  { timeout: MANY_STEPS_MS },
  async (filter) => {
    const { centre, subscription, call, listen } = await start();
    await centre.finds(verdict("leak"));
    const { events, item } = await listen(FILTERS[filter]);
    expect(await call(CONDITION, "conditionRefresh", [subscriptionId(subscription.subscriptionId)])).toBe(
      "Good",
    );
    await until("the condition is told of", () => events.some(({ Retain }) => Retain.value === true));
    const told = events.find(({ Retain }) => Retain.value === true) as Event;
    expect(told.EventId.value).toBeInstanceOf(Buffer);
    expect(String(told.EventType.value)).toBe(`ns=0;${ALARM}`);
    expect(String(told.SourceNode.value)).toBe("ns=2;s=district/north");
    expect(told.SourceName.value).toBe("north");
    expect(told.Time.value).toBeInstanceOf(Date);
    expect(told.ReceiveTime.value).toBeInstanceOf(Date);
    expect(told.Message.value.text).toContain("Water leaks");
    expect(told.Severity).toMatchObject({ dataType: DataType.UInt16, value: 500 });
    // The condition itself, and no branch of it.
    expect(told.BranchId.value.isEmpty()).toBe(true);
    expect(told.Quality.value.name).toBe("Good");
    expect(told["EnabledState/Id"].value).toBe(true);
    expect(told["ActiveState/Id"].value).toBe(true);
    expect(told["AckedState/Id"].value).toBe(false);
    expect(told["ConfirmedState/Id"].value).toBe(true);
    expect(told["ShelvingState/CurrentState"].value.text).toBe("Unshelved");
    expect(String(told["ShelvingState/CurrentState/Id"].value)).toBe("ns=0;i=2930");
    expect(String(told.ConditionId.value)).toBe(`ns=2;s=alarm/${verdict("leak").key}`);

    if (filter !== "none") return;
    expect(typesOf(events)).toEqual([`ns=0;${REFRESH_START}`, `ns=0;${ALARM}`, `ns=0;${REFRESH_END}`]);
    const again = await call(CONDITION, "conditionRefresh2", [
      subscriptionId(subscription.subscriptionId),
      subscriptionId(item.monitoredItemId ?? 0),
    ]);
    expect(again).toBe("Good");
    await until("it is told once more", () => events.length === 6);
    expect(events[4]?.EventId.value).toEqual(told.EventId.value);
    expect(await call(CONDITION, "conditionRefresh", [subscriptionId(99_999)])).toBe(
      "BadSubscriptionIdInvalid",
    );
  },
);

test("methods by the node ids of the types, with the status codes of the standard", {
  timeout: MANY_STEPS_MS,
}, async () => {
  const { centre, call, listen } = await start();
  const { events } = await listen(FILTERS.ofType);
  await centre.finds(verdict("leak"));
  await until("it is raised", () => events.length > 0);
  const { ConditionId, EventId } = events[0] as Event;
  const on = ConditionId.value as NodeId;
  const event = EventId.value as Buffer;

  expect(await call(on, "acknowledge", asked(Buffer.from("not one of ours")))).toBe("BadEventIdUnknown");
  expect(await call(on, "acknowledge", asked(null))).toBe("BadEventIdUnknown");
  expect(await call(on, "acknowledge", [])).toBe("BadArgumentsMissing");
  expect(
    await call(on, "acknowledge", [{ dataType: DataType.String, value: "x" }, ...asked(event).slice(1)]),
  ).toBe("BadTypeMismatch");
  expect(await call(SERVER, "acknowledge", asked(event))).toBe("BadNodeIdInvalid");
  expect(await call("ns=2;s=alarm/none", "acknowledge", asked(event))).toBe("BadNodeIdUnknown");

  expect(await call(on, "confirm", asked(event))).toBe("BadConditionBranchAlreadyConfirmed");
  expect(await call(on, "addComment", asked(event, "seen from the wall"))).toBe("Good");
  expect(await call(on, "acknowledge", asked(event, "on it"))).toBe("Good");
  expect(await call(on, "acknowledge", asked(event))).toBe("BadConditionBranchAlreadyAcked");
  expect(await call(on, "confirm", asked(event))).toBe("Good");
  expect(await call(on, "confirm", asked(event))).toBe("BadConditionBranchAlreadyConfirmed");

  const duration = (value: number) => [{ dataType: DataType.Double, value }];
  expect(await call(on, "unshelve")).toBe("BadConditionNotShelved");
  expect(await call(on, "timedShelve", duration(-1))).toBe("BadShelvingTimeOutOfRange");
  expect(await call(on, "timedShelve", duration(60_000))).toBe("Good");
  expect(await call(on, "unshelve")).toBe("Good");
  expect(await call(on, "oneShotShelve")).toBe("Good");
  expect(await call(on, "enable")).toBe("BadConditionAlreadyEnabled");
  expect(await call(on, "disable")).toBe("BadNotSupported");

  expect(await centre.alarms()).toMatchObject([
    {
      state: "acknowledged",
      confirmed: { by: "opcua" },
      shelved: { untilNormal: true },
      comments: [{ text: "seen from the wall" }, { text: "on it" }],
    },
  ]);
  await until("every change is told", () => {
    const last = events.at(-1);
    return last?.["ShelvingState/CurrentState"].value.text === "OneShotShelved";
  });
});
