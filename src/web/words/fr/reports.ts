/** French: the page Reports. */
import type { Catalogue } from "../en.ts";

export const REPORTS: Pick<Catalogue, "reports"> = {
  reports: {
    heading: "Rapports",
  },
};
