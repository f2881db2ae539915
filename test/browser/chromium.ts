/** Debian's Chromium, headless, and the page built afresh: what the browser tests look at is what is in the working tree. */
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";

export async function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export async function buildPage(outDir: string): Promise<void> {
  const configFile = fileURLToPath(new URL("../../src/web/vite.config.ts", import.meta.url));
  await build({ configFile, logLevel: "error", build: { outDir } });
}
