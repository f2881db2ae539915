/** All pages: the first segment of their path, their name in the catalogue, and their code, fetched when first opened. */
import type { ComponentType } from "preact";
import type { Catalogue } from "../words/en.ts";
import type { PageProps } from "./page.ts";

export interface PageEntry {
  /** "" is the page that opens first. */
  readonly path: string;
  /** Only where somebody is being trained. */
  readonly ofExercise?: boolean;
  readonly name: keyof Catalogue["pages"];
  fetch(): Promise<{ readonly default: ComponentType<PageProps> }>;
}

export const PAGES: readonly PageEntry[] = [
  { path: "", name: "now", fetch: () => import("../now/now-page.tsx") },
  { path: "alarms", name: "alarms", fetch: () => import("../alarms/alarms-page.tsx") },
  { path: "district", name: "district", fetch: () => import("../district/district-page.tsx") },
  { path: "history", name: "history", fetch: () => import("../history/history-page.tsx") },
  { path: "sensors", name: "sensors", fetch: () => import("../sensors/sensors-page.tsx") },
  { path: "reports", name: "reports", fetch: () => import("../reports/reports-page.tsx") },
  { path: "settings", name: "settings", fetch: () => import("../settings/settings-page.tsx") },
  {
    path: "training",
    name: "training",
    ofExercise: true,
    fetch: () => import("../training/training-page.tsx"),
  },
];
