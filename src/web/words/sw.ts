/** Every word of the page in Swahili, a file for each page. */
import type { Catalogue } from "./en.ts";
import { ALARMS } from "./sw/alarms.ts";
import { CHART } from "./sw/chart.ts";
import { DISTRICT } from "./sw/district.ts";
import { HISTORY } from "./sw/history.ts";
import { NOW } from "./sw/now.ts";
import { REPORTS } from "./sw/reports.ts";
import { SENSORS } from "./sw/sensors.ts";
import { SETTINGS } from "./sw/settings.ts";
import { SHELL } from "./sw/shell.ts";
import { TERMS } from "./sw/terms.ts";
import { TOUR } from "./sw/tour.ts";
import { TRAINING } from "./sw/training.ts";

export const SW: Catalogue = {
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
