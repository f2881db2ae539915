/**
 * nightflow demo: an invented town on embedded parts, living through a scenario. Its past is written into history at the first start and
 * wherever the demo was off; from then on its meters come in as real ones do, over OPC UA, an edge agent and MQTT, from processes of
 * their own.
 */
import { fileURLToPath } from "node:url";
import { startDemoProcesses } from "../demo/demo-processes.ts";
import { EVERYDAY_SCENARIO } from "../demo/demo-world.ts";
import { Failure } from "../model/failure.ts";
import { startCentre } from "../serve.ts";
import type { Command } from "./arguments.ts";
import { configurationIn, PAGE_FOLDER } from "./configuration.ts";
import { folderOfScenario, playWorld, readSpeed } from "./played-world.ts";
import { openLog, untilStopped } from "./running.ts";

const DEMO_FOLDER = fileURLToPath(new URL("../../config/demo", import.meta.url));
const STATION_PORT = 4850;

export const demo: Command = {
  summary: "shows the whole system on an invented town",
  flags: {
    "http-port": { value: "PORT" },
    "broker-port": { value: "PORT" },
    "station-port": { value: "PORT" },
    data: { value: "DIR" },
    scenario: { value: "FILE" },
    speed: { value: "TIMES" },
  },
  async run(values) {
    const port = (flag: string, otherwise: number) => readPort(flag, values.text(flag), otherwise);
    const shipped = configurationIn(DEMO_FOLDER);
    const scenario = values.text("scenario");
    const usual = shipped.server.dataFolder;
    const server = {
      ...shipped.server,
      http: { host: "127.0.0.1", port: port("http-port", 8080) },
      broker: { kind: "embedded", host: "127.0.0.1", port: port("broker-port", 1883) } as const,
      dataFolder: values.text("data") ?? (scenario ? folderOfScenario(usual, scenario) : usual),
    };
    const log = openLog(server.logLevel);
    const stopped = untilStopped();
    const speed = readSpeed(values.text("speed"));
    const { world, clock, fillHistory } = playWorld(server.dataFolder, scenario ?? EVERYDAY_SCENARIO, speed);
    const centre = await startCentre({
      config: { ...shipped, server },
      pageFolder: PAGE_FOLDER,
      demo: true,
      tour: true,
      portSettings: { http: "--http-port", broker: "--broker-port" },
      clock,
      log,
      prepareHistory: fillHistory,
    });
    try {
      const processes = await startDemoProcesses({
        world,
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
export function readPort(flag: string, text: string | undefined, otherwise: number): number {
  const port = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Failure("wrong-port", `--${flag} must be a port from 0 to 65535, not "${text}"`);
}
