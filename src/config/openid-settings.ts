/** access.openId in server.yaml: the utility's own identity provider, and which of its claims says who may do what here. */
import { z } from "zod";
import { isLoopback, ROLES } from "../model/access.ts";

/** Whoever answers for the issuer decides who is let in: nobody in between may. */
const issuer = z
  .url({ protocol: /^https?$/ })
  .refine((url) => url.startsWith("https:") || isLoopback(new URL(url).hostname), {
    error: "must begin with https:",
  })
  .describe("address of the provider, below which /.well-known/openid-configuration is found");

const values = z.array(z.string().min(1)).min(1);

export const openIdSchema = z
  .object({
    issuer,
    clientId: z.string().min(1).describe("what the provider calls this centre"),
    clientSecretFile: z.string().min(1).optional().describe("a file that holds nothing but the secret"),
    clientSecretVariable: z
      .string()
      .min(1)
      .optional()
      .describe("an environment variable that holds the secret"),
    publicClient: z.literal(true).optional().describe("the provider gave no secret"),
    label: z.string().min(1).max(60).default("OpenID").describe("what people call the provider"),
    scopes: z.array(z.string().min(1)).default(["openid", "profile"]),
    nameClaim: z.string().min(1).default("preferred_username").describe("names the user here"),
    roleClaim: z
      .string()
      .min(1)
      .default("groups")
      .describe("says what a user may do; dots lead into what is nested, such as realm_access.roles"),
    roles: z
      .partialRecord(z.enum(ROLES), values)
      .refine((roles) => Object.keys(roles).length > 0, { error: "maps no role" })
      .describe("for each role the values of roleClaim that give it; the most powerful counts"),
  })
  .strict()
  .refine(({ scopes }) => scopes.includes("openid"), { path: ["scopes"], error: "must hold openid" })
  .refine(
    ({ clientSecretFile, clientSecretVariable, publicClient }) =>
      [clientSecretFile, clientSecretVariable, publicClient].filter((one) => one !== undefined).length === 1,
    { error: "needs one of clientSecretFile, clientSecretVariable and publicClient" },
  );

export type OpenIdSettings = z.infer<typeof openIdSchema>;
