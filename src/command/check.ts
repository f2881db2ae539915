/** nightflow check: whether a configuration is right, and where it is not. */
import { relative } from "node:path";
import { readCentreConfig } from "../config/centre-config.ts";
import { createLocator } from "../locate/locator.ts";
import { formatFault } from "../model/checked-yaml.ts";
import type { Command } from "./arguments.ts";

export const check: Command = {
  summary: "says whether a configuration is right, naming file, line and key of each fault",
  flags: { config: { value: "DIR", required: true } },
  async run(values) {
    const folder = values.must("config");
    const result = readCentreConfig(folder);
    if (!result.ok) {
      for (const fault of result.faults) console.error(formatFault(fault));
      console.error(
        `${result.faults.length} ${result.faults.length === 1 ? "fault" : "faults"} in ${folder}`,
      );
      return 1;
    }
    const { utility, alarmsFile, network } = result.config;
    if (network) {
      const { metered } = await createLocator(network, utility.districts);
      const located = metered.districts.map(({ district }) => district.id);
      console.log(`leaks can be located in: ${located.join(", ") || "no district"}`);
    }
    console.log(
      `${folder} is right: ${utility.districts.length} districts, ${utility.sensors.length} sensors`,
    );
    console.log(`alarms as in ${relative(".", alarmsFile)}`);
    return 0;
  },
};
