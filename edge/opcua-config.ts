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
    node: nodeSchema.optional().describe("node id with its namespace by URI: nsu=urn:vendor:plc;s=Flow"),
    browsePath: z
      .array(browseNameSchema)
      .min(1)
      .optional()
      .describe("instead of node: browse names from the Objects folder down"),
    ...reading,
    mode: z
      .enum(["subscribe", "read"])
      .default("subscribe")
      .describe("the server tells what changes, or the agent asks every samplingMs"),
    samplingMs: z
      .number()
      .int()
      .min(0)
      .default(1000)
      .describe("how often the server looks at it; 0 is as fast as it can"),
    deadband: z
      .number()
      .positive()
      .optional()
      .describe("a change up to this, in the item's unit, is not told"),
    deadbandPercent: z
      .number()
      .positive()
      .max(100)
      .optional()
      .describe("the same in per cent of the range that the variable states"),
    longestSilenceMs: z
      .number()
      .int()
      .min(1000)
      .default(900_000)
      .describe("a value that does not change is told at least so often"),
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
    endpoint: urlSchema("opc.tcp").describe("opc.tcp://host:port"),
    securityMode: z
      .enum(["SignAndEncrypt", "Sign", "None"])
      .default("SignAndEncrypt")
      .describe("never less than written here"),
    securityPolicy: z
      .enum(["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"])
      .default("Basic256Sha256")
      .describe("not used with None"),
    pkiFolder: pathSchema.default("pki").describe("the agent's certificate and those it trusts"),
    username: z.string().min(1).optional().describe("anonymous when left out"),
    passwordFile: pathSchema.optional().describe("read at each connection"),
    userCertificateFile: pathSchema.optional().describe("a user known by certificate instead, PEM"),
    userKeyFile: pathSchema.optional().describe("its key, PEM"),
    publishingMs: z.number().int().min(50).default(1000).describe("how often the server sends what changed"),
    toleratedOutageMs: z
      .number()
      .int()
      .min(0)
      .default(60_000)
      .describe("a link cut up to this loses nothing"),
    retryMs: z
      .number()
      .int()
      .min(100)
      .default(10_000)
      .describe("how soon a variable that is not there is looked for again; doubles up to ten minutes"),
    watchMs: z
      .number()
      .int()
      .min(100)
      .default(60_000)
      .describe("a variable that was silent for so long is read"),
    backfillMs: z
      .number()
      .int()
      .min(0)
      .default(604_800_000)
      .describe("how far back missed values are read from the server's history; 0 is never"),
    timeToleranceMs: z
      .number()
      .int()
      .min(0)
      .default(60_000)
      .describe("a source time further ahead of the agent's clock is doubted"),
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
