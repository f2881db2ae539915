/**
 * Which topics a centre listens to. One that holds every district takes all that is sent; of several, each takes what belongs to its
 * districts, by a session for each. Pure.
 */
import type { Share } from "../model/share.ts";
import type { Utility } from "../model/utility.ts";
import { topicOf } from "../model/wire.ts";
import { type DeviceTopic, filterOf } from "./device-topic.ts";

/** Those whose samples somebody takes in when several centres divide a utility. */
export function knownSites({ sensors }: Utility): ReadonlySet<string> {
  return new Set([...sensors.map(({ site }) => site), ...COMMAND_SITES]);
}

export interface Route {
  /** A district; undefined for one session over everything. */
  readonly session?: string;
  readonly filters: readonly string[];
}

/** What commands send in, for any district. */
const COMMAND_SITES = ["import", "retry"];

export function routesOf(
  utility: Utility,
  devices: readonly DeviceTopic[],
  share: Share | null,
): readonly Route[] {
  if (!share) {
    const own = [topicOf(utility.id, "+", "telemetry"), topicOf(utility.id, "+", "status")];
    return [{ filters: [...new Set([...own, ...devices.map((device) => filterOf(device))])] }];
  }
  const sites = knownSites(utility);
  return share.held.map((session) => {
    const ownSites = [...sites].filter((id) => share.ownerOf({ kind: "site", id }) === session);
    // Whoever holds the first district hears of agents whose site nobody knows.
    const heard = session === utility.districts[0]?.id ? ["+"] : ownSites;
    const filters = [
      ...ownSites.map((site) => topicOf(utility.id, site, "telemetry")),
      ...heard.map((site) => topicOf(utility.id, site, "status")),
    ];
    const ownSensors = utility.sensors
      .map(({ id }) => id)
      .filter((id) => share.ownerOf({ kind: "sensor", id }) === session);
    return { session, filters: [...new Set([...filters, ...deviceFilters(devices, ownSensors)])] };
  });
}

/** Topics that name the sensor are asked for by name: others' messages never come. */
function deviceFilters(devices: readonly DeviceTopic[], sensors: readonly string[]): readonly string[] {
  return devices.flatMap((device) => {
    if (device.topic.split("/").includes("{sensor}"))
      return sensors.map((sensor) => filterOf(device, sensor));
    return device.sensor !== undefined && sensors.includes(device.sensor) ? [filterOf(device)] : [];
  });
}
