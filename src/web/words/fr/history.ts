/** French: the page History. */
import type { Catalogue } from "../en.ts";

export const HISTORY: Pick<Catalogue, "history"> = {
  history: {
    heading: "Historique",
  },
};
