/** The newest sample of every sensor and the newest word of every site, and which of them pages have not been told of. */
import type { LatestSample } from "../model/history-store.ts";
import type { SiteView } from "../model/live.ts";
import type { Series } from "../model/sample.ts";

export interface Readings {
  readonly latest: readonly LatestSample[];
  readonly sites: readonly SiteView[];
}

export interface LatestReadings {
  onSeries(series: readonly Series[]): void;
  onSite(site: SiteView): void;
  all(): Readings;
  /** What changed since the last call; null when nothing did. */
  takeChanged(): Readings | null;
  /** Source time of the newest sample of any of the sensors, ms UTC; null when none has one. */
  newestMs(sensors: readonly string[]): number | null;
}

export function createLatestReadings(stored: readonly LatestSample[]): LatestReadings {
  const latest = new Map(stored.map((sample) => [sample.sensor, sample]));
  const sites = new Map<string, SiteView>();
  let changedSensors = new Set<string>();
  let changedSites = new Set<string>();

  return {
    onSeries(series) {
      for (const one of series) {
        const newest = newestOf(one);
        const known = latest.get(one.sensor);
        if (!newest || (known && known.timeMs > newest.timeMs)) continue;
        latest.set(one.sensor, newest);
        changedSensors.add(one.sensor);
      }
    },
    onSite(site) {
      if (isSame(sites.get(site.site), site)) return;
      sites.set(site.site, site);
      changedSites.add(site.site);
    },
    all: () => ({ latest: [...latest.values()], sites: [...sites.values()] }),
    takeChanged() {
      if (changedSensors.size + changedSites.size === 0) return null;
      const changed = {
        latest: [...changedSensors].flatMap((sensor) => latest.get(sensor) ?? []),
        sites: [...changedSites].flatMap((site) => sites.get(site) ?? []),
      };
      changedSensors = new Set();
      changedSites = new Set();
      return changed;
    },
    newestMs(sensors) {
      const times = sensors.flatMap((sensor) => latest.get(sensor)?.timeMs ?? []);
      return times.length > 0 ? Math.max(...times) : null;
    },
  };
}

function isSame(known: SiteView | undefined, site: SiteView): boolean {
  return (
    known !== undefined &&
    known.online === site.online &&
    known.lastHeardMs === site.lastHeardMs &&
    known.oldestUnacknowledgedMs === site.oldestUnacknowledgedMs &&
    known.agentSaidMs === site.agentSaidMs
  );
}

/** Series arrive in any order of time; of one time the later value wins. */
function newestOf({ sensor, timesMs, values, statuses }: Series): LatestSample | null {
  let index = -1;
  for (let i = 0; i < timesMs.length; i += 1) {
    if (index < 0 || timesMs[i]! >= timesMs[index]!) index = i;
  }
  if (index < 0) return null;
  return { sensor, timeMs: timesMs[index]!, value: values[index]!, status: statuses[index]! };
}
