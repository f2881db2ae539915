/** Starts the demo's processes, says which they are, and waits to be killed: what `demo-processes.test.ts` kills. */
import { startDemoProcesses } from "../../src/demo/demo-processes.ts";
import { logger, town } from "./demo-town.ts";

const [folder = "", brokerUrl = "", stationPort = ""] = process.argv.slice(2);
const processes = await startDemoProcesses({
  town,
  folder,
  brokerUrl,
  stationPort: Number(stationPort),
  logger,
});
process.stdout.write(`${JSON.stringify(processes.running().map(({ pid }) => pid))}\n`);
