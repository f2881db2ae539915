/** French: the page Settings. */
import type { Catalogue } from "../en.ts";

export const SETTINGS: Pick<Catalogue, "settings"> = {
  settings: {
    heading: "Réglages",
  },
};
