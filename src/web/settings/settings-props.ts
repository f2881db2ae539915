/** What every part of the page Settings is given. */
import type { Utility } from "../../model/utility.ts";

export interface SettingsProps {
  readonly utility: Utility;
  /** By whose clocks times are shown and entered. */
  readonly timeZone: string;
}
