/**
 * The AsyncAPI 3 document of what the centre speaks beside HTTP, put together from parts: each part describes one protocol, seen from the
 * centre, its messages by the zod schemas that check them. Schemas that several messages share are named once.
 */
import { z } from "zod";

export interface MessagePart {
  /** Unique in the document, such as "snapshot". */
  readonly name: string;
  readonly summary: string;
  readonly schema: z.ZodType;
}

export interface ChannelPart {
  /** Unique in the document, such as "live". */
  readonly name: string;
  readonly address: string;
  readonly description: string;
  /** What stands in braces in the address. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly bindings?: object;
  /** Of whoever speaks on it. */
  readonly operationBindings?: object;
  /** What the centre hears. */
  readonly hears: readonly MessagePart[];
  /** What the centre says. */
  readonly says: readonly MessagePart[];
}

export interface AsyncApiPart {
  /** Unique in the document. */
  readonly server: {
    readonly name: string;
    readonly host: string;
    readonly pathname?: string;
    readonly protocol: "ws" | "mqtt";
    readonly description: string;
  };
  readonly channels: readonly ChannelPart[];
  /** Schemas the messages share, by name. */
  readonly shared: Readonly<Record<string, z.ZodType>>;
}

/** The document, as JSON. */
export function asyncApi(parts: readonly AsyncApiPart[]): object {
  const channels = parts.flatMap((part) => part.channels.map((channel) => ({ channel, part })));
  const messages = channels.flatMap(({ channel: { hears, says } }) => [...hears, ...says]);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Nightflow",
      version: "1",
      description:
        "What the centre of a utility says and hears over WebSocket and MQTT. What is asked over HTTP is described by OpenAPI, at /api/docs.",
      license: { name: "Apache-2.0" },
    },
    defaultContentType: "application/json",
    servers: Object.fromEntries(parts.map(({ server: { name, ...server } }) => [name, server])),
    channels: Object.fromEntries(
      channels.map(({ channel, part }) => [channel.name, channelOf(channel, part)]),
    ),
    operations: Object.fromEntries(
      channels.flatMap(({ channel }) => [
        ...operationOf(channel, "receive", channel.hears),
        ...operationOf(channel, "send", channel.says),
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        messages.map(({ name, summary }) => [
          name,
          { name, summary, payload: { $ref: `#/components/schemas/${name}` } },
        ]),
      ),
      schemas: schemasOf([
        ...parts.flatMap(({ shared }) => Object.entries(shared)),
        ...messages.map(({ name, schema }) => [name, schema] as const),
      ]),
    },
  };
}

function channelOf(channel: ChannelPart, { server }: AsyncApiPart): object {
  const { address, description, parameters, bindings, hears, says } = channel;
  const described = Object.entries(parameters ?? {}).map(([name, text]) => [name, { description: text }]);
  return {
    address,
    description,
    servers: [{ $ref: `#/servers/${server.name}` }],
    ...(parameters && { parameters: Object.fromEntries(described) }),
    messages: Object.fromEntries(
      [...hears, ...says].map(({ name }) => [name, { $ref: `#/components/messages/${name}` }]),
    ),
    ...(bindings && { bindings }),
  };
}

function operationOf(
  { name, operationBindings }: ChannelPart,
  action: "send" | "receive",
  messages: readonly MessagePart[],
): readonly (readonly [string, object])[] {
  if (messages.length === 0) return [];
  const refs = messages.map((one) => ({ $ref: `#/channels/${name}/messages/${one.name}` }));
  const operation = {
    action,
    channel: { $ref: `#/channels/${name}` },
    messages: refs,
    ...(operationBindings && { bindings: operationBindings }),
  };
  return [[`${action}-${name}`, operation]];
}

/** In draft 7, which AsyncAPI's own schemas are a superset of. */
function schemasOf(named: readonly (readonly [string, z.ZodType])[]): object {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    target: "draft-7",
    io: "input",
    // A list that code may not change is a list like any other to whoever reads the document.
    override({ jsonSchema }) {
      delete jsonSchema.readOnly;
    },
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, id: ___, ...schema }]) => [name, schema]),
  );
}
