/**
 * What a centre sees when it holds some of a utility's districts beside other centres; and what of the others' work reaches it. A centre
 * that holds every district sees everything, and nothing is different.
 */
import type { Logger } from "pino";
import { brokerAccess } from "./broker.ts";
import type { CentreConfig } from "./config/centre-config.ts";
import type { Holding } from "./history.ts";
import { type Following, startFollowing } from "./ingest/mqtt-following.ts";
import { Failure } from "./model/failure.ts";
import type { Series } from "./model/sample.ts";
import { type Share, shareOf } from "./model/share.ts";
import type { Utility } from "./model/utility.ts";

export interface Division {
  /** Null when this is the only centre. */
  readonly share: Share | null;
  /** As the page and those who are told see it. */
  readonly config: CentreConfig;
  readonly judged: Utility;
  readonly holding: Holding;
}

/** Throws Failure "wrong-share". `districts` is null for all. */
export function divisionOf(config: CentreConfig, districts: readonly string[] | null): Division {
  const { utility, server } = config;
  if (districts === null) {
    const all = utility.districts.map(({ id }) => id);
    const holding = { districts: all, whole: true, isWanted: () => true };
    return { share: null, config, judged: utility, holding };
  }
  if (server.broker.kind !== "external" || server.store.kind !== "influx") {
    const message =
      "centres that divide the districts share a broker and an InfluxDB: in server.yaml, broker.kind is to be external and store.kind influx";
    throw new Failure("wrong-share", message);
  }
  const share = shareOf(utility, districts);
  const holding = { districts: share.held, whole: false, isWanted: share.wants };
  return { share, config: { ...config, utility: share.shown }, judged: share.judged, holding };
}

export interface FollowingParts {
  readonly onStored: (series: readonly Series[]) => void;
  readonly onMissed: () => void;
  readonly log: Logger;
}

/** Null when there is nobody to follow. */
export function follow(
  { share, config, judged }: Division,
  { utility }: CentreConfig,
  parts: FollowingParts,
): Following | null {
  const { broker } = config.server;
  if (!share || broker.kind !== "external") return null;
  const isOwn = (sensor: string) => share.ownerOf({ kind: "sensor", id: sensor }) !== undefined;
  return startFollowing({
    url: broker.url,
    access: brokerAccess(broker),
    utility: utility.id,
    sensors: judged.sensors.map(({ id }) => id),
    own: utility.sensors.map(({ id }) => id).filter((id) => isOwn(id) && share.isWatchedElsewhere(id)),
    // What a command sent in may belong to anybody.
    isTold: (sensor) => !isOwn(sensor) || share.isWatchedElsewhere(sensor),
    ...parts,
  });
}
