/**
 * What a client finds below Objects: the utility, and in it each district, as the sources of conditions. Events rise from a district to
 * the utility and to the Server object, so a client may listen to one of them or to all.
 */
import type { OPCUAServer } from "node-opcua-server";
import { Failure } from "../model/failure.ts";
import { topologyOf } from "../model/topology.ts";
import type { Utility } from "../model/utility.ts";
import type { Subject } from "../model/verdict.ts";

export const ALARM_NAMESPACE = "urn:nightflow:alarms";

export type AddressSpace = NonNullable<OPCUAServer["engine"]["addressSpace"]>;
export type Namespace = ReturnType<AddressSpace["registerNamespace"]>;
export type SourceObject = ReturnType<Namespace["addObject"]>;

export interface Sources {
  readonly addressSpace: AddressSpace;
  readonly namespace: Namespace;
  /** The district that a subject is in, or what stands for the rest of the utility. */
  sourceOf(subject: Subject): SourceObject;
}

const EVENTS = 1;

export function addSources(server: OPCUAServer, utility: Utility): Sources {
  const addressSpace = server.engine.addressSpace;
  if (!addressSpace)
    throw new Failure("no-address-space", "the OPC UA server has not built its address space");
  addressSpace.installAlarmsAndConditionsService();
  const namespace = addressSpace.registerNamespace(ALARM_NAMESPACE);
  const root = namespace.addObject({
    nodeId: `s=utility/${utility.id}`,
    browseName: utility.id,
    displayName: utility.name,
    organizedBy: addressSpace.rootFolder.objects,
    notifierOf: addressSpace.rootFolder.objects.server,
    eventNotifier: EVENTS,
  });
  const source = (nodeId: string, browseName: string, displayName: string) =>
    namespace.addObject({
      nodeId,
      browseName,
      displayName,
      componentOf: root,
      eventSourceOf: root,
      eventNotifier: EVENTS,
    });
  const elsewhere = source("s=elsewhere", "elsewhere", utility.name);
  const districts = new Map(
    utility.districts.map(({ id, name }) => [id, source(`s=district/${id}`, id, name)]),
  );
  const { districtsOf } = topologyOf(utility);
  return {
    addressSpace,
    namespace,
    sourceOf: (subject) => districts.get(districtsOf(subject)[0]?.id ?? "") ?? elsewhere,
  };
}
