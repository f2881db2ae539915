/**
 * Pictures of the pages, only when asked for, because a test run leaves the tree as it was: UPDATE_SCREENSHOTS=1 renews those of the
 * documentation; SCREENSHOTS_TO=FOLDER writes every page in every size, to be looked at.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

export const SIZES = [
  { width: 1920, height: 1080 },
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
] as const;

/** Of these the documentation has pictures. */
const DOCUMENTED = new Set([
  "now-1920",
  "now-390",
  "alarm-1366",
  "alarm-390",
  "district-1366",
  "history-1366",
  "report-1366",
  "compare-1366",
  "sensors-1366",
  "hand-reading-390",
  "settings-1366",
]);

const DOCUMENTATION = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));

/** What is in view now. */
export async function picture(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  const file = `${name}-${width}`;
  if (process.env.UPDATE_SCREENSHOTS === "1" && DOCUMENTED.has(file))
    await write(page, DOCUMENTATION, file, false);
  const folder = process.env.SCREENSHOTS_TO;
  if (folder) await write(page, folder, file, true);
}

/** The page as it stands, in every size. */
export async function pictures(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS !== "1" && !process.env.SCREENSHOTS_TO) return;
  const before = page.viewportSize();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await page.evaluate("scrollTo(0, 0)");
    await drawn(page);
    await picture(page, name);
  }
  if (before) await page.setViewportSize(before);
}

/** Charts follow the width of the window in the frames after it. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))",
  );
}

async function write(page: Page, folder: string, file: string, fullPage: boolean): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${file}.png`), fullPage });
}
