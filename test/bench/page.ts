/**
 * What the control-room page costs whoever looks at it, in Chromium: bytes of the first load, time to the first view at 400 kbit/s and 300
 * ms, answers to clicks with 500 districts and 50 updates a second, frames while a year of minutes is panned, bytes of a page nobody
 * touches. The limits are the budgets the page was given, and the frames an empty page makes in the same browser.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Browser, CDPSession, Page } from "playwright-core";
import { DAY_MS } from "../../src/model/clock.ts";
import { buildPage, launchChromium } from "../browser/chromium.ts";
import { findProgram } from "../support/programs.ts";
import { type PageCentre, startPageCentre, YEAR_SENSORS } from "./page-centre.ts";
import { type BenchResult, type Figures, thisMachine } from "./result.ts";

const BUDGETS = {
  firstLoadKb: 150,
  firstViewMs: 3000,
  interactionMs: 100,
  panFramesPerS: 30,
  idleBytesPerMinute: 2048,
};
const SLOW = { offline: false, latency: 300, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8 };
const UPDATES_PER_S = 50;
const CLICKS = 40;
const PAN_MS = 5000;

export async function run(flags: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: flags,
    options: { idle: { type: "string", default: "60" }, only: { type: "string" } },
  });
  const wanted = (part: string) => values.only === undefined || values.only === part;
  const program = findProgram("chromium");
  if (!program) throw new Error("chromium is not installed");
  const pageFolder = mkdtempSync(join(tmpdir(), "nightflow-bench-page-"));
  await buildPage(pageFolder);
  const browser = await launchChromium(program);
  const withCentre = async <T>(
    districts: number,
    yearOfMinutes: boolean,
    measure: (centre: PageCentre) => Promise<T>,
  ): Promise<T> => {
    const centre = await startPageCentre({ districts, yearOfMinutes, pageFolder });
    return measure(centre).finally(centre.close);
  };
  try {
    const emptyFramesPerS = await emptyFrames(browser);
    const figures: Record<string, number> = {};
    if (wanted("load"))
      await withCentre(10, false, async (centre) => {
        Object.assign(
          figures,
          await firstLoad(browser, centre),
          await firstView(browser, centre, "firstView"),
        );
      });
    if (wanted("idle"))
      await withCentre(10, false, async (centre) => {
        figures.idleBytesPerMinute = await idle(browser, centre, Number(values.idle));
      });
    if (wanted("large"))
      await withCentre(500, false, async (centre) => {
        Object.assign(figures, await interaction(browser, centre));
        Object.assign(figures, await firstView(browser, centre, "firstViewOf500Districts"));
      });
    if (wanted("pan"))
      await withCentre(1, true, async (centre) => {
        Object.assign(figures, await panning(browser, centre));
      });
    return {
      bench: "page",
      figures,
      rival: null,
      limit: { name: "the budgets, and frames a second of an empty page", ...BUDGETS, emptyFramesPerS },
      machine: thisMachine(),
    };
  } finally {
    await browser.close();
    rmSync(pageFolder, { recursive: true, force: true });
  }
}

interface Opened {
  readonly page: Page;
  readonly network: CDPSession;
  readonly close: () => Promise<void>;
}

/** A fresh profile: nothing is cached. */
async function opened(browser: Browser): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  return { page, network, close: () => context.close() };
}

const usable = async (page: Page) => {
  await page.locator(".districts tbody tr").first().waitFor();
  await page.locator(".page-header .alarm-count").waitFor();
};

/** Compressed bytes on the wire of all code and style, up to the last part that comes after the first view: charts and the map. */
async function firstLoad(browser: Browser, { address }: PageCentre): Promise<Figures> {
  const { page, network, close } = await opened(browser);
  const isCode = new Map<string, boolean>();
  let bytes = 0;
  network.on("Network.responseReceived", ({ requestId, response }) => {
    isCode.set(requestId, !new URL(response.url).pathname.startsWith("/api/"));
  });
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (isCode.get(requestId)) bytes += encodedDataLength;
  });
  await page.goto(address);
  await usable(page);
  await page.locator(".network-map path").first().waitFor();
  await page.locator(".chart canvas").first().waitFor();
  await page.waitForLoadState("networkidle");
  await close();
  return { firstLoadKb: kb(bytes) };
}

async function firstView(browser: Browser, { address }: PageCentre, name: string): Promise<Figures> {
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const { page, network, close } = await opened(browser);
    await network.send("Network.emulateNetworkConditions", SLOW);
    const startMs = performance.now();
    await page.goto(address, { waitUntil: "commit" });
    await usable(page);
    times.push(performance.now() - startMs);
    await close();
  }
  return { [`${name}Ms`]: Math.round(median(times)) };
}

/** Everything that comes in or goes out while nobody touches the page and no meter reads. */
async function idle(browser: Browser, { address }: PageCentre, forS: number): Promise<number> {
  const { page, network, close } = await opened(browser);
  let bytes = 0;
  const frame = ({ response }: { response: { payloadData: string } }) => {
    bytes += response.payloadData.length;
  };
  network.on("Network.webSocketFrameReceived", frame);
  network.on("Network.webSocketFrameSent", frame);
  network.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(address);
  await usable(page);
  await page.locator(".chart canvas").first().waitFor();
  await page.waitForLoadState("networkidle");
  bytes = 0;
  await wait(forS * 1000);
  await close();
  return Math.round((bytes * 60) / forS);
}

/** From a click to the frame that shows what it did. */
async function interaction(browser: Browser, centre: PageCentre): Promise<Figures> {
  const { page, close } = await opened(browser);
  await page.goto(centre.address);
  await usable(page);
  await page.locator(".network-map path").first().waitFor();
  const reading = setInterval(centre.read, 1000 / UPDATES_PER_S);
  await page.evaluate(`
    window.answers = [];
    addEventListener("click", ({ timeStamp }) => requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.answers.push(performance.now() - timeStamp);
      channel.port2.postMessage(null);
    }), true);
  `);
  for (let click = 0; click < CLICKS; click += 1) {
    await page
      .locator(".district-name")
      .nth(click % 20)
      .click();
    await wait(60);
  }
  const answers = await page.evaluate<number[]>("window.answers");
  clearInterval(reading);
  await close();
  const sorted = answers.toSorted((a, b) => a - b);
  return {
    clicks: answers.length,
    clickMedianMs: Math.round(median(answers)),
    clickP95Ms: Math.round(sorted[Math.floor(0.95 * sorted.length)] ?? Number.NaN),
    clickWorstMs: Math.round(sorted.at(-1) ?? Number.NaN),
  };
}

const COUNT_FRAMES = `
  window.frames_ = [];
  const each = (now) => { window.frames_.push(now); requestAnimationFrame(each); };
  requestAnimationFrame(each);
`;

async function emptyFrames(browser: Browser): Promise<number> {
  const { page, close } = await opened(browser);
  await page.setContent("<p>Nothing</p>");
  await page.evaluate(COUNT_FRAMES);
  await wait(2000);
  const frames = await page.evaluate<number[]>("window.frames_");
  await close();
  return Math.round((1000 * (frames.length - 1)) / (frames.at(-1)! - frames[0]!));
}

/** A year of minutes of three sensors, dragged to and fro without a stop. */
async function panning(browser: Browser, { address }: PageCentre): Promise<Figures> {
  const { page, close } = await opened(browser);
  const toMs = Date.now();
  const query = `sensors=${YEAR_SENSORS.join(",")}&from=${toMs - 300 * DAY_MS}&to=${toMs}`;
  await page.goto(`${address}/history?${query}`);
  await page.locator(".history-plot canvas").waitFor();
  await page.waitForLoadState("networkidle");
  const box = (await page.locator(".history-plot .u-over").boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.evaluate(COUNT_FRAMES);
  const startMs = performance.now();
  let moves = 0;
  while (performance.now() - startMs < PAN_MS) {
    moves += 1;
    await page.mouse.move(box.x + box.width * (0.5 + 0.4 * Math.sin(moves / 25)), box.y + box.height / 2);
  }
  const frames = await page.evaluate<number[]>("window.frames_");
  await page.mouse.up();
  await close();
  const gaps = frames.slice(1).map((frame, index) => frame - frames[index]!);
  const sorted = gaps.toSorted((a, b) => a - b);
  return {
    panFramesPerS: Math.round((1000 * gaps.length) / (frames.at(-1)! - frames[0]!)),
    panMoves: moves,
    panFrameP95Ms: Math.round(sorted[Math.floor(0.95 * sorted.length)] ?? Number.NaN),
  };
}

const kb = (bytes: number) => Math.round(bytes / 100) / 10;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
