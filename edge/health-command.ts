/** nightflow edge health: asks a running agent how it does, for people and for whatever watches its container. */
import { readFileSync } from "node:fs";
import { messageOf } from "../src/model/failure.ts";
import type { AgentConfig } from "./agent-config.ts";
import type { HealthReason } from "./agent-health.ts";

export interface Asked {
  readonly healthy: boolean;
  /** A line for each reason, or that all is well. */
  readonly text: string;
}

const PATIENCE_MS = 5000;
/** To be asked at, where it listens on every address. */
const OWN: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** What cannot be asked is not healthy: it may be hanging. */
export async function askHealth({ http }: Pick<AgentConfig, "http">): Promise<Asked> {
  if (!http) return unwell('the file has no "http: {}": nobody can ask the agent how it does');
  const host = OWN[http.host] ?? http.host;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${http.port}/healthz`;
  try {
    const authorization = http.tokenFile && `Bearer ${readFileSync(http.tokenFile, "utf8").trim()}`;
    const answer = await fetch(url, {
      headers: authorization ? { authorization } : {},
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.text();
    if (answer.ok) return { healthy: true, text: "all is well" };
    if (answer.status !== 503) return unwell(`${url}: ${answer.status} ${text.trim()}`);
    const { reasons } = JSON.parse(text) as { readonly reasons: readonly HealthReason[] };
    return unwell(reasons.map(({ code, message }) => `${code}: ${message}`).join("\n"));
  } catch (error) {
    const cause = error instanceof Error && error.cause ? `: ${messageOf(error.cause)}` : "";
    return unwell(`${url}: ${messageOf(error)}${cause}`);
  }
}

function unwell(text: string): Asked {
  return { healthy: false, text };
}
