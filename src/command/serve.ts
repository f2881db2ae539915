/** nightflow serve: the centre of a utility, until it is stopped. */
import { startCentre } from "../serve.ts";
import type { Command } from "./arguments.ts";
import { configurationIn, PAGE_FOLDER } from "./configuration.ts";
import { openLog, untilStopped } from "./running.ts";

export const serve: Command = {
  summary: "runs the centre of a utility",
  flags: { config: { value: "DIR", required: true } },
  async run(values) {
    const config = configurationIn(values.must("config"));
    const log = openLog(config.server.logLevel);
    const stopped = untilStopped();
    const centre = await startCentre({ config, pageFolder: PAGE_FOLDER, demo: false, clock: Date.now, log });
    console.log(`${config.utility.name}: ${centre.address} (agents connect to ${centre.brokerUrl})`);
    if (centre.firstLink) {
      console.log(
        `Nobody can log in yet. The first admin, "${centre.firstLink.user}", chooses a password at`,
      );
      console.log(`${centre.firstLink.url}\nThe link works once, within a day; a new start makes a new one.`);
    }
    if (centre.opcuaUrl) console.log(`A control system connects to ${centre.opcuaUrl}`);
    await stopped;
    console.log("Stopping: storing what has come ...");
    await centre.close();
    return 0;
  },
};
