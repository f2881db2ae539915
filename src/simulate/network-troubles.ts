/** Works the network as its troubles demand, step by step: holes, valves, unknown use, tanks that run over. */
import { HOUR_MS } from "../model/clock.ts";
import { localMinuteOfDay } from "../model/local-time.ts";
import { type EpanetNetwork, holeFor, orificeM3h, type Pipe } from "./epanet-network.ts";
import { lastsAt, type NetworkTrouble } from "./trouble.ts";

export interface TroubledNetwork {
  /** Before the step that begins then. */
  apply(timeMs: number): void;
  /** Times as much as usual is used on a pattern. */
  useTimes(pattern: string, timeMs: number): number;
  /** After a step: what each of the leaks loses, m3/h, in the order of the troubles; 0 for what is no leak. */
  leaking(): readonly number[];
}

export function troubleNetwork(
  network: EpanetNetwork,
  troubles: readonly NetworkTrouble[],
  timeZone: string,
): TroubledNetwork {
  const runs = (
    one: { fromMs: number; toMs?: number; hours?: readonly [number, number] },
    timeMs: number,
  ): boolean => lastsAt(one, timeMs) && (!one.hours || isWithin(one.hours, timeMs, timeZone));
  const holes = troubles.map((one): { readonly pipe: Pipe; areaM2: number } | null =>
    one.kind === "leak" ? { pipe: network.pipe(one.pipe), areaM2: 0 } : null,
  );
  const workers = troubles.map((one, at) => workerOf(network, one, holes[at] ?? null, runs));
  return {
    apply(timeMs) {
      for (const work of workers) work(timeMs);
      for (const [node, areaM2] of holesByNode(holes)) network.setHole(node, areaM2);
    },
    useTimes: (pattern, timeMs) =>
      troubles.reduce(
        (times, one) =>
          one.kind === "custom" && one.pattern === pattern && runs(one, timeMs) ? times * one.times : times,
        1,
      ),
    leaking: () =>
      holes.map((hole) =>
        hole
          ? hole.pipe.ends.reduce((sum, end) => sum + orificeM3h(hole.areaM2 / 2, network.pressureM(end)), 0)
          : 0,
      ),
  };
}

/** The water of a hole in a pipe leaves half at each end; holes that meet at a node add up. */
function holesByNode(
  holes: readonly ({ readonly pipe: Pipe; readonly areaM2: number } | null)[],
): ReadonlyMap<number, number> {
  const byNode = new Map<number, number>();
  for (const hole of holes) {
    for (const end of hole?.pipe.ends ?? [])
      byNode.set(end, (byNode.get(end) ?? 0) + (hole?.areaM2 ?? 0) / 2);
  }
  return byNode;
}

type Worker = (timeMs: number) => void;

function workerOf(
  network: EpanetNetwork,
  trouble: NetworkTrouble,
  hole: { areaM2: number } | null,
  runs: (
    one: { fromMs: number; toMs?: number; hours?: readonly [number, number] },
    timeMs: number,
  ) => boolean,
): Worker {
  switch (trouble.kind) {
    case "leak": {
      const fullM2 = holeFor(trouble.m3hAt50M);
      return (timeMs) => {
        const grown =
          trouble.growsForMs > 0 ? Math.min(1, (timeMs - trouble.fromMs) / trouble.growsForMs) : 1;
        if (hole) hole.areaM2 = lastsAt(trouble, timeMs) ? grown * fullM2 : 0;
      };
    }
    case "valve": {
      const link = network.link(trouble.link);
      return onChange(trouble, (on) => network.setOpen(link, on ? trouble.open : !trouble.open));
    }
    case "use": {
      const use = network.addUse(network.node(trouble.node), `unknown use at ${trouble.node}`);
      return (timeMs) => use(runs(trouble, timeMs) ? trouble.m3h : 0);
    }
    case "fill": {
      const use = network.addUse(network.node(trouble.node), `a tank filled at ${trouble.node}`);
      return (timeMs) =>
        use(lastsAt(trouble, timeMs) ? fillM3h(trouble, (timeMs - trouble.fromMs) / HOUR_MS) : 0);
    }
    case "overflow": {
      const tank = network.node(trouble.tank);
      const link = network.link(trouble.link);
      return onChange(trouble, (on) => {
        network.setControlled(link, !on);
        network.setOverflowing(tank, on);
        if (on) network.setOpen(link, true);
      });
    }
    case "custom":
      return () => {};
  }
}

/** Acts once when the trouble begins and once when it ends. */
function onChange(trouble: NetworkTrouble, act: (on: boolean) => void): Worker {
  let on = false;
  return (timeMs) => {
    if (lastsAt(trouble, timeMs) === on) return;
    on = !on;
    act(on);
  };
}

function isWithin([from, to]: readonly [number, number], timeMs: number, timeZone: string): boolean {
  const hour = (localMinuteOfDay(timeMs, timeZone) * 60_000) / HOUR_MS;
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}

/** Share of a tank's volume from which on its float valve closes with the level. */
const FLOAT_SHARE = 0.25;
/** Below this share of the full flow the valve is shut. */
const SHUT_SHARE = 0.03;

/** What a tank takes in so many hours after it began to fill. */
function fillM3h(
  { m3h, volumeM3 }: { readonly m3h: number; readonly volumeM3: number },
  hours: number,
): number {
  const openH = ((1 - FLOAT_SHARE) * volumeM3) / m3h;
  if (hours < openH) return m3h;
  const share = Math.exp((-m3h * (hours - openH)) / (FLOAT_SHARE * volumeM3));
  return share < SHUT_SHARE ? 0 : share * m3h;
}
