/** Which node each configured variable is in this session: namespaces and browse paths mean something else after a server was changed. */
import { AttributeIds, type BrowsePathResult, type ClientSession, NodeId } from "node-opcua-client";
import { messageOf } from "../src/model/failure.ts";
import { type CallLimits, inPieces } from "./opcua-calls.ts";
import type { OpcuaItemConfig } from "./opcua-config.ts";

export interface FoundItem {
  readonly item: OpcuaItemConfig;
  readonly nodeId: NodeId;
}

type Lose = (item: OpcuaItemConfig, reason: string) => void;

const OBJECTS_FOLDER = "i=85";
const HIERARCHICAL_REFERENCES = "i=33";
/** OPC UA Part 4, 5.9.4: the whole path was followed inside this server. */
const WHOLE_PATH = 0xffff_ffff;

/** Those of `items` that the server has a node for; the others are lost. */
export async function findNodes(
  session: ClientSession,
  limits: CallLimits,
  items: readonly OpcuaItemConfig[],
  lose: Lose,
): Promise<FoundItem[]> {
  const namespaces = await session.readNamespaceArray();
  const found: FoundItem[] = [];
  const paths: { readonly item: OpcuaItemConfig; readonly names: readonly QualifiedName[] }[] = [];
  for (const item of items) {
    const nodeId = item.node === undefined ? undefined : nodeIdIn(item.node, namespaces);
    const names = qualifiedNames(item.browsePath ?? [], namespaces);
    if (nodeId !== undefined) found.push({ item, nodeId });
    else if (item.browsePath && names) paths.push({ item, names });
    else lose(item, "the server has no such namespace");
  }
  await inPieces(
    paths,
    limits.browsePaths,
    async (some) => {
      const answers = await session.translateBrowsePath(
        some.map(({ names }) => browsePath(OBJECTS_FOLDER, names)),
      );
      some.forEach(({ item }, index) => {
        const target = targetOf(answers[index]);
        if (typeof target === "string") lose(item, target);
        else found.push({ item, nodeId: target });
      });
    },
    ({ item }, error) => lose(item, messageOf(error)),
  );
  return found;
}

/** The node with the index that its namespace has in this session, or undefined when the server does not have that. */
function nodeIdIn(node: string, namespaces: readonly string[]): NodeId | undefined {
  const { uri, rest } = withoutUri(node);
  const index = uri === undefined ? 0 : namespaces.indexOf(uri);
  // Not by way of a text: an identifier may itself look like a node id.
  const text = rest.slice(2);
  if (index < 0) return undefined;
  if (rest.startsWith("i=")) return new NodeId(NodeId.NodeIdType.NUMERIC, Number(text), index);
  if (rest.startsWith("g=")) return new NodeId(NodeId.NodeIdType.GUID, text.toUpperCase(), index);
  if (rest.startsWith("b="))
    return new NodeId(NodeId.NodeIdType.BYTESTRING, Buffer.from(text, "base64"), index);
  return new NodeId(NodeId.NodeIdType.STRING, text, index);
}

interface QualifiedName {
  readonly namespaceIndex: number;
  readonly name: string;
}

/** A name without a namespace is of the one before it; undefined when the server lacks one of them. */
function qualifiedNames(
  names: readonly string[],
  namespaces: readonly string[],
): readonly QualifiedName[] | undefined {
  let namespaceIndex = 0;
  const qualified = names.map((text) => {
    const { uri, rest } = withoutUri(text);
    if (uri !== undefined) namespaceIndex = namespaces.indexOf(uri);
    return { namespaceIndex, name: rest };
  });
  return qualified.some((one) => one.namespaceIndex < 0) ? undefined : qualified;
}

function withoutUri(text: string): { readonly uri: string | undefined; readonly rest: string } {
  const parts = /^nsu=([^;]+);(.+)$/s.exec(text);
  return parts ? { uri: parts[1], rest: parts[2] ?? "" } : { uri: undefined, rest: text };
}

function browsePath(startingNode: NodeId | string, names: readonly QualifiedName[]) {
  return {
    startingNode,
    relativePath: {
      elements: names.map((targetName) => ({
        referenceTypeId: HIERARCHICAL_REFERENCES,
        isInverse: false,
        includeSubtypes: true,
        targetName,
      })),
    },
  };
}

function targetOf(answer: BrowsePathResult | undefined): NodeId | string {
  if (answer?.statusCode.isGood() !== true) return answer?.statusCode.name ?? "no answer";
  const targets = (answer.targets ?? []).filter(
    ({ remainingPathIndex }) => remainingPathIndex === WHOLE_PATH,
  );
  const [target] = targets;
  if (!target) return "the browse path leads nowhere";
  return targets.length > 1 ? `the browse path leads to ${targets.length} nodes` : target.targetId;
}

/** Of those with a deadband in per cent: the span of the node's EURange, in the item's own unit. */
export async function readSpans(
  session: ClientSession,
  limits: CallLimits,
  found: readonly FoundItem[],
): Promise<ReadonlyMap<OpcuaItemConfig, number>> {
  const spans = new Map<OpcuaItemConfig, number>();
  const ranges: FoundItem[] = [];
  const wanted = found.filter(({ item }) => item.deadbandPercent !== undefined);
  const none = () => {};
  const ask = async (some: readonly FoundItem[]) => {
    const name = [{ namespaceIndex: 0, name: "EURange" }];
    const answers = await session.translateBrowsePath(some.map(({ nodeId }) => browsePath(nodeId, name)));
    some.forEach(({ item }, index) => {
      const target = targetOf(answers[index]);
      if (typeof target !== "string") ranges.push({ item, nodeId: target });
    });
  };
  await inPieces(wanted, limits.browsePaths, ask, none);
  const read = async (some: readonly FoundItem[]) => {
    const answers = await session.read(
      some.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value })),
    );
    some.forEach(({ item }, index) => {
      const range: unknown = answers[index]?.value.value;
      const span = spanOf(range);
      if (span !== undefined) spans.set(item, span);
    });
  };
  await inPieces(ranges, limits.read, read, none);
  return spans;
}

function spanOf(range: unknown): number | undefined {
  if (typeof range !== "object" || range === null || !("low" in range) || !("high" in range))
    return undefined;
  const span = Number(range.high) - Number(range.low);
  return Number.isFinite(span) && span > 0 ? span : undefined;
}
