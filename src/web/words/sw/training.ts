/** Swahili: the page Training. */
import type { Catalogue } from "../en.ts";

export const TRAINING: Pick<Catalogue, "training"> = {
  training: {
    heading: "Mafunzo",
  },
};
