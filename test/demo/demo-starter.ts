/**
 * Starts the demo's processes and says which they are, then lives until it is interrupted or killed. A line it says after that is a
 * complaint about one of them.
 */
import pino from "pino";
import { startDemoProcesses } from "../../src/demo/demo-processes.ts";
import { quietWorld } from "./demo-town.ts";

const [folder = "", brokerUrl = "", stationPort = ""] = process.argv.slice(2);
const logger = pino({ level: "warn" });
const processes = await startDemoProcesses({
  world: quietWorld(),
  folder,
  brokerUrl,
  stationPort: Number(stationPort),
  logger,
});
process.once("SIGINT", () => processes.stop());
process.stdout.write(`${JSON.stringify(processes.running().map(({ pid }) => pid))}\n`);
