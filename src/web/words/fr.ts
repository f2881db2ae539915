/** Every word of the page in French, a file for each page. */
import type { Catalogue } from "./en.ts";
import { ALARMS } from "./fr/alarms.ts";
import { CHART } from "./fr/chart.ts";
import { DISTRICT } from "./fr/district.ts";
import { HISTORY } from "./fr/history.ts";
import { NOW } from "./fr/now.ts";
import { REPORTS } from "./fr/reports.ts";
import { SENSORS } from "./fr/sensors.ts";
import { SETTINGS } from "./fr/settings.ts";
import { SHELL } from "./fr/shell.ts";
import { TERMS } from "./fr/terms.ts";
import { TOUR } from "./fr/tour.ts";
import { TRAINING } from "./fr/training.ts";

export const FR: Catalogue = {
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
