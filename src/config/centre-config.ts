/**
 * The configuration of a centre: a folder of YAML files, read once, checked whole, frozen. Every fault is reported at once, by file,
 * line and key; nothing starts on a configuration with a fault.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { z } from "zod";
import type { Rationalisation } from "../model/alarm.ts";
import type { OperatingPosition } from "../model/alarm-kpi.ts";
import { type Checked, type ConfigFault, checkYaml, formatPath } from "../model/checked-yaml.ts";
import { type DetectionParameters, detectionParametersSchema } from "../model/detection-parameters.ts";
import { messageOf } from "../model/failure.ts";
import type { NetworkModel } from "../model/network-model.ts";
import type { NotificationSettings } from "../model/notification.ts";
import type { PlannedWork } from "../model/planned-work.ts";
import { type Recording, recordingSchema } from "../model/recording.ts";
import type { Utility } from "../model/utility.ts";
import { alarmsSchema, positionFaults, positionsOf, rationalisationsOf } from "./alarms-file.ts";
import { networkFaults, networkModelOf, networkSchema } from "./network-file.ts";
import { notificationFaults, notificationsOf, notificationsSchema } from "./notifications-file.ts";
import { deviceFaults, type ServerSettings, serverSchema } from "./server-file.ts";
import { referenceFaults, utilityOf, utilitySchema } from "./utility-file.ts";
import { plannedWorksOf, worksFaults, worksSchema } from "./works-file.ts";

export interface CentreConfig {
  /** Where it was read from. */
  readonly folder: string;
  readonly utility: Utility;
  readonly detection: DetectionParameters;
  readonly rationalisations: readonly Rationalisation[];
  /** The file the rationalisations were read from. */
  readonly alarmsFile: string;
  readonly positions: readonly OperatingPosition[];
  readonly notifications: NotificationSettings;
  readonly plannedWorks: readonly PlannedWork[];
  readonly server: ServerSettings;
  /** How a CSV recording of this utility is read; null when the folder has no recording.yaml. */
  readonly recording: Recording | null;
  /** The hydraulic model by which leaks are located; null when the folder has no network.yaml. */
  readonly network: NetworkModel | null;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: CentreConfig }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** The rationalisations that ship, for a utility that has not written its own. */
const SHIPPED_ALARMS = fileURLToPath(new URL("../../config/alarms.yaml", import.meta.url));

/** Reads `folder`/utility.yaml, and the other files of the folder where they are: each may be left out. */
export function readCentreConfig(folder: string): ConfigResult {
  const utility = readPart(folder, "utility.yaml", utilitySchema);
  const ownAlarms = join(folder, "alarms.yaml");
  const alarmsFile = existsSync(ownAlarms) ? ownAlarms : SHIPPED_ALARMS;
  const alarms = checkYaml(alarmsFile, readFileSync(alarmsFile, "utf8"), alarmsSchema);
  const works = readPart(folder, "works.yaml", worksSchema, { works: [] });
  const notifications = readPart(folder, "notifications.yaml", notificationsSchema, {});
  const detection = readPart(folder, "detection.yaml", detectionParametersSchema, {});
  const server = readPart(folder, "server.yaml", serverSchema, {});
  const recording = existsSync(join(folder, "recording.yaml"))
    ? readPart(folder, "recording.yaml", recordingSchema)
    : null;
  const network = existsSync(join(folder, "network.yaml"))
    ? readPart(folder, "network.yaml", networkSchema)
    : null;
  const inp = network?.ok ? readInp(folder, network) : null;

  const parts = { utility, alarms, works, notifications, detection, server, recording, network };
  const faults = Object.values(parts).flatMap((part) => (part && !part.ok ? part.faults : []));
  faults.push(...crossFaults(folder, alarmsFile, parts));
  if (inp !== null && typeof inp !== "string") faults.push(inp);
  if (!utility.ok || !alarms.ok || !works.ok || !notifications.ok) return { ok: false, faults };
  if (!detection.ok || !server.ok || faults.length > 0) return { ok: false, faults };
  const districts = utility.value.districts.map(({ id }) => id);
  return {
    ok: true,
    config: deepFreeze({
      folder,
      utility: utilityOf(utility.value),
      detection: detection.value,
      rationalisations: rationalisationsOf(alarms.value),
      alarmsFile,
      positions: positionsOf(alarms.value, districts),
      plannedWorks: plannedWorksOf(works.value),
      notifications: notificationsOf(notifications.value, utility.value.timeZone),
      server: server.value,
      recording: recording?.ok ? recording.value : null,
      network: network?.ok && typeof inp === "string" ? networkModelOf(network.value, inp) : null,
    }),
  };
}

interface Parts {
  readonly utility: Checked<z.infer<typeof utilitySchema>>;
  readonly alarms: Checked<z.infer<typeof alarmsSchema>>;
  readonly works: Checked<z.infer<typeof worksSchema>>;
  readonly notifications: Checked<z.infer<typeof notificationsSchema>>;
  readonly server: Checked<ServerSettings>;
  readonly recording: Checked<Recording> | null;
  readonly network: Checked<z.infer<typeof networkSchema>> | null;
}

/** Faults between files: what one names and another does not have. */
function crossFaults(folder: string, alarmsFile: string, parts: Parts): ConfigFault[] {
  const { utility, alarms, works, notifications, server, recording, network } = parts;
  if (!utility.ok) return [];
  const at = (file: string, checked: Right) => faultAt(join(folder, file), checked);
  const districts = utility.value.districts.map(({ id }) => id);
  const quantityOf = new Map(utility.value.sensors.map(({ id, quantity }) => [id, quantity]));
  const faults = referenceFaults(utility.value, at("utility.yaml", utility));
  if (alarms.ok) faults.push(...positionFaults(alarms.value, districts, faultAt(alarmsFile, alarms)));
  if (works.ok) faults.push(...worksFaults(works.value, districts, at("works.yaml", works)));
  if (notifications.ok) {
    const fault = at("notifications.yaml", notifications);
    faults.push(...notificationFaults(notifications.value, districts, fault));
  }
  if (server.ok) faults.push(...deviceFaults(server.value, quantityOf, at("server.yaml", server)));
  if (recording?.ok)
    faults.push(...recordingFaults(recording.value, utility.value, at("recording.yaml", recording)));
  if (network?.ok) faults.push(...networkFaults(network.value, quantityOf, at("network.yaml", network)));
  return faults;
}

/** The text of the INP, or the fault that it cannot be read. */
function readInp(
  folder: string,
  network: Extract<Checked<z.infer<typeof networkSchema>>, { ok: true }>,
): string | ConfigFault {
  const { inp } = network.value;
  try {
    return readFileSync(resolve(folder, inp), "utf8");
  } catch (thrown) {
    return faultAt(join(folder, "network.yaml"), network)(["inp"], `cannot be read: ${messageOf(thrown)}`);
  }
}

type Right = Extract<Checked<unknown>, { ok: true }>;

function faultAt(file: string, checked: Right) {
  return (path: readonly PropertyKey[], message: string): ConfigFault => ({
    file,
    line: checked.lineOf(path),
    key: formatPath(path),
    message,
  });
}

/** One file of the folder; a file that may be absent has a value to stand for it. */
function readPart<S extends z.ZodType>(
  folder: string,
  name: string,
  schema: S,
  absent?: object,
): Checked<z.infer<S>> {
  const file = join(folder, name);
  if (!existsSync(file)) {
    if (absent) return { ok: true, value: schema.parse(absent), lineOf: () => 1 };
    return { ok: false, faults: [{ file, line: 1, key: "", message: "there is no such file" }] };
  }
  return checkYaml(file, readFileSync(file, "utf8"), schema);
}

function recordingFaults(
  recording: Recording,
  utility: z.infer<typeof utilitySchema>,
  fault: (path: readonly PropertyKey[], message: string) => ConfigFault,
): ConfigFault[] {
  return Object.entries(recording.columns).flatMap(([column, { sensor, quantity }]) => {
    const found = utility.sensors.find(({ id }) => id === sensor);
    const path = ["columns", column, "sensor"];
    if (!found) return [fault(path, `there is no sensor "${sensor}" in utility.yaml`)];
    return found.quantity === quantity
      ? []
      : [fault(path, `"${sensor}" measures ${found.quantity}, not ${quantity}`)];
  });
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === "object" && part !== null && !Object.isFrozen(part)) deepFreeze(part);
  }
  return Object.freeze(value);
}
