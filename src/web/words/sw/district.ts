/** Swahili: the page District. */
import type { Catalogue } from "../en.ts";

export const DISTRICT: Pick<Catalogue, "district"> = {
  district: {
    heading: "Eneo",
  },
};
