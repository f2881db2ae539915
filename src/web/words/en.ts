/** Every word of the page in English, a file for each page; it sets what a catalogue holds. Values stand in braces; {one, other} go by number. */

import { ALARMS } from "./en/alarms.ts";
import { CHART } from "./en/chart.ts";
import { DISTRICT } from "./en/district.ts";
import { HISTORY } from "./en/history.ts";
import { NOW } from "./en/now.ts";
import { REPORTS } from "./en/reports.ts";
import { SENSORS } from "./en/sensors.ts";
import { SETTINGS } from "./en/settings.ts";
import { SHELL } from "./en/shell.ts";
import { TERMS } from "./en/terms.ts";
import { TOUR } from "./en/tour.ts";
import { TRAINING } from "./en/training.ts";

export const EN = {
  ...SHELL,
  ...TERMS,
  ...NOW,
  ...CHART,
  ...ALARMS,
  ...DISTRICT,
  ...HISTORY,
  ...SENSORS,
  ...REPORTS,
  ...SETTINGS,
  ...TRAINING,
  ...TOUR,
};

/** What every language must have, by the same names. */
export type Catalogue = Widened<typeof EN>;

type Widened<T> = { readonly [K in keyof T]: T[K] extends string ? string : Widened<T[K]> };
