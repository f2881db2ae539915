/** Logging in with a real browser: over the first link, out again, and in with the password. */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { OPEN_ID_RETURN_PATH } from "../../src/model/accounts.ts";
import { freePort, OPEN_ID, startIdentityProvider } from "../access/identity-provider.ts";
import { AUTHOR, COOKIE, granted, openTestAccess, secretIn } from "../access/open-access.ts";
import { startCentre } from "../operator/centre.ts";
import { findProgram } from "../support/programs.ts";
import { buildPage, launchChromium } from "./chromium.ts";

const chromium = findProgram("chromium");
const PASSWORD = "water runs under the town";

describe.skipIf(!chromium)("logging in", () => {
  const pageFolder = join(tmpdir(), `nightflow-log-in-${process.pid}`);
  let browser: Browser;

  beforeAll(async () => {
    await buildPage(pageFolder);
    browser = await launchChromium(chromium ?? "chromium");
  });
  afterAll(async () => {
    await browser?.close();
    await rm(pageFolder, { recursive: true, force: true });
  });

  test("with the keyboard alone: choose a password, leave, mistype, come back; an ended session asks again", async () => {
    const { gate, accounts } = await openTestAccess();
    const cookie = { name: COOKIE, secure: false };
    const centre = await startCentre({ gate, accounts, cookie, pageFolder });
    const { url } = granted(accounts.addUser("amina", "operator", AUTHOR)) as { url: string };
    const page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(`${centre.address}/#link=${secretIn(url)}`);
    await page.getByLabel("New password").fill("short");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "at least 12 characters" }).waitFor();
    await page.getByLabel("New password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByText("amina (operator)").waitFor();
    expect(page.url()).not.toContain("link=");

    await page.getByRole("button", { name: "Log out" }).click();
    await page.locator("[name=name]:focus").waitFor();
    await page.keyboard.type("amina");
    await page.keyboard.press("Tab");
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "The name or the password is wrong." }).waitFor();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.locator("[data-link=live]").waitFor();

    for (const { id } of accounts.sessions("amina")) accounts.endSession(id, AUTHOR);
    await centre.service.close();
    const port = Number(new URL(centre.address).port);
    await startCentre({ gate, accounts, cookie, pageFolder, port });
    await page.getByRole("button", { name: "Log in" }).waitFor();
    await page.close();
  });

  test("at the utility's identity provider; what is refused is said in the reader's language", async () => {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const provider = await startIdentityProvider(address + OPEN_ID_RETURN_PATH);
    onTestFinished(() => void provider.end());
    const openId = { ...OPEN_ID, issuer: provider.issuer };
    const { gate, accounts } = await openTestAccess({ openId, publicUrl: () => address, clock: Date.now });
    await startCentre({ gate, accounts, cookie: { name: COOKIE, secure: false }, pageFolder, port });
    const page = await browser.newPage({ locale: "fr-FR" });
    page.setDefaultTimeout(10_000);
    await provider.told({ subject: "7", claims: { preferred_username: "amina", groups: ["staff"] } });
    await page.goto(address);
    await page.getByRole("link", { name: "Se connecter avec Water Board" }).click();
    await page.getByRole("alert").filter({ hasText: "Vous n'avez aucun rôle ici" }).waitFor();
    await provider.told({ subject: "7", claims: { preferred_username: "amina", groups: ["control-room"] } });
    await page.getByRole("link", { name: "Se connecter avec Water Board" }).click();
    await page.getByText("amina (opérateur)").waitFor();
    await page.locator("[data-link=live]").waitFor();
    await page.close();
  });
});
