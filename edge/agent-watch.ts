/** What the agent notices of itself, beside what its sources and its spool tell: each said once when it begins and once when it is over. */
import type { Notice } from "../src/model/agent.ts";
import type { AgentReport } from "../src/model/agent-report.ts";
import { type Clock, MINUTE_MS } from "../src/model/clock.ts";
import type { HealthConfig } from "./agent-config.ts";
import { createCertificateExpiry } from "./certificate-expiry.ts";
import { createSkewTelling } from "./clock-skew.ts";

export interface AgentWatch {
  /** To be called every second or so; hands back what there is to say. */
  look(report: AgentReport, uplinkConnected: boolean): readonly Notice[];
}

/** Shorter cuts are what a mobile link does all day. */
const OUTAGE_MS = MINUTE_MS;
/** A spool that is emptied is not filling any more when it is this much below the level that was told. */
const RELIEVED = 0.8;

export function createAgentWatch(health: () => HealthConfig, clock: Clock): AgentWatch {
  const expiry = createCertificateExpiry(clock);
  const skew = createSkewTelling(() => health().clockToleranceMs, clock);
  let isFilling = false;
  let awayMs: number | undefined = clock();

  function spoolLevel({ heldBytes, maxBytes }: AgentReport["spool"]): Notice[] {
    const level = heldBytes / maxBytes;
    const { spoolShare } = health();
    const fills = isFilling ? level >= RELIEVED * spoolShare : level >= spoolShare;
    if (fills === isFilling) return [];
    isFilling = fills;
    const code = fills ? "spool-filling" : "spool-relieved";
    return [{ timeMs: clock(), code, figures: { heldBytes, maxBytes } }];
  }

  /** Told when it is over: before, there is nobody to tell. */
  function outage(connected: boolean): Notice[] {
    if (!connected) {
      awayMs ??= clock();
      return [];
    }
    const fromMs = awayMs;
    awayMs = undefined;
    const toMs = clock();
    if (fromMs === undefined || toMs - fromMs < OUTAGE_MS) return [];
    return [{ timeMs: toMs, code: "uplink-outage", figures: { fromMs, toMs } }];
  }

  return {
    look: ({ spool, certificates, clocks }, uplinkConnected) => [
      ...spoolLevel(spool),
      ...expiry.look(certificates),
      ...skew.look(clocks),
      ...outage(uplinkConnected),
    ],
  };
}
