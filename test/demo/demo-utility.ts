/** The demo's utility as its configuration describes it. */
import { readFileSync } from "node:fs";
import { referenceFaults, utilityOf, utilitySchema } from "../../src/config/utility-file.ts";
import { checkYaml, formatPath } from "../../src/model/checked-yaml.ts";
import type { Utility } from "../../src/model/utility.ts";

export function demoUtility(): Utility {
  const file = new URL("../../config/demo/utility.yaml", import.meta.url);
  const checked = checkYaml(file.pathname, readFileSync(file, "utf8"), utilitySchema);
  const faults = checked.ok
    ? referenceFaults(checked.value, (path, message) => ({
        file: file.pathname,
        line: checked.lineOf(path),
        key: formatPath(path),
        message,
      }))
    : checked.faults;
  if (!checked.ok || faults.length > 0) throw new Error(JSON.stringify(faults));
  return utilityOf(checked.value);
}
