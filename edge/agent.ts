/**
 * The one place where an agent is wired, in data-path order: sources -> counters -> spool -> uplink, and what can be asked of it beside.
 */
import type { Logger } from "pino";
import type { Notice } from "../src/model/agent.ts";
import type { AgentReport } from "../src/model/agent-report.ts";
import type { Clock } from "../src/model/clock.ts";
import { Failure, messageOf } from "../src/model/failure.ts";
import type { AgentConfig } from "./agent-config.ts";
import { type HealthReason, unhealthyReasons } from "./agent-health.ts";
import { createAgentStanding } from "./agent-standing.ts";
import { createAgentWatch } from "./agent-watch.ts";
import { createCounterStage } from "./counter-stage.ts";
import type { HttpStatus } from "./http-status.ts";
import { startMqttUplink, type Uplink } from "./mqtt-uplink.ts";
import { createSourceFleet } from "./source-fleet.ts";
import { openSqliteSpool, type Spool } from "./sqlite-spool.ts";

export interface Agent {
  /** Another configuration from now on. Resolves when it is in force; rejects with a Failure when it needs a restart. */
  reconfigure(config: AgentConfig): Promise<void>;
  /** Says why a newer configuration is not in force. */
  refuse(reason: string): void;
  /** Stops the sources, gives the centre a moment to take what is spooled, and disconnects. What is left stays in the spool. */
  stop(): Promise<void>;
  /** Resolves when the spool has answered, even that its disk is full; never, when the agent hangs. */
  alive(): Promise<void>;
  /** Resolves when the sources that end are exhausted and everything is acknowledged; rejects when one of them failed. */
  drained(): Promise<void>;
}

export interface AgentParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
}

const LAST_SENDING_MS = 5000;
const LOOK_MS = 1000;

/** Rejects with Failure "spool-unusable"; everything else that goes wrong is logged, reported and tried again. */
export async function startAgent(initial: AgentConfig, parts: AgentParts): Promise<Agent> {
  const { log, clock, version } = parts;
  let config = initial;
  let configuration: AgentReport["configuration"] = { loadedMs: clock(), refused: null };
  const spool = openSqliteSpool(config.spool, clock, log);
  const counters = createCounterStage(spool, config.sources, clock);
  const fleet = createSourceFleet({ spool: counters, log, clock, restart: counters.restart });
  let uplink: Uplink | undefined;
  const report = createAgentStanding({
    spool,
    sources: fleet.sources,
    uplink: () => uplink,
    configuration: () => configuration,
    clock,
  });
  const watch = createAgentWatch(() => config.health, clock);
  await fleet.apply(config);
  uplink = startUplink();
  let http = await startHttp();
  const looking = setInterval(look, LOOK_MS);
  let stopped: Promise<void> | undefined;

  function startUplink(): Uplink {
    return startMqttUplink(config, spool, { log, clock, version, report });
  }

  async function startHttp(): Promise<HttpStatus | undefined> {
    if (!config.http) return undefined;
    // Not in the memory of a station where nobody asks.
    const { createAgentMetrics } = await import("./prometheus-metrics.ts");
    const { startHttpStatus } = await import("./http-status.ts");
    const metrics = createAgentMetrics({ report, spool, uplink: () => uplink, version, clock });
    return startHttpStatus(config.http, { metrics, health, log });
  }

  function health(): readonly HealthReason[] {
    const { refused } = spool.level();
    const figures = { report: report(), waitingSinceMs: spool.waitingSinceMs(), refused };
    return unhealthyReasons(figures, config.health, clock());
  }

  function look(): void {
    for (const notice of watch.look(report(), uplink?.connected() ?? false)) tell(notice);
  }

  function tell(notice: Notice): void {
    log.warn(notice.figures, notice.code);
    spool
      .append([], [notice])
      .catch((error) => log.error({ code: notice.code, reason: messageOf(error) }, "notice lost"));
  }

  async function reconfigure(next: AgentConfig): Promise<void> {
    const fixed = whatNeedsRestart(config, next);
    if (fixed) throw new Failure("needs-restart", `${fixed} changes only when the agent is started anew`);
    const before = config;
    config = next;
    spool.configure(next.spool);
    counters.configure(next.sources);
    const sources = await fleet.apply(next);
    if (stopped) return;
    if (differs(before.uplink, next.uplink)) {
      await uplink?.stop();
      uplink = startUplink();
    }
    if (differs(before.http, next.http)) {
      await http?.stop();
      http = await startHttp();
    }
    configuration = { loadedMs: clock(), refused: null };
    const figures = { sources: sources.join(" ").slice(0, 1000) };
    if (differs(before, next)) tell({ timeMs: clock(), code: "configuration-changed", figures });
  }

  async function stop(): Promise<void> {
    clearInterval(looking);
    await fleet.stop();
    await spool.cut();
    if (uplink?.connected()) await Promise.race([empty(spool), delay(LAST_SENDING_MS)]);
    await uplink?.stop();
    await http?.stop();
    await spool.close();
    log.info({ heldBatches: spool.heldBatches() }, "stopped");
  }

  return {
    reconfigure,
    refuse(reason) {
      if (configuration.refused === reason) return;
      configuration = { ...configuration, refused: reason.slice(0, 1000) };
      tell({ timeMs: clock(), code: "configuration-refused", figures: { reason: reason.slice(0, 1000) } });
    },
    alive: () => spool.append([]).catch(() => {}),
    async drained() {
      for (const { exhausted } of fleet.sources()) await exhausted;
      await spool.cut();
      await empty(spool);
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** The name of the agent and its spool are what its samples are numbered under. */
function whatNeedsRestart(before: AgentConfig, next: AgentConfig): string | undefined {
  if (before.utility !== next.utility) return "utility";
  if (before.site !== next.site) return "site";
  return before.spool.path === next.spool.path ? undefined : "spool.path";
}

function differs(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

function empty(spool: Spool): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (spool.heldBatches() === 0) resolve();
    };
    spool.onChange(look);
    look();
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
