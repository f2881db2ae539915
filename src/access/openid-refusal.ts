/** Why a log-in at the identity provider did not hold, in our words: what the protocol's library threw, told apart by what was wrong. Pure. */
import type { Refusal } from "../model/alarm.ts";
import { messageOf } from "../model/failure.ts";

/** Of which claim of the identity token a comparison failed. */
const BY_CLAIM: Readonly<Record<string, Refusal>> = {
  iss: { code: "wrong-issuer", message: "The identity token is of another issuer than server.yaml names." },
  aud: { code: "wrong-audience", message: "The identity token was made for another program." },
  azp: { code: "wrong-audience", message: "The identity token was made for another program." },
  nonce: { code: "wrong-nonce", message: "The identity token belongs to another log-in." },
  exp: { code: "expired-identity", message: "The identity token has expired; compare the clocks." },
  nbf: { code: "expired-identity", message: "The identity token is not valid yet; compare the clocks." },
  iat: { code: "expired-identity", message: "The identity token is of another time; compare the clocks." },
  auth_time: { code: "expired-identity", message: "The log-in at the provider is too old." },
};

export const WRONG_ISSUER = BY_CLAIM.iss as Refusal;

export function openIdRefusal(thrown: unknown): Refusal {
  for (const one of causesOf(thrown)) {
    const claim = textIn(one, "claim");
    const byClaim = claim === undefined ? undefined : BY_CLAIM[claim];
    if (byClaim) return byClaim;
    if (textIn(one, "attribute") === "issuer") return WRONG_ISSUER;
    if (textIn(one, "error") === "access_denied")
      return { code: "denied-by-provider", message: "The identity provider did not let you in." };
    if (messageOf(one).includes("signature verification failed"))
      return { code: "wrong-signature", message: "The identity token is not signed by the provider." };
    if (isUnreachable(one))
      return { code: "provider-unreachable", message: "The identity provider does not answer." };
  }
  const said = textIn(thrown, "error") ?? messageOf(thrown);
  return { code: "wrong-identity", message: `The identity provider's answer does not hold: ${said}.` };
}

function isUnreachable(thrown: unknown): boolean {
  const code = textIn(thrown, "code");
  if (code === "OAUTH_TIMEOUT" || code === "OAUTH_ABORT") return true;
  return thrown instanceof TypeError && thrown.message === "fetch failed";
}

/** The error, what caused it, and so on. */
function causesOf(thrown: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let one = thrown; typeof one === "object" && one !== null && causes.length < 6; ) {
    causes.push(one);
    one = "cause" in one ? one.cause : null;
  }
  return causes;
}

function textIn(thrown: unknown, key: string): string | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const value: unknown = Reflect.get(thrown, key);
  return typeof value === "string" ? value : undefined;
}
