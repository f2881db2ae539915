/** What can befall a simulated network and its sensors. Times are ms UTC, half-open; without an end it lasts. */

interface Lasting {
  readonly fromMs: number;
  readonly toMs?: number;
}

/** A hole in a pipe that grows evenly to its full size, and is repaired at the end. */
interface Leak extends Lasting {
  readonly kind: "leak";
  readonly pipe: string;
  /** What the full hole loses at 50 m of pressure. */
  readonly m3hAt50M: number;
  readonly growsForMs: number;
}

/** A valve or pipe that is opened or shut against its usual state. */
interface Valve extends Lasting {
  readonly kind: "valve";
  readonly link: string;
  readonly open: boolean;
}

/** Use that nobody knows of at one junction: an illegal connection, a tanker filled, a large user. */
interface Use extends Lasting {
  readonly kind: "use";
  readonly node: string;
  readonly m3h: number;
  /** Hours of the wall clock within which it runs, half-open, past midnight when they fall; always when left out. */
  readonly hours?: readonly [from: number, to: number];
}

/** A tank that nobody meters fills once: at full flow, then ever more slowly as its float valve closes. */
interface Fill extends Lasting {
  readonly kind: "fill";
  readonly node: string;
  readonly m3h: number;
  readonly volumeM3: number;
}

/** Everybody on a demand pattern uses so many times as much: a festival, a strike. */
interface Custom extends Lasting {
  readonly kind: "custom";
  readonly pattern: string;
  readonly times: number;
  readonly hours?: readonly [from: number, to: number];
}

/** The float valve of a tank stays open, and what comes too much runs over the brim. */
interface Overflow extends Lasting {
  readonly kind: "overflow";
  readonly tank: string;
  /** The link that fills it. */
  readonly link: string;
}

export type NetworkTrouble = Leak | Valve | Use | Fill | Custom | Overflow;

/** What a sensor does wrong. */
export type SensorTrouble = Lasting & { readonly sensor: string } & (
    | { readonly kind: "drift"; readonly percentPerDay: number }
    | { readonly kind: "stuck" }
    | { readonly kind: "dead" }
    | { readonly kind: "outage" }
    | { readonly kind: "reversed" }
    /** Stands off by a share of the reading that changes by chance, so many times what the sensor's error is when well. */
    | { readonly kind: "noisy"; readonly times: number }
    /** A reading in so many is this many times what it should be. */
    | { readonly kind: "spikes"; readonly oneIn: number; readonly times: number }
    /** Readings come so much later than they were taken. */
    | { readonly kind: "late"; readonly byMs: number }
    /** The sensor's clock is so much ahead: readings carry a time that is not theirs. */
    | { readonly kind: "clock"; readonly aheadMs: number }
  );

/** An agent's power or its link is cut: what the water does is not changed by it, only what the centre learns of it, and when. */
export type SiteTrouble = Lasting & { readonly site: string; readonly kind: "power" | "link" };

export type Trouble = NetworkTrouble | SensorTrouble | SiteTrouble;

export function isOfSite(trouble: Trouble): trouble is SiteTrouble {
  return "site" in trouble;
}

export function isOfSensor(trouble: Trouble): trouble is SensorTrouble {
  return "sensor" in trouble;
}

export function lastsAt({ fromMs, toMs }: Lasting, timeMs: number): boolean {
  return timeMs >= fromMs && (toMs === undefined || timeMs < toMs);
}
