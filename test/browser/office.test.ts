/** The pages Sensors, Reports and Settings in a real browser against the real service: the main task of each, in each language. */
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExchangeFile } from "../../src/model/exchange-file.ts";
import { EN } from "../../src/web/words/en.ts";
import { FR } from "../../src/web/words/fr.ts";
import { SW } from "../../src/web/words/sw.ts";
import { AUTHOR, COOKIE, granted, openTestAccess, secretIn } from "../access/open-access.ts";
import { startCentre } from "../operator/centre.ts";
import { findProgram } from "../support/programs.ts";
import { until } from "../support/waiting.ts";
import { faultsInBothThemes } from "./axe.ts";
import { buildPage, launchChromium } from "./chromium.ts";
import { type DemoCentre, startDemoCentre } from "./demo-centre.ts";
import { pictures } from "./screenshots.ts";

const chromium = findProgram("chromium");
const PASSWORD = "water runs under the town";

/** October is over in the demo town; in each language another district is billed, and a level is read that was never seen before. */
const LANGUAGES = [
  {
    locale: "en-GB",
    text: EN,
    month: "October 2026",
    district: "sokoni",
    number: "18,250",
    partner: "Bahari",
    level: 41,
  },
  {
    locale: "fr-FR",
    text: FR,
    month: "octobre 2026",
    district: "mlimani",
    number: "18 250",
    partner: "Lac",
    level: 91,
  },
  {
    locale: "sw-KE",
    text: SW,
    month: "Oktoba 2026",
    district: "majengo",
    number: "18,250",
    partner: "Mto",
    level: 191,
  },
] as const;

const plain = (text: string | null) => (text ?? "").replace(/\s/g, " ");

describe.skipIf(!chromium)("the pages of the office", () => {
  const pageFolder = join(tmpdir(), `nightflow-office-${process.pid}`);
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

  describe.each(LANGUAGES)("in $locale", ({ locale, text, month, district, number, partner, level }) => {
    let context: BrowserContext;
    let page: Page;
    const faults: string[] = [];
    const opened = async (path: string) => {
      await page.goto(centre.address + path);
      await page.locator("main section, main article").first().waitFor();
    };

    beforeAll(async () => {
      context = await browser.newContext({ locale, viewport: { width: 1366, height: 768 } });
      page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.on("pageerror", (error) => faults.push(error.message));
    });
    afterAll(() => context?.close());

    test("a month's report says what is measured, and what is not known and why", async () => {
      await opened(`/reports?of=2026-11&area=${district}`);
      const line = (name: string) => page.locator(`tr[data-line="${name}"]`);
      await line("systemInput").waitFor();
      expect(await line("systemInput").textContent()).toContain(text.reports.from.measured);
      expect(await line("billedMetered").textContent()).toContain(text.reports.unknown);
      const sheet = plain(await page.locator(".report").textContent());
      for (const told of [text.reports.notOver, text.reports.nights, text.reports.alr, text.reports.ili])
        expect(sheet).toContain(plain(told));
      if (locale === "en-GB") await pictures(page, "report");
    });

    test("a billed volume is entered, and the balance of its month rests on it", async () => {
      await opened(`/reports/volumes?of=2026-10&area=${district}`);
      const name = text.reports.lines.billedMetered;
      const volume = page.getByLabel(`${name}: ${text.reports.volume}, m³`, { exact: true });
      await volume.fill("18250");
      await page.getByLabel(`${name}: ${text.reports.margin}, %`, { exact: true }).fill("2");
      await page.getByLabel(`${name}: ${text.reports.volumeSource}`, { exact: true }).fill("billing");
      await page.getByRole("button", { name: text.reports.save }).click();
      await page.getByText(text.reports.saved, { exact: true }).waitFor();
      if (locale === "en-GB") await pictures(page, "volumes");
      await page
        .locator(".report-choice")
        .getByRole("link", { name: text.reports.views.report, exact: true })
        .click();
      await page.locator(".report h2", { hasText: month }).waitFor();
      const billed = plain(await page.locator('tr[data-line="billedMetered"]').textContent());
      expect(billed).toContain(plain(number));
      expect(billed).toContain(text.reports.from.entered);
      const csv = await page.getByRole("link", { name: text.reports.csv }).getAttribute("href");
      const rows = await (await fetch(new URL(csv ?? "", centre.address))).text();
      expect(rows).toContain(`2026-10,${district},31,balance,billedMetered,18250,365,m3,entered`);
    });

    test("on paper a report is two sheets, without what only a screen can use", async () => {
      await opened(`/reports?of=2026-11&area=${district}`);
      await page.locator('tr[data-line="realLosses"]').waitFor();
      const pdf = await page.pdf({ preferCSSPageSize: true });
      expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length).toBeLessThanOrEqual(2);
      await page.emulateMedia({ media: "print" });
      for (const hidden of [".report-choice", ".page-header", ".page-bar"])
        expect(await page.locator(hidden).isVisible(), hidden).toBe(false);
      expect(await page.locator(".report h2").isVisible()).toBe(true);
      await page.emulateMedia({ media: null });
    });

    test("a partner's file stands beside our own districts; one that is wrong is refused with the place", async () => {
      const answer = await fetch(
        `${centre.address}/api/v1/exchange/month?of=2026-11&utility=${partner}&country=KE&names=codes`,
      );
      const file = (await answer.json()) as ExchangeFile;
      const path = join(pageFolder, `${partner}.json`);
      const choose = async (content: unknown) => {
        await writeFile(path, JSON.stringify(content));
        await page.getByLabel(text.reports.partnerName).fill(partner);
        await page.getByLabel(text.reports.file, { exact: true }).setInputFiles(path);
        await page.getByRole("button", { name: text.reports.import }).click();
      };
      await opened("/reports/compare?of=2026-11");
      await choose({ ...file, areas: [{ ...file.areas[0], nrwPercent: "much" }] });
      await page.getByRole("alert").filter({ hasText: "file.areas.0.nrwPercent: " }).waitFor();
      await choose(file);
      await page.getByRole("status").filter({ hasText: partner }).waitFor();
      const theirs = page.locator(".compared tr.partner", { hasText: partner });
      await until("their districts", async () => (await theirs.count()) === file.areas.length);
      expect(await page.locator(".compared tr.own", { hasText: "Sokoni" }).count()).toBe(1);
      await page.evaluate("scrollTo(0, 0)");
      if (locale === "en-GB") await pictures(page, "compare");
      await page.getByRole("button", { name: `${text.reports.remove}: ${partner}` }).click();
      await until("none of theirs", async () => (await theirs.count()) === 0);
    });

    test("the register names what is due and what is wrong; agents tell how they do", async () => {
      await opened("/sensors");
      const row = (id: string) => page.locator(`tr[data-sensor="${id}"]`);
      await row("mlimani-inflow").filter({ hasText: text.sensors.overdue }).waitFor();
      expect(await row("reli-inflow").textContent()).toContain(text.kinds["sensor-stuck"]);
      expect(await row("mlimani-inflow").textContent()).toContain("MF3-20419");
      const agent = page.locator('[data-site="kilima-station"]');
      expect(plain(await agent.textContent())).toContain(text.sensors.sourceStates.connected);
      expect(await agent.locator(".warned").textContent()).toContain(text.sensors.owners.server);
      if (locale === "en-GB") await pictures(page, "sensors");
      await page.getByLabel(text.sensors.show).selectOption("attention");
      await until("only those that need somebody", async () => (await row("sokoni-inflow").count()) === 0);
      await page.getByLabel(text.sensors.search).fill("88 1203");
      await until("one is found", async () => (await page.locator("tr[data-sensor]").count()) === 1);
    });

    test("a reading is entered on a phone; an unlikely one is asked for again", async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      await opened("/sensors");
      await page.getByRole("link", { name: `${text.sensors.enter}: Majengo tank level` }).click();
      const decimal = locale === "fr-FR" ? "," : ".";
      await page.getByLabel(text.sensors.value, { exact: true }).fill(`${level}${decimal}5`);
      await page.getByLabel(text.sensors.note).fill(partner);
      await page.getByRole("button", { name: text.sensors.save }).click();
      const asked = text.sensors.unlikely.split("{")[0] ?? "";
      await page.getByRole("alert").filter({ hasText: asked }).waitFor();
      if (locale === "en-GB") await pictures(page, "hand-reading");
      await page.getByRole("button", { name: text.sensors.confirm }).click();
      await page.locator(".one-sensor .notices li", { hasText: `operator: ${partner}` }).waitFor();
      expect(plain(await page.locator(".hand-reading [role=status]").textContent())).toContain(
        `${level}${decimal}5 m`,
      );
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      await page.setViewportSize({ width: 1366, height: 768 });
    });

    test("works are planned and cancelled, and the configuration is read with its check", async () => {
      await opened("/settings");
      await page.getByLabel("Pwani (lakeside)").check();
      await page.getByLabel(text.settings.from, { exact: true }).fill("2026-11-25T22:00");
      await page.getByLabel(text.settings.to, { exact: false }).last().fill("2026-11-26T04:00");
      await page.getByLabel(text.settings.reason).fill(`Flushing ${partner}`);
      await page.getByRole("button", { name: text.settings.plan }).click();
      const works = page.locator(".works li", { hasText: `Flushing ${partner}` });
      await works.filter({ hasText: text.settings.coming }).waitFor();
      if (locale === "en-GB") await pictures(page, "settings");
      await page.getByRole("button", { name: `${text.settings.cancel}: Flushing ${partner}` }).click();
      await works.waitFor({ state: "detached" });

      await page.getByRole("link", { name: text.settings.sections.configuration }).click();
      await page.getByText(text.settings.right).waitFor();
      await page.locator("summary", { hasText: "utility.yaml" }).click();
      await page.locator("pre", { hasText: "Ziwani Water and Sanitation" }).first().waitFor();
      await page.getByRole("link", { name: text.settings.sections.routes }).click();
      await page.getByText(text.settings.noRoutes).waitFor();
    });

    test("an admin adds a user and a token, sees both secrets once, and all of it in the audit", async () => {
      const { gate, accounts } = await openTestAccess();
      const own = await startCentre({ gate, accounts, cookie: { name: COOKIE, secure: false }, pageFolder });
      const { url } = granted(accounts.addUser("root", "admin", AUTHOR)) as { url: string };
      await page.goto(`${own.address}/#link=${secretIn(url)}`);
      await page.locator("input[type=password]").fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.locator("[data-link=live]").waitFor();
      await page.goto(`${own.address}/settings/users`);
      const section = (heading: string) =>
        page.locator("section", { has: page.getByRole("heading", { name: heading, exact: true }) });
      const users = section(text.settings.users);
      await users.getByLabel(text.settings.name).fill("juma");
      await users.locator("select[name=role]").selectOption("operator");
      await users.getByRole("button", { name: text.settings.addUser }).click();
      await users.locator(".secret code", { hasText: "#link=" }).waitFor();
      await users
        .locator('tr[data-user="juma"]', { hasText: text.settings.logsInBy["nothing-yet"] })
        .waitFor();
      expect(accounts.users().map(({ name, role }) => [name, role])).toContainEqual(["juma", "operator"]);

      const tokens = section(text.settings.tokens);
      await tokens.getByLabel(text.settings.name).fill("grafana");
      await tokens.getByRole("button", { name: text.settings.addToken }).click();
      await tokens.locator(".secret code").waitFor();
      await tokens.getByRole("button", { name: `${text.settings.revoke}: grafana` }).click();
      await tokens.locator('[data-token="grafana"]').waitFor({ state: "detached" });

      await page.getByRole("link", { name: text.settings.sections.audit }).click();
      for (const act of ["user-add", "token-add", "token-revoke"])
        await page.locator(".audit tr", { hasText: act }).first().waitFor();
    });

    test("raised no error on the way", () => {
      expect(faults).toEqual([]);
    });
  });

  test.each([
    "/reports?of=2026-11",
    "/reports/compare?of=2026-11",
    "/reports/volumes?of=2026-10",
    "/sensors",
    "/sensors/sokoni-inflow",
    "/settings",
    "/settings/configuration",
  ])("axe finds nothing serious on %s, in light or dark, and it fits a phone", async (path) => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.setDefaultTimeout(15_000);
    await page.goto(centre.address + path);
    await page.locator("main section, main article").first().waitFor();
    if (path.startsWith("/reports?")) await page.locator('tr[data-line="realLosses"]').waitFor();
    if (path.startsWith("/reports/compare")) await page.locator(".compared").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await faultsInBothThemes(page)).toEqual([]);
    await page.close();
  });
});
