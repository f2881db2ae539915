/** What an agent is told about an OPC UA server and the variables it reads there. */
import { z } from "zod";
import { nameSchema, pathSchema, reading, unitFault, unitFits, urlSchema } from "./reading-config.ts";

const opcuaItemSchema = z
  .object({
    node: z
      .string()
      .regex(
        /^(nsu=[^;]+;)?[isgb]=.+$/,
        'must be a node id with its namespace by URI, such as "nsu=urn:vendor:plc;s=Flow"; without nsu it is of the OPC UA namespace itself',
      ),
    ...reading,
    samplingMs: z.number().int().min(0).default(1000),
  })
  .strict()
  .refine(unitFits, { error: unitFault });

export const opcuaSchema = z
  .object({
    name: nameSchema,
    endpoint: urlSchema("opc.tcp"),
    securityMode: z.enum(["SignAndEncrypt", "Sign", "None"]).default("SignAndEncrypt"),
    securityPolicy: z
      .enum(["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"])
      .default("Basic256Sha256"),
    pkiFolder: pathSchema.default("pki"),
    username: z.string().min(1).optional(),
    passwordFile: pathSchema.optional(),
    publishingMs: z.number().int().min(50).default(1000),
    toleratedOutageMs: z.number().int().min(0).default(60_000),
    retryMs: z.number().int().min(100).default(10_000),
    items: z.array(opcuaItemSchema).min(1),
  })
  .strict();

export type OpcuaSourceConfig = z.infer<typeof opcuaSchema>;
export type OpcuaItemConfig = OpcuaSourceConfig["items"][number];
