/**
 * nightflow train: an exercise in a simulated town. The page says on every screen that nothing is real; data, ports and world are the
 * exercise's own, below data/training, and go nowhere near a utility's.
 */
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { basename, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startDemoProcesses } from "../demo/demo-processes.ts";
import { readScenario } from "../demo/demo-world.ts";
import { openExercise } from "../exercise.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { AlarmView } from "../model/live.ts";
import { type Centre, startCentre } from "../serve.ts";
import type { Command } from "./arguments.ts";
import { configurationIn, PAGE_FOLDER } from "./configuration.ts";
import { readPort } from "./demo.ts";
import { playWorld, readSpeed } from "./played-world.ts";
import { openLog, untilStopped } from "./running.ts";

const DEMO_FOLDER = fileURLToPath(new URL("../../config/demo", import.meta.url));
const LESSONS = fileURLToPath(new URL("../../config/lessons", import.meta.url));
const SCENARIOS = fileURLToPath(new URL("../../config/scenarios", import.meta.url));
const MOST_SPEED = 600;
const HTTP_PORT = 8090;
/** A day in twelve minutes. */
const LESSON_SPEED = 120;
const TICK_MS = 250;

export const train: Command = {
  summary: "opens an exercise: a lesson of 1 to 5, or any scenario",
  words: ["scenario"],
  flags: {
    "http-port": { value: "PORT" },
    data: { value: "DIR" },
    speed: { value: "TIMES" },
  },
  async run(values) {
    const [word] = values.words;
    if (word === undefined) {
      console.log("nightflow train SCENARIO, where SCENARIO is a file, or the number of a lesson:\n");
      for (const file of lessonFiles()) console.log(`  ${basename(file)[0]}  ${readScenario(file).name}`);
      return 0;
    }
    const file = scenarioFile(word);
    const shipped = configurationIn(DEMO_FOLDER);
    const { utility, network } = shipped;
    if (!network) throw new Failure("no-model", "config/demo has no network.yaml");
    const name = basename(file, extname(file));
    const folder = values.text("data") ?? join(shipped.server.dataFolder, "..", "training", name);
    const server = {
      ...shipped.server,
      http: { host: "127.0.0.1", port: readPort("http-port", values.text("http-port"), HTTP_PORT) },
      broker: { kind: "embedded", host: "127.0.0.1", port: 0 } as const,
      dataFolder: folder,
    };
    const log = openLog(server.logLevel);
    const stopped = untilStopped();
    const played = playWorld(folder, file, readSpeed(values.text("speed")) ?? LESSON_SPEED, {
      standsStill: true,
    });
    let centre: Centre | null = null;
    const alarms = (): readonly AlarmView[] => centre?.alarms.alarms("all") ?? [];
    const training = await openExercise({
      folder,
      world: played.world,
      utility,
      network,
      clock: Date.now,
      alarms,
    });
    const follow = () => played.follow(training.world());
    follow();
    const open = await startCentre({
      config: { ...shipped, server },
      pageFolder: PAGE_FOLDER,
      demo: true,
      training: {
        view: training.view,
        async act(action) {
          const view = await training.act(action);
          follow();
          return view;
        },
      },
      portSettings: { http: "--http-port", broker: "--broker-port" },
      clock: played.clock,
      log,
      prepareHistory: played.fillHistory,
    });
    centre = open;
    const ticking = setInterval(() => {
      training.tick().then(follow, (thrown) => log.error({ error: messageOf(thrown) }, "exercise"));
    }, TICK_MS);
    try {
      const processes = await startDemoProcesses({
        world: training.world(),
        folder,
        brokerUrl: open.brokerUrl,
        stationPort: await freePort(),
        mostSpeed: MOST_SPEED,
        logger: log.child({ part: "exercise" }),
      });
      console.log(`Exercise "${training.view().name}": ${open.address}/training`);
      console.log("Nothing of it is real. End it on the page, or stop it with Ctrl-C and go on later.");
      await stopped;
      await training.act({ type: "pause" });
      await processes.stop();
    } finally {
      clearInterval(ticking);
      await open.close();
    }
    if (training.view().report) console.log(`The report: ${training.reportFile}`);
    return 0;
  },
};

function lessonFiles(): readonly string[] {
  return readdirSync(LESSONS)
    .sort()
    .map((name) => join(LESSONS, name));
}

/** Of a lesson's number, the name of a scenario that ships, or a file. */
function scenarioFile(word: string): string {
  const known = [...lessonFiles(), ...readdirSync(SCENARIOS).map((name) => join(SCENARIOS, name))];
  const named = known.find((file) => {
    const name = basename(file, extname(file));
    return name === word || (name.startsWith(`${word}-`) && file.startsWith(LESSONS));
  });
  return named ?? resolve(word);
}

/** On loopback, free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === "object" && address ? address.port : 0;
}
