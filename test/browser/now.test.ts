/** The page Now in a real browser against the real service: what an operator does in a night, at a wall, a desk and in a trench. */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AlarmView } from "../../src/model/live.ts";
import { findProgram } from "../support/programs.ts";
import { until } from "../support/waiting.ts";
import { faultsInBothThemes } from "./axe.ts";
import { buildPage, launchChromium } from "./chromium.ts";
import { type DemoCentre, startDemoCentre } from "./demo-centre.ts";
import { picture, SIZES } from "./screenshots.ts";

/** Whether the growing leak is told as a leak or as a burst is the judgement's. */
const LEAK = "Sokoni (market)";
const STUCK = "Sensor stuck: Reli inlet, chamber 4";

const chromium = findProgram("chromium");

describe.skipIf(!chromium)("the page Now", () => {
  const pageFolder = join(tmpdir(), `nightflow-page-${process.pid}`);
  let browser: Browser;

  beforeAll(async () => {
    await buildPage(pageFolder);
    browser = await launchChromium(chromium ?? "chromium");
  });
  afterAll(async () => {
    await browser?.close();
    await rm(pageFolder, { recursive: true, force: true });
  });

  describe.each(SIZES)("at $width x $height", ({ width, height }) => {
    let centre: DemoCentre;
    let page: Page;
    const faults: string[] = [];

    beforeAll(async () => {
      centre = await startDemoCentre(pageFolder);
      page = await browser.newPage({ viewport: { width, height } });
      page.setDefaultTimeout(10_000);
      page.on("pageerror", (error) => faults.push(error.message));
      await page.goto(centre.address);
      await alarm(LEAK).waitFor();
    });
    afterAll(async () => {
      await page?.close();
      await centre?.close();
    });

    const alarm = (what: string): Locator => page.locator("li.alarm", { hasText: what });
    const row = (what: string): Locator => alarm(what).locator(".alarm-row");
    const district = (name: string): Locator => page.locator(".districts tbody tr", { hasText: name });
    const link = (kind: string): Locator => page.locator(`[data-link="${kind}"]`);

    test("shows what leaks with its size, cost and reasons", async () => {
      await row(LEAK).click();
      await alarm(LEAK).locator("canvas").first().waitFor();
      const text = await alarm(LEAK).textContent();
      expect(text).toMatch(/\d+\.\d m³\/h \(\d+\.\d to \d+\.\d\)/);
      expect(text).toMatch(/since \w{3} \d+ Nov \d\d:00/);
      expect(text).toMatch(/lost [\d,]+ m³, KES\s[\d,]+ · KES\s[\d,]+ a day/);
      expect(text).toMatch(/(Water leaks|A pipe has burst) in the district: .* m³\/h/);
      expect(text).toMatch(/Response[\s\S]*Cause[\s\S]*Consequence/);
      expect(await page.locator("#flow-heading").textContent()).toBe(
        "Sokoni (market): flow of the last 24 h",
      );
    });

    test("tells a sensor fault apart from a leak, and says why a night could not be judged", async () => {
      expect(await row(STUCK).textContent()).toContain("Sensor fault, no leak");
      const faulty = await district("Reli").textContent();
      expect(faulty).toContain("Sensor stuck: Reli inlet, chamber 4, since Sun 22 Nov 10:00");
      expect(faulty).toMatch(/Not assessable on .* because: /);
      expect(faulty).not.toMatch(/Leak|Burst/);
      expect(await district("Sokoni").textContent()).toMatch(/Leak|Burst/);
      expect(await district("Sokoni").locator("svg.sparkline").count()).toBe(1);
    });

    test("shows readings as they come, with their age", async () => {
      const reading = page.locator(".last-heard", { hasText: "Sokoni inlet" });
      const before = await reading.locator(".last-value").textContent();
      expect(before).toMatch(/^\d+\.\d m³\/h$/);
      await until(
        "another reading",
        async () => (await reading.locator(".last-value").textContent()) !== before,
      );
      expect(await reading.locator(".last-age").textContent()).toMatch(/^\d s ago$/);
    });

    test("fits: nothing is wider than the screen", async () => {
      const beyond = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(beyond).toBe(0);
      await page.locator("path.map-district").first().waitFor();
      await picture(page, "now");
    });

    test("the map shows where water leaks, in words and by keyboard too, and chooses the district", async () => {
      const leaking = page.locator("path.map-district[data-standing=leaking]");
      await leaking.waitFor();
      expect(await leaking.getAttribute("aria-label")).toMatch(
        /^Sokoni \(market\): leaking, excess \d+\.\d m³\/h$/,
      );
      expect(await page.locator(".map-label.leaking").textContent()).toMatch(
        /^▲ Sokoni \(market\)\s*\d+\.\d m³\/h$/,
      );
      await page.locator("path.map-district[data-district=mlimani]").focus();
      await page.keyboard.press("Enter");
      await page.locator("#flow-heading", { hasText: "Mlimani (hillside)" }).waitFor();
      await page.locator("path.map-district.chosen[data-district=mlimani]").waitFor();
      await district("Sokoni").locator(".district-name").click();
    });

    test("axe finds nothing serious, in light or dark", async () => {
      expect(await faultsInBothThemes(page)).toEqual([]);
    });

    test("an alarm is walked to, commented and acknowledged by keyboard alone", async () => {
      await row(LEAK).focus();
      const walked = page.locator(".alarm-row:focus");
      const start = await walked.textContent();
      await page.keyboard.press("ArrowDown");
      expect(await walked.textContent()).not.toBe(start);
      await page.keyboard.press("ArrowUp");
      expect(await walked.textContent()).toBe(start);

      await page.keyboard.press("c");
      await page.keyboard.type("Crew sounds the street tonight");
      await page.keyboard.press("Enter");
      await alarm(LEAK).locator(".history", { hasText: "sounds the street tonight" }).waitFor();

      await page.keyboard.press("a");
      await alarm(LEAK).locator(".history", { hasText: "acknowledged by operator" }).waitFor();
      expect((await told(centre, "sokoni"))?.acknowledgedBy).toBe("operator");
      // Acknowledged, it makes room for what still waits, and keeps the focus.
      expect(await page.locator(".alarm-row:focus").textContent()).toContain(LEAK);
      const order = await page.locator(".alarm-what").allTextContents();
      expect(order.at(-1)).toContain(LEAK);
    });

    test("a shelved alarm is out of the way, not out of reach", async () => {
      await row(LEAK).focus();
      await page.keyboard.press("s");
      await page.keyboard.type("Crew on its way");
      await page.keyboard.press("Enter");
      await page.locator("summary", { hasText: "Put aside" }).waitFor();
      expect(await page.locator(".alarm-row:focus").count()).toBe(1);
      expect((await told(centre, "sokoni"))?.shelved?.reason).toBe("Crew on its way");
      await page.locator("summary", { hasText: "Put aside" }).click();
      await alarm(LEAK).getByRole("button", { name: "Take off the shelf" }).click();
      await page.locator("summary", { hasText: "Put aside" }).waitFor({ state: "detached" });
    });

    test("a lost connection is seen at once, and comes back without a reload", async () => {
      await page.evaluate("window.openedOnce = true");
      await link("live").waitFor();
      await centre.stopService();
      await link("lost").waitFor();
      expect(await link("lost").textContent()).toMatch(/^Connection lost.* what you see is \d+ s old/);
      expect(await row(STUCK).isVisible()).toBe(true);
      await row(STUCK).focus();
      await page.keyboard.press("a");
      await alarm(STUCK).locator(".refusal", { hasText: "Not sent" }).waitFor();

      await centre.startServiceAgain();
      await link("live").waitFor();
      expect(await page.evaluate("window.openedOnce")).toBe(true);
      await row(STUCK).focus();
      await page.keyboard.press("a");
      await until("acknowledged", async () => (await told(centre, "reli-inflow"))?.state === "acknowledged");
    });

    test("raised no error on the way", () => {
      expect(faults).toEqual([]);
    });
  });
});

/** The alarm about a district or a sensor as the centre tells others of it. */
async function told(centre: DemoCentre, subject: string): Promise<AlarmView | undefined> {
  const answer = await fetch(`${centre.address}/api/v1/alarms`);
  const { alarms } = (await answer.json()) as { alarms: readonly AlarmView[] };
  return alarms.find(({ verdict }) => verdict.subject.id === subject);
}
