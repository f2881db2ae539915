/** Swahili: the page Sensors and agents. */
import type { Catalogue } from "../en.ts";

export const SENSORS: Pick<Catalogue, "sensors"> = {
  sensors: {
    heading: "Vihisi na mawakala",
  },
};
