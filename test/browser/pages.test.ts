/** The pages Alarms, District and History in a real browser against the real service: the main task of each, once in each language. */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Catalogue } from "../../src/web/words/en.ts";
import { EN } from "../../src/web/words/en.ts";
import { FR } from "../../src/web/words/fr.ts";
import { SW } from "../../src/web/words/sw.ts";
import { findProgram } from "../support/programs.ts";
import { until } from "../support/waiting.ts";
import { faultsInBothThemes } from "./axe.ts";
import { buildPage, launchChromium } from "./chromium.ts";
import { type DemoCentre, startDemoCentre } from "./demo-centre.ts";
import { pictures } from "./screenshots.ts";

const chromium = findProgram("chromium");

/** In each language the operator does another thing to the alarm. */
const LANGUAGES = [
  {
    locale: "en-GB",
    text: EN,
    decimal: ".",
    act: { key: "a", type: null, told: "acknowledged by operator" },
  },
  {
    locale: "fr-FR",
    text: FR,
    decimal: ",",
    act: { key: "c", type: "Équipe en route", told: "operator : Équipe en route" },
  },
  { locale: "sw-KE", text: SW, decimal: ".", act: { key: "g", type: "Juma", told: null } },
] as const;

describe.skipIf(!chromium)("the pages", () => {
  const pageFolder = join(tmpdir(), `nightflow-pages-${process.pid}`);
  let browser: Browser;
  let centre: DemoCentre;

  beforeAll(async () => {
    await buildPage(pageFolder);
    browser = await launchChromium(chromium ?? "chromium");
    centre = await startDemoCentre(pageFolder);
  });
  afterAll(async () => {
    await centre?.close();
    await browser?.close();
    await rm(pageFolder, { recursive: true, force: true });
  });

  describe.each(LANGUAGES)("in $locale", ({ locale, text, decimal, act }) => {
    let context: BrowserContext;
    let page: Page;
    const faults: string[] = [];

    beforeAll(async () => {
      context = await browser.newContext({ locale, viewport: { width: 1366, height: 768 } });
      page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.on("pageerror", (error) => faults.push(error.message));
      await page.goto(centre.address);
    });
    afterAll(() => context?.close());

    test("an alarm is found, read and acted on by keyboard alone", async () => {
      await page.locator(".waiting-alarms, .alarm-count").waitFor();
      await page.locator(".alarm-row", { hasText: "Sokoni" }).waitFor();
      await pressUntil(page, "Tab", "nav a[href='/alarms']");
      await page.keyboard.press("Enter");
      await page.locator(".alarms-page .alarm-row", { hasText: "Sokoni" }).waitFor();
      await pressUntil(page, "Tab", ".alarms-page .alarm-row");
      await walkTo(page, "Sokoni");
      await page.keyboard.press("Enter");
      await page.locator(".one-alarm", { hasText: "Sokoni" }).waitFor();

      await page.keyboard.press(act.key);
      if (act.type !== null) {
        await page.keyboard.type(act.type);
        await page.keyboard.press("Enter");
      }
      if (act.told !== null) await page.locator(".one-alarm .history", { hasText: act.told }).waitFor();
      else await page.locator(".one-alarm .alarm-state", { hasText: act.type ?? "" }).waitFor();
      expect(await page.locator(":focus").count()).toBe(1);
    });

    test("its page answers why: expected flow, nights, pressure, causes ruled out, what to do", async () => {
      const alarm = page.locator(".one-alarm");
      await alarm.locator(".band-key").waitFor();
      await until("two charts", async () => (await alarm.locator("canvas").count()) === 2);
      await alarm.locator(".nights-chart .leaking .excess").first().waitFor();
      const told = (await alarm.textContent()) ?? "";
      for (const expected of [
        text.alarms.why,
        text.alarms.ruledOut,
        text.chart.expectedBand,
        text.alarms.nights,
        text.alarms.toDo,
        text.work.heading,
      ])
        expect(told).toContain(expected);
      expect(told).toMatch(new RegExp(`\\d+\\${decimal}\\d m³/h`));
      if (locale === "en-GB") await pictures(page, "alarm");
      await page.keyboard.press("Escape");
      await page.locator(".one-alarm").waitFor({ state: "detached" });
    });

    test("a district tells what its night is made of, and what if", async () => {
      await page.getByRole("link", { name: text.pages.district, exact: true }).click();
      await page.locator(".district-heading select").selectOption("mlimani");
      await page.locator(".breakdown-table").waitFor();
      await page.locator(".balance-side.leaving", { hasText: "Pwani" }).waitFor();
      const bar = page.locator(".nights-chart title").first();
      expect(await bar.textContent()).toContain(`${text.chart.excess}`);
      expect(await page.locator(".district-page").textContent()).toContain(text.district.bands.A);

      await page.locator(".supply-day").waitFor();
      if (locale === "en-GB") await pictures(page, "district");
      const before = page
        .locator(".breakdown-table tr", { hasText: text.chart.background })
        .locator(".figure");
      const was = figureIn(await before.textContent(), decimal);
      const label = text.district.tryAnother.replace("{setting}", text.district.parameters.pressureM);
      await page.getByLabel(label).fill("23");
      const outcome = page.locator(".what-if-outcome tr", { hasText: text.chart.background });
      await outcome.waitFor();
      // At half the pressure a third of the background seeps: 0.5 to the power of 1.5.
      const then = figureIn(await outcome.locator(".figure").last().textContent(), decimal);
      expect(then / was).toBeGreaterThan(0.3);
      expect(then / was).toBeLessThan(0.4);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      await page.setViewportSize({ width: 1366, height: 768 });
      await page.getByRole("button", { name: text.district.asConfigured }).click();
      await page.locator(".what-if-outcome").waitFor({ state: "detached" });
    });

    test("history is moved, compared, summed up, taken away and shared", async () => {
      await page.getByRole("link", { name: text.district.inHistory }).click();
      await page.locator(".history-plot canvas").waitFor();
      await page.locator(".statistics tbody tr", { hasText: "Mlimani inlet" }).waitFor();
      await page.getByLabel(text.history.compare).selectOption("week");
      await page.getByText(text.history.before.replace("{sensor}", "Mlimani inlet")).waitFor();
      await page.getByRole("button", { name: text.history.closer }).click();
      await until("the address follows", () => new URL(page.url()).searchParams.has("from"));
      expect(new URL(page.url()).searchParams.get("compare")).toBe("week");

      const whole = await page.locator(".statistics tbody td").nth(4).textContent();
      const plot = page.locator(".history-plot .u-over");
      const box = (await plot.boundingBox())!;
      await page.keyboard.down("Shift");
      await page.mouse.move(box.x + box.width * 0.3, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.6, box.y + 50, { steps: 4 });
      await page.mouse.up();
      await page.keyboard.up("Shift");
      await page.locator("#statistics-heading", { hasText: text.history.ofSelection }).waitFor();
      expect(await page.locator(".statistics tbody td").nth(4).textContent()).not.toBe(whole);
      if (locale === "en-GB") await pictures(page, "history");
      await page.getByRole("button", { name: text.history.wholeRange }).click();

      const csv = await page.locator(".downloads a", { hasText: "CSV" }).last().getAttribute("href");
      const answer = await fetch(new URL(csv ?? "", centre.address));
      expect(answer.headers.get("content-type")).toContain("text/csv");
      expect((await answer.text()).split("\n").length).toBeGreaterThan(50);

      const ends = () =>
        page
          .locator("input[type=datetime-local]")
          .evaluateAll("(all) => all.map(({ value }) => value)" as never);
      const shown = await ends();
      await page.reload();
      await page.locator(".history-plot canvas").waitFor();
      expect(await ends()).toEqual(shown);
    });

    test("raised no error on the way", () => {
      expect(faults).toEqual([]);
    });
  });

  test.each(["/alarms", "alarm", "/district/sokoni", "/district/pwani", "/history"])(
    "axe finds nothing serious on %s, in light or dark",
    async (path) => {
      const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
      page.setDefaultTimeout(15_000);
      await page.goto(centre.address + (path === "alarm" ? await alarmPath(centre) : path));
      await page.locator("main section, main article").first().waitFor();
      if (path !== "/alarms") await page.locator("main canvas").first().waitFor();
      expect(await faultsInBothThemes(page)).toEqual([]);
      await page.close();
    },
  );

  test("an address of nothing says so", async () => {
    const page = await browser.newPage();
    for (const [path, told] of unknownPlaces(EN)) {
      await page.goto(centre.address + path);
      await page.getByText(told).waitFor();
    }
    await page.close();
  });
});

function unknownPlaces(text: Catalogue): readonly (readonly [string, string])[] {
  return [
    ["/nowhere", text.shell.noSuchPage],
    ["/alarms/nothing", text.alarms.unknown],
    ["/district/nothing", text.district.unknown],
    ["/history?sensors=-", text.history.nothingChosen],
  ];
}

async function alarmPath(centre: DemoCentre): Promise<string> {
  const answer = await fetch(`${centre.address}/api/v1/alarms`);
  const { alarms } = (await answer.json()) as { alarms: readonly { id: string }[] };
  const leak = alarms.find(({ id }) => id.includes("sokoni"));
  return `/alarms/${encodeURIComponent(leak?.id ?? "")}`;
}

/** Presses a key until the focus is where it should be: whoever has no mouse gets there too. */
async function pressUntil(page: Page, key: string, selector: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press(key);
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
  }
  throw new Error(`40 times ${key} did not lead to ${selector}`);
}

async function walkTo(page: Page, what: string): Promise<void> {
  for (let rows = 0; rows < 10; rows += 1) {
    const text = await page.locator(".alarm-row:focus").textContent();
    if (text?.includes(what)) return;
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`no alarm about ${what}`);
}

function figureIn(text: string | null, decimal: string): number {
  return Number(/[\d.,]+/.exec(text ?? "")?.[0].replace(decimal, "."));
}
