/** Reads the configuration a command was given, or ends the command with every fault named. */
import { fileURLToPath } from "node:url";
import { type CentreConfig, readCentreConfig } from "../config/centre-config.ts";
import { formatFault } from "../model/checked-yaml.ts";
import { Failure } from "../model/failure.ts";
import type { Recording } from "../model/recording.ts";

/** Throws Failure "wrong-configuration". */
export function configurationIn(folder: string): CentreConfig {
  const result = readCentreConfig(folder);
  if (result.ok) return result.config;
  throw new Failure("wrong-configuration", result.faults.map(formatFault).join("\n"));
}

/** How a CSV recording of the utility is read. Throws Failure "no-recording-settings". */
export function recordingOf({ recording }: CentreConfig, folder: string): Recording {
  if (recording) return recording;
  throw new Failure(
    "no-recording-settings",
    `${folder}/recording.yaml is missing: it says how the CSV is read`,
  );
}

/** Where `npm run build:page` puts the control-room page. */
export const PAGE_FOLDER = fileURLToPath(new URL("../../dist/web", import.meta.url));
