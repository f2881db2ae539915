/** nightflow serve: the centre of a utility, or of some of its districts, until it is stopped. */
import { Failure } from "../model/failure.ts";
import { districtsOfPart } from "../model/share.ts";
import type { Utility } from "../model/utility.ts";
import { startCentre } from "../serve.ts";
import type { Command, FlagValues } from "./arguments.ts";
import { configurationIn, PAGE_FOLDER } from "./configuration.ts";
import { openLog, untilStopped } from "./running.ts";

export const serve: Command = {
  summary: "runs the centre of a utility",
  flags: {
    config: { value: "DIR", required: true },
    districts: { value: "A,B" },
    share: { value: "1/2" },
  },
  async run(values) {
    const config = configurationIn(values.must("config"));
    const log = openLog(config.server.logLevel);
    const stopped = untilStopped();
    const districts = districtsIn(values, config.utility);
    const centre = await startCentre({
      config,
      districts,
      pageFolder: PAGE_FOLDER,
      demo: false,
      clock: Date.now,
      log,
      onTakenOver({ message }) {
        // As after kill -9: nothing more is written, and what was not acknowledged goes to the other centre.
        console.error(`Ended: ${message}`);
        process.exit(1);
      },
    });
    console.log(`${config.utility.name}: ${centre.address} (agents connect to ${centre.brokerUrl})`);
    if (districts) console.log(`It holds ${districts.join(", ")}`);
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

/** Null for all. Throws Failure "wrong-arguments" or "wrong-share". */
function districtsIn(values: FlagValues, utility: Utility): readonly string[] | null {
  const [named, share] = [values.text("districts"), values.text("share")];
  if (named !== undefined && share !== undefined)
    throw new Failure("wrong-arguments", "say either --districts or --share");
  if (named !== undefined) return named.split(",").map((id) => id.trim());
  if (share === undefined) return null;
  const [part = 0, parts = 0, ...rest] = share.split("/").map(Number);
  if (rest.length > 0 || !(Number.isInteger(part) && part >= 1 && part <= parts && Number.isInteger(parts)))
    throw new Failure("wrong-arguments", `--share ${share} is not a part of a whole, such as 1/2 or 2/2`);
  return districtsOfPart(utility, part, parts);
}
