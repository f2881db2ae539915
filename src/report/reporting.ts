/** All that others ask of this folder, as one value to hand over. */
import type { Reporting } from "../model/report.ts";
import { exchangeFileOf } from "./exchange-figures.ts";
import { makeReport } from "./make-report.ts";
import { periodSoFar } from "./report-period.ts";

export const REPORTING: Reporting = { periodSoFar, makeReport, exchangeFileOf };
