/** French: the page Sensors and agents. */
import type { Catalogue } from "../en.ts";

export const SENSORS: Pick<Catalogue, "sensors"> = {
  sensors: {
    heading: "Capteurs et agents",
  },
};
