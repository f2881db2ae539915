/**
 * Logging in at the utility's own identity provider: OpenID Connect's authorization code with PKCE. A log-in that has begun is known by
 * a secret in the browser's cookie and ends where it began: a code that was slipped in from elsewhere finds none.
 */
import * as openId from "openid-client";
import type { Logger } from "pino";
import { isRefusal, type Refusal } from "../model/alarm.ts";
import { type Clock, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { messageOf } from "../model/failure.ts";
import {
  type ClaimSettings,
  type Identity,
  identityOf,
  isComplete,
  type WithoutRole,
} from "./openid-identity.ts";
import { openIdRefusal, WRONG_ISSUER } from "./openid-refusal.ts";
import { drawSecret, hashOf } from "./random-secret.ts";

/** How long somebody may take at the provider's page. */
const FLOW_MS = 10 * MINUTE_MS;
/** Beyond it the oldest log-ins that were begun go. */
const MOST_FLOWS = 2_000;
const ANSWER_S = 10;
/** So that a provider that moved its addresses is followed without a restart. */
const DISCOVER_EVERY_MS = HOUR_MS;

export interface OpenIdClientSettings extends ClaimSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string | null;
  readonly scopes: readonly string[];
}

export interface OpenIdClientParts {
  readonly settings: OpenIdClientSettings;
  /** Where the provider sends browsers back to; known once the centre listens. */
  readonly returnUrl: () => string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A log-in that was begun: where the browser goes, and what its cookie keeps meanwhile. */
export interface BegunLogIn {
  readonly url: string;
  readonly secret: string;
}

export interface OpenIdClient {
  begin(): Promise<BegunLogIn | Refusal>;
  /** `query` is what the browser came back with. The secret holds once. */
  finish(secret: string | undefined, query: string): Promise<Identity | WithoutRole | Refusal>;
}

interface Flow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnUrl: string;
  readonly endMs: number;
}

export function createOpenIdClient({ settings, returnUrl, clock, log }: OpenIdClientParts): OpenIdClient {
  const flows = new Map<string, Flow>();
  let discovered: { readonly provider: openId.Configuration; readonly atMs: number } | null = null;

  /** Asked when somebody logs in, not at the start: a provider that is down keeps nobody's password from working. */
  async function provider(): Promise<openId.Configuration> {
    if (discovered && clock() - discovered.atMs < DISCOVER_EVERY_MS) return discovered.provider;
    const { issuer, clientId, clientSecret } = settings;
    const found = await openId.discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientSecret === null ? openId.None() : openId.ClientSecretBasic(clientSecret),
      {
        timeout: ANSWER_S,
        execute: [
          openId.enableNonRepudiationChecks,
          // The configuration allows it on loopback alone.
          ...(issuer.startsWith("http:") ? [openId.allowInsecureRequests] : []),
        ],
      },
    );
    discovered = { provider: found, atMs: clock() };
    return found;
  }

  function keep(flow: Flow): string {
    const secret = drawSecret();
    flows.set(hashOf(secret), flow);
    for (const [key, { endMs }] of flows) {
      if (endMs > clock() && flows.size <= MOST_FLOWS) break;
      flows.delete(key);
    }
    return secret;
  }

  function take(secret: string): Flow | null {
    const key = hashOf(secret);
    const flow = flows.get(key);
    flows.delete(key);
    return flow && flow.endMs > clock() ? flow : null;
  }

  async function claimsOf(flow: Flow, url: URL): Promise<Readonly<Record<string, unknown>>> {
    const found = await provider();
    const tokens = await openId.authorizationCodeGrant(found, url, {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims || isComplete(claims, settings) || !found.serverMetadata().userinfo_endpoint)
      return claims ?? {};
    return { ...(await openId.fetchUserInfo(found, tokens.access_token, claims.sub)), ...claims };
  }

  async function refusing<T>(work: () => Promise<T>): Promise<T | Refusal> {
    try {
      return await work();
    } catch (thrown) {
      const refusal = openIdRefusal(thrown);
      log.warn(
        { code: refusal.code, error: messageOf(thrown) },
        "logging in at the identity provider failed",
      );
      return refusal;
    }
  }

  return {
    begin: () =>
      refusing(async () => {
        const found = await provider();
        const flow: Flow = {
          state: openId.randomState(),
          nonce: openId.randomNonce(),
          verifier: openId.randomPKCECodeVerifier(),
          returnUrl: returnUrl(),
          endMs: clock() + FLOW_MS,
        };
        const url = openId.buildAuthorizationUrl(found, {
          redirect_uri: flow.returnUrl,
          scope: settings.scopes.join(" "),
          state: flow.state,
          nonce: flow.nonce,
          code_challenge: await openId.calculatePKCECodeChallenge(flow.verifier),
          code_challenge_method: "S256",
        });
        return { url: url.href, secret: keep(flow) };
      }),
    async finish(secret, query) {
      const flow = secret === undefined ? null : take(secret);
      if (flow === null)
        return {
          code: "unknown-log-in",
          message: "This log-in was not begun here, or too long ago: try again.",
        };
      const url = new URL(flow.returnUrl);
      url.search = query;
      if (url.searchParams.get("state") !== flow.state)
        return { code: "wrong-state", message: "The answer belongs to another log-in: try again." };
      const outcome = await refusing(async () => {
        const { issuer } = (await provider()).serverMetadata();
        if ((url.searchParams.get("iss") ?? issuer) !== issuer) return WRONG_ISSUER;
        return { claims: await claimsOf(flow, url) };
      });
      return isRefusal(outcome) ? outcome : identityOf(outcome.claims, settings);
    },
  };
}
