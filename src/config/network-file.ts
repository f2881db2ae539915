/** network.yaml: the EPANET model of the utility's network, and where its sensors sit in it. */
import { z } from "zod";
import type { ConfigFault } from "../model/checked-yaml.ts";
import type { NetworkModel } from "../model/network-model.ts";
import type { Quantity } from "../model/units.ts";

const id = z.string().min(1).max(31);

export const networkSchema = z
  .object({
    inp: z.string().min(1).describe("the EPANET file, relative to this one; in CMH or LPS"),
    coordinates: z
      .union([
        z.literal("degrees"),
        z
          .object({
            metresFrom: z
              .object({
                latitudeDeg: z.number().min(-90).max(90),
                longitudeDeg: z.number().min(-180).max(180),
              })
              .strict(),
          })
          .strict(),
      ])
      .optional()
      .describe(
        "what the INP's coordinates are: longitude and latitude, or metres east and north of a place; left out, nothing is shown on the map",
      ),
    sensors: z
      .record(
        z.string(),
        z.union([
          z
            .object({ link: id.describe("a flow meter's, positive from its first node to its second") })
            .strict(),
          z.object({ node: id.describe("a pressure sensor's") }).strict(),
          z.object({ tank: id.describe("a level sensor's") }).strict(),
        ]),
      )
      .describe("by sensor of utility.yaml: where it sits in the network"),
  })
  .strict();

type NetworkFile = z.infer<typeof networkSchema>;

/** `inp` is the text of the file. */
export function networkModelOf({ coordinates, sensors }: NetworkFile, inp: string): NetworkModel {
  return { inp, coordinates: coordinates ?? null, places: sensors };
}

const QUANTITY_AT: Readonly<Record<"link" | "node" | "tank", Quantity>> = {
  link: "flow",
  node: "pressure",
  tank: "level",
};

/** What a schema cannot see: sensors that are not there, or measure something else. */
export function networkFaults(
  { sensors }: NetworkFile,
  quantityOf: ReadonlyMap<string, Quantity>,
  fault: (path: readonly PropertyKey[], message: string) => ConfigFault,
): ConfigFault[] {
  return Object.entries(sensors).flatMap(([sensor, place]) => {
    const path = ["sensors", sensor];
    const quantity = quantityOf.get(sensor);
    if (quantity === undefined) return [fault(path, `there is no sensor "${sensor}" in utility.yaml`)];
    const [kind] = Object.keys(place) as ("link" | "node" | "tank")[];
    const wanted = kind && QUANTITY_AT[kind];
    return quantity === wanted
      ? []
      : [fault(path, `"${sensor}" measures ${quantity}; at a ${kind} sits one that measures ${wanted}`)];
  });
}
