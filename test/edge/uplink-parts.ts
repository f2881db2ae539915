/** A spool and its uplink in this process, as an agent without sources has them. */
import { join } from "node:path";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import type { UplinkConfig } from "../../edge/agent-config.ts";
import { startMqttUplink } from "../../edge/mqtt-uplink.ts";
import { openSqliteSpool } from "../../edge/sqlite-spool.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { agentReport } from "./agent-reports.ts";
import { spoolSettings } from "./spool-settings.ts";

export async function startUplinkParts(
  over: Partial<UplinkConfig> & Pick<UplinkConfig, "brokers">,
  batchSamples: number,
) {
  const spoolConfig = spoolSettings(join(await temporaryFolder(), "spool.sqlite"), { batchSamples });
  const spool = openSqliteSpool(spoolConfig, Date.now);
  const uplinkConfig: UplinkConfig = {
    protocol: 4,
    keepAliveMs: 30_000,
    windowBatches: 16,
    ackTimeoutMs: 15_000,
    sendFirst: "backlog",
    returnToFirstMs: 600_000,
    statusMs: 30_000,
    ...over,
  };
  const start = () =>
    startMqttUplink(
      {
        utility: "town",
        site: "north",
        uplink: uplinkConfig,
      },
      spool,
      { log: pino({ level: "silent" }), clock: Date.now, version: "0.0.0", report: agentReport },
    );
  const uplink = start();
  onTestFinished(async () => {
    await uplink.stop();
    await spool.close();
  });
  return { spool, uplink };
}
