/** Swahili: the tour of the pages. */
import type { Catalogue } from "../en.ts";

export const TOUR: Pick<Catalogue, "tour"> = {
  tour: {
    heading: "Ziara",
  },
};
