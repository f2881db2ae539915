/**
 * A real OpenID provider (oidc-provider) as a process of its own. It prints its issuer, lets in whoever it was last told to on
 * standard input, and forges identity tokens, signed with its own key, when it is told to: what an honest provider never does.
 */
import { createSign, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";
import type { ProviderOrder } from "./identity-provider.ts";

const [clientId = "", clientSecret = "", returnUrl = ""] = process.argv.slice(2);
let order: ProviderOrder = { subject: "1", claims: {} };
createInterface({ input: process.stdin }).on("line", (line) => {
  order = JSON.parse(line);
  process.stdout.write("taken\n");
});

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" };

function forged(token: string, changes: object): string {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims = { ...JSON.parse(Buffer.from(payload, "base64url").toString()), ...changes };
  const text = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  if (order.keepsSignature) return `${text}.${signature}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
}

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [returnUrl],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ["a key for a test"] },
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["preferred_username", "groups", "realm"] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...order.claims }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  });
  provider.use(async (context, next) => {
    if (context.path.startsWith("/interaction/")) {
      context.respond = false;
      return interact(context.req, context.res);
    }
    await next();
    const body: unknown = context.body;
    if (context.path !== "/token" || typeof body !== "object" || body === null) return;
    if ("id_token" in body && order.forges)
      context.body = { ...body, id_token: forged(String(body.id_token), order.forges) };
  });

  /** Nobody types a password here: the log-in, and the consent to hand on what is asked for, are given at once. */
  async function interact(...[request, response]: Parameters<typeof provider.interactionDetails>) {
    if (order.denies) return provider.interactionFinished(request, response, { error: "access_denied" });
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === "login")
      return provider.interactionFinished(request, response, { login: { accountId: order.subject } });
    const grant = new provider.Grant({
      accountId: session?.accountId ?? order.subject,
      clientId: String(params.client_id),
    });
    grant.addOIDCScope(String(params.scope));
    const grantId = await grant.save();
    return provider.interactionFinished(request, response, { consent: { grantId } });
  }

  server.on("request", provider.callback());
  process.stdout.write(`${issuer}\n`);
});
