/**
 * What `npm start` shows in its first minute, as the processes they are, in a real browser: live values, last nights, a leak explained and
 * looked for in its pipes, a sensor fault told apart, a district by the hour assessed as such; and the tour that says so.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../demo/demo-network.ts";
import { findProgram } from "../support/programs.ts";
import { until } from "../support/waiting.ts";
import { launchChromium } from "./chromium.ts";

const chromium = findProgram("chromium");
const root = fileURLToPath(new URL("../..", import.meta.url));

describe.skipIf(!chromium)("npm start", () => {
  let demo: ChildProcess;
  let data = "";
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "nightflow-first-"));
    const ports = ["--http-port", "0", "--broker-port", "0", "--station-port", String(await freePort())];
    demo = spawn(process.execPath, ["src/main.ts", "demo", ...ports, "--data", data], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const address = await addressOf(demo);
    browser = await launchChromium(chromium ?? "chromium");
    page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    page.setDefaultTimeout(60_000);
    await page.goto(address);
    await page.locator("li.alarm").first().waitFor();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    if (demo?.exitCode === null) {
      const gone = once(demo, "close");
      demo.kill("SIGTERM");
      await gone;
    }
    await rm(data, { recursive: true, force: true });
  }, 60_000);

  const alarm = (what: RegExp) => page.locator("li.alarm", { hasText: what });

  test("values come in live", async () => {
    await page.locator('[data-link="live"]').waitFor();
    const value = page.locator(".last-values .last-value").first();
    const before = await value.textContent();
    await until("the value changes", async () => (await value.textContent()) !== before, 60_000);
  }, 90_000);

  test("last nights, a leak alarm explained, a sensor fault told apart, a district by the hour as such", async () => {
    expect(await page.locator("table.districts tbody tr").count()).toBe(5);
    expect(await page.locator("table.districts svg.sparkline").count()).toBeGreaterThan(3);
    expect(await alarm(/Sensor stuck: Reli inlet/).textContent()).toContain("no leak");
    expect(await page.locator('tr[data-district="pwani"]').textContent()).toMatch(/Not assessable/);
    expect(await alarm(/Sokoni \(market\)/).count()).toBe(1);
  }, 90_000);

  test("the tour says what is seen, by keyboard, covers nothing, and does not come back", async () => {
    const tour = page.locator("section.tour");
    await tour.waitFor();
    await tour.locator("button.primary").focus();
    const told: string[] = [];
    for (let step = 0; step < 6; step += 1) {
      told.push((await tour.locator("p").first().textContent()) ?? "");
      if (step < 5) await page.keyboard.press("ArrowRight");
    }
    expect(told.map((text) => text.slice(0, 7))).toEqual([1, 2, 3, 4, 5, 6].map((step) => `${step} of 6.`));
    expect(told[2]).toContain("Sokoni (market) leaks");
    expect(told[3]).toContain("Reli inlet, chamber 4 shows the same number");
    expect(told[4]).toContain("Pwani (lakeside) has water only at some hours");
    expect(await page.locator("[data-toured]").count()).toBe(1);
    const box = await tour.boundingBox();
    const first = await page.locator("li.alarm").first().boundingBox();
    expect(box!.y + box!.height).toBeLessThanOrEqual(first!.y);
    await page.keyboard.press("Escape");
    await tour.waitFor({ state: "detached" });
    await page.reload();
    await page.locator("li.alarm").first().waitFor();
    expect(await tour.count()).toBe(0);
  }, 90_000);

  test("the leak's own page says in which pipes it may be, the true one first of all", async () => {
    const id = await alarm(/Sokoni \(market\)/).getAttribute("data-alarm");
    await page.goto(new URL(`/alarms/${encodeURIComponent(id ?? "")}`, page.url()).href);
    const pipes = page.locator(".pipe-candidates li");
    await pipes.first().waitFor();
    expect((await pipes.allTextContents()).slice(0, 3).join()).toContain("SK-P12");
    await page.locator(".alarm-location .map-candidate").first().waitFor();
  }, 120_000);
});

/** Resolves with the address the demo prints once everything runs. */
async function addressOf(demo: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: demo.stdout! })) {
    const address = /http:\/\/\S+/.exec(line)?.[0];
    if (address) return address;
  }
  throw new Error("the demo ended before it said where it listens");
}
