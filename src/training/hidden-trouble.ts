/** What a scenario does to the town, as an exercise asks about it: in which districts, what a good call would be, which crew mends it. */
import type { Judgement, Task } from "../model/training.ts";
import type { District } from "../model/utility.ts";
import { isOfSensor, isOfSite, type Trouble } from "../simulate/trouble.ts";

export interface HiddenTrouble {
  /** Place in the scenario's troubles. */
  readonly trouble: number;
  readonly what: Judgement;
  /** Null for what no crew can mend. */
  readonly task: Task | null;
  readonly place: string;
  readonly districts: readonly string[];
  readonly fromMs: number;
  readonly toMs: number | null;
}

export interface TownPlaces {
  readonly districts: readonly District[];
  /** Districts at the ends of a link or at a node of the network. */
  readonly districtsAt: (element: string) => readonly string[];
}

/** The largest leak first: a crew finds it before the others. What only customers do is nothing to be found. */
export function hiddenTroubles(troubles: readonly Trouble[], places: TownPlaces): readonly HiddenTrouble[] {
  return troubles
    .flatMap((one, trouble): HiddenTrouble[] => {
      const lasts = { trouble, fromMs: one.fromMs, toMs: one.toMs ?? null };
      if (isOfSensor(one)) {
        const districts = places.districts.filter((district) => sensorsOf(district).includes(one.sensor));
        return [
          {
            ...lasts,
            what: "sensor-fault",
            task: "meter",
            place: one.sensor,
            districts: districts.map(({ id }) => id),
          },
        ];
      }
      if (isOfSite(one)) return [];
      switch (one.kind) {
        case "leak":
          return [
            {
              ...lasts,
              what: "leak",
              task: "search",
              place: one.pipe,
              districts: places.districtsAt(one.pipe),
            },
          ];
        case "use":
          return [
            {
              ...lasts,
              what: "leak",
              task: "search",
              place: one.node,
              districts: places.districtsAt(one.node),
            },
          ];
        case "valve":
          return [
            {
              ...lasts,
              what: "boundary-valve",
              task: "valve",
              place: one.link,
              districts: places.districtsAt(one.link),
            },
          ];
        case "overflow":
          return [
            {
              ...lasts,
              what: "leak",
              task: "valve",
              place: one.tank,
              districts: places.districtsAt(one.tank),
            },
          ];
        default:
          return [];
      }
    })
    .sort((a, b) => sizeOf(troubles[b.trouble]!) - sizeOf(troubles[a.trouble]!));
}

function sizeOf(trouble: Trouble): number {
  return trouble.kind === "leak" ? trouble.m3hAt50M : 0;
}

function sensorsOf({ meters, tanks, pressureSensor }: District): readonly string[] {
  return [
    ...meters.map(({ sensor }) => sensor),
    ...tanks.map(({ levelSensor }) => levelSensor),
    ...(pressureSensor === undefined ? [] : [pressureSensor]),
  ];
}
