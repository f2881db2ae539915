/** What an agent is told about an OPC UA server and the variables it reads there. */
import { z } from "zod";
import { nameSchema, pathSchema, reading, unitFault, unitFits, urlSchema } from "./reading-config.ts";

const nodeSchema = z
  .string()
  .regex(
    /^(nsu=[^;]+;)?[isgb]=.+$/,
    'must be a node id with its namespace by URI, such as "nsu=urn:vendor:plc;s=Flow"; without nsu it is of the OPC UA namespace itself',
  )
  .refine((text) => isIdentifier(text.replace(/^nsu=[^;]+;/, "")), {
    error: "i= takes a whole number up to 4294967295, g= a GUID, b= base64",
  });

const MOST_NUMERIC = 0xffff_ffff;

function isIdentifier(text: string): boolean {
  const value = text.slice(2);
  if (text.startsWith("i=")) return /^\d{1,10}$/.test(value) && Number(value) <= MOST_NUMERIC;
  if (text.startsWith("g=")) return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
  return !text.startsWith("b=") || /^[A-Za-z0-9+/]+={0,2}$/.test(value);
}

const browseNameSchema = z
  .string()
  .regex(/^(nsu=[^;]+;)?[^;]+$/, 'must be a browse name such as "nsu=urn:vendor:plc;Station" or "Station"');

const opcuaItemSchema = z
  .object({
    node: nodeSchema.optional(),
    browsePath: z.array(browseNameSchema).min(1).optional(),
    ...reading,
    mode: z.enum(["subscribe", "read"]).default("subscribe"),
    samplingMs: z.number().int().min(0).default(1000),
    deadband: z.number().positive().optional(),
    deadbandPercent: z.number().positive().max(100).optional(),
    longestSilenceMs: z.number().int().min(1000).default(900_000),
  })
  .strict()
  .refine(unitFits, { error: unitFault })
  .refine(({ node, browsePath }) => (node === undefined) !== (browsePath === undefined), {
    error: 'needs either "node" or "browsePath"',
  })
  .refine(({ deadband, deadbandPercent }) => deadband === undefined || deadbandPercent === undefined, {
    error: 'has "deadband" and "deadbandPercent"; one of them is enough',
  })
  .refine(({ mode, samplingMs }) => mode === "subscribe" || samplingMs >= 100, {
    error: "is read in cycles: samplingMs must be 100 or more",
  });

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
    userCertificateFile: pathSchema.optional(),
    userKeyFile: pathSchema.optional(),
    publishingMs: z.number().int().min(50).default(1000),
    toleratedOutageMs: z.number().int().min(0).default(60_000),
    retryMs: z.number().int().min(100).default(10_000),
    watchMs: z.number().int().min(100).default(60_000),
    backfillMs: z.number().int().min(0).default(604_800_000),
    timeToleranceMs: z.number().int().min(0).default(60_000),
    items: z.array(opcuaItemSchema).min(1),
  })
  .strict()
  .refine((one) => (one.userCertificateFile === undefined) === (one.userKeyFile === undefined), {
    error: '"userCertificateFile" and "userKeyFile" go together',
  })
  .refine((one) => one.username === undefined || one.userCertificateFile === undefined, {
    error: 'has "username" and "userCertificateFile"; one identity is enough',
  });

export type OpcuaSourceConfig = z.infer<typeof opcuaSchema>;
export type OpcuaItemConfig = OpcuaSourceConfig["items"][number];

/** How the item is called in log and notices. */
export function nodeNameOf({ node, browsePath }: OpcuaItemConfig): string {
  return node ?? browsePath?.join("/") ?? "";
}
