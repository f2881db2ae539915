/** What every page is given. */
import type { Action } from "../../model/live.ts";
import type { LiveState, Network } from "../live/live-state.ts";

export interface PageProps {
  readonly network: Network;
  readonly state: LiveState;
  readonly act: (action: Action) => void;
  /** What follows the page's own segment in the path. */
  readonly rest: readonly string[];
}
