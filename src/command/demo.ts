/**
 * nightflow demo: an invented town on embedded parts. Its past is written into history at the first start and wherever the demo was
 * off; from then on its meters come in as real ones do, over OPC UA, an edge agent and MQTT, from processes of their own.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { DemoTown } from "../demo/demand-model.ts";
import { DEMO_HISTORY_MS, demoHistory } from "../demo/demo-history.ts";
import { startDemoProcesses } from "../demo/demo-processes.ts";
import { Failure } from "../model/failure.ts";
import type { HistoryStore } from "../model/history-store.ts";
import { startCentre } from "../serve.ts";
import type { Command } from "./arguments.ts";
import { configurationIn, PAGE_FOLDER } from "./configuration.ts";
import { openLog, untilStopped } from "./running.ts";

const DEMO_FOLDER = fileURLToPath(new URL("../../config/demo", import.meta.url));
const STATION_PORT = 4850;

const townSchema = z.object({ seed: z.number().int(), firstStartMs: z.number().int() });

export const demo: Command = {
  summary: "shows the whole system on an invented town",
  flags: {
    "http-port": { value: "PORT" },
    "broker-port": { value: "PORT" },
    "station-port": { value: "PORT" },
    data: { value: "DIR" },
  },
  async run(values) {
    const port = (flag: string, otherwise: number) => readPort(flag, values.text(flag), otherwise);
    const shipped = configurationIn(DEMO_FOLDER);
    const server = {
      ...shipped.server,
      http: { host: "127.0.0.1", port: port("http-port", 8080) },
      broker: { kind: "embedded", host: "127.0.0.1", port: port("broker-port", 1883) } as const,
      dataFolder: values.text("data") ?? shipped.server.dataFolder,
    };
    const log = openLog(server.logLevel);
    const stopped = untilStopped();
    mkdirSync(server.dataFolder, { recursive: true });
    const town = recallTown(join(server.dataFolder, "town.json"));
    const centre = await startCentre({
      config: { ...shipped, server },
      pageFolder: PAGE_FOLDER,
      demo: true,
      portSettings: { http: "--http-port", broker: "--broker-port" },
      clock: Date.now,
      log,
      prepareHistory: (store) => fillHistory(store, town, Date.now()),
    });
    try {
      const processes = await startDemoProcesses({
        town,
        folder: server.dataFolder,
        brokerUrl: centre.brokerUrl,
        stationPort: port("station-port", STATION_PORT),
        logger: log.child({ part: "demo" }),
      });
      console.log(`${shipped.utility.name}: ${centre.address}`);
      console.log("This is a demo on this machine alone. Stop it with Ctrl-C.");
      await stopped;
      console.log("Stopping: storing what has come ...");
      await processes.stop();
    } finally {
      await centre.close();
    }
    return 0;
  },
};

/** Throws Failure "wrong-port". */
function readPort(flag: string, text: string | undefined, otherwise: number): number {
  const port = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Failure("wrong-port", `--${flag} must be a port from 0 to 65535, not "${text}"`);
}

/** The town of the first start, so that its troubles stay where they were. */
function recallTown(file: string): DemoTown {
  if (existsSync(file)) return townSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const town = { seed: 1, firstStartMs: Date.now() };
  writeFileSync(file, JSON.stringify(town));
  return town;
}

/** Everything from 35 days before the first start until now that is not in history yet. */
async function fillHistory(store: HistoryStore, town: DemoTown, nowMs: number): Promise<void> {
  const extent = await store.extent();
  const fromMs = extent?.toMs ?? town.firstStartMs - DEMO_HISTORY_MS;
  const series = demoHistory(town, { fromMs, toMs: nowMs });
  if (series.length > 0) await store.append({ series, watermarks: [], events: [] });
}
