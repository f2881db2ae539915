/** Whether somebody has to look after the agent, and why: the answer of /healthz. Pure. */
import type { AgentReport } from "../src/model/agent-report.ts";
import type { HealthConfig } from "./agent-config.ts";

export interface HealthReason {
  readonly code:
    | "not-acknowledged"
    | "spool-refused"
    | "disk-full"
    | "spool-filling"
    | "source-lost"
    | "source-failed"
    | "items-lost"
    | "certificate-ended"
    | "clock-skew"
    | "configuration-refused";
  readonly message: string;
}

export interface HealthFigures {
  readonly report: AgentReport;
  /** Since when the spool holds something and the centre has acknowledged nothing; null while it holds nothing. */
  readonly waitingSinceMs: number | null;
  /** Why the spool refused the last append; undefined when it did not. */
  readonly refused: string | undefined;
}

/** Empty when all is well. */
export function unhealthyReasons(
  { report, waitingSinceMs, refused }: HealthFigures,
  health: HealthConfig,
  nowMs: number,
): readonly HealthReason[] {
  const reasons: HealthReason[] = [];
  const add = (code: HealthReason["code"], message: string) => reasons.push({ code, message });
  const { spool, sources, certificates, clocks, configuration } = report;
  if (waitingSinceMs !== null && nowMs - waitingSinceMs > health.unacknowledgedMs)
    add("not-acknowledged", `the centre has acknowledged nothing for ${seconds(nowMs - waitingSinceMs)}`);
  if (refused !== undefined) add("spool-refused", refused);
  if (spool.diskFull) add("disk-full", "the disk is full");
  if (spool.heldBytes >= health.spoolShare * spool.maxBytes)
    add("spool-filling", `the spool holds ${spool.heldBytes} of ${spool.maxBytes} bytes`);
  for (const { name, state, sinceMs, reason, items, lostItems, lackingSinceMs = sinceMs } of sources) {
    const why = reason === undefined ? "" : `: ${reason}`;
    const isAway = state === "lost" || state === "connecting";
    if (state === "failed") add("source-failed", `${name}${why}`);
    else if (isAway && nowMs - sinceMs >= health.sourceLostMs)
      add("source-lost", `${name}, for ${seconds(nowMs - sinceMs)}${why}`);
    else if (lostItems > 0 && nowMs - lackingSinceMs >= health.sourceLostMs)
      add("items-lost", `${name}: ${lostItems} of ${items} are not there`);
  }
  for (const { of, owner, subject, notAfterMs } of certificates) {
    if (notAfterMs <= nowMs) add("certificate-ended", `${of}, the ${owner}'s: ${subject}`);
  }
  for (const { against, aheadMs } of clocks) {
    if (Math.abs(aheadMs) > health.clockToleranceMs)
      add("clock-skew", `${seconds(Math.abs(aheadMs))} ${aheadMs > 0 ? "ahead of" : "behind"} ${against}`);
  }
  if (configuration.refused !== null) add("configuration-refused", configuration.refused);
  return reasons;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
