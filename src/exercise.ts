/**
 * One exercise under way: the trainee's calls and crews, the simulated world they change, and the report at the end. Kept in its folder, so
 * that an exercise that was broken off goes on where it was.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type DemoWorld,
  liveWorld,
  paused,
  readScenario,
  resumed,
  simulatedTime,
  writeWorld,
} from "./demo/demo-world.ts";
import { ziwani } from "./demo/ziwani.ts";
import { createLocator } from "./locate/locator.ts";
import { Failure } from "./model/failure.ts";
import type { AlarmView } from "./model/live.ts";
import type { NetworkModel } from "./model/network-model.ts";
import { topologyOf } from "./model/topology.ts";
import type { Exercise, Judgement, Loss, Training, TrainingAction, TrainingView } from "./model/training.ts";
import type { Utility } from "./model/utility.ts";
import { type Scenario, scenarioEndsMs, troublesOf } from "./simulate/scenario.ts";
import { type Simulation, STEP_MS } from "./simulate/simulation.ts";
import { acted, advanced, beginExercise, type CrewRules } from "./training/exercise.ts";
import { type HiddenTrouble, hiddenTroubles } from "./training/hidden-trouble.ts";
import { reportText } from "./training/report-text.ts";
import { type Acknowledgement, bestMendedMs, scoreOf } from "./training/score.ts";

const WRITTEN_EVERY_MS = 10_000;
const DEFAULT_CREWS = 2;
/** A day in twelve minutes. */
const LESSON_SPEED = 120;

export interface ExerciseOptions {
  readonly folder: string;
  readonly world: DemoWorld;
  readonly utility: Utility;
  /** By which it is known in which district a pipe lies. */
  readonly network: NetworkModel;
  /** By the machine. */
  readonly clock: () => number;
  /** All alarms, once there is a centre. */
  readonly alarms: () => readonly AlarmView[];
}

export interface PlayedExercise extends Training {
  /** The world as it is now. */
  world(): DemoWorld;
  /** Lets time pass: crews arrive, the exercise ends. Call it several times a second. */
  tick(): Promise<void>;
  readonly reportFile: string;
}

export async function openExercise(options: ExerciseOptions): Promise<PlayedExercise> {
  const { folder, utility, clock } = options;
  let { world } = options;
  const scenario = readScenario(world.scenarioFile);
  const file = join(folder, "exercise.json");
  const reportFile = join(folder, "report.md");
  const nowMs = () => simulatedTime(world, clock());
  const endsMs = scenarioEndsMs(scenario, world.startMs, ziwani().calendar.timeZone);
  const begun = existsSync(file);
  let exercise: Exercise = begun ? JSON.parse(readFileSync(file, "utf8")) : beginExercise(nowMs(), endsMs);
  let report: TrainingView["report"] = null;
  const hidden = await hiddenIn(scenario, options);
  const rules: CrewRules = {
    crews: scenario.lesson?.crews ?? DEFAULT_CREWS,
    mainsKm: (id) => districtOf(utility, id).night.mainsKm,
  };

  function change(next: DemoWorld): void {
    world = next;
    writeWorld(join(folder, "world.json"), world);
  }

  function keep(next: Exercise): void {
    exercise = next;
    writeFileSync(file, JSON.stringify(exercise));
  }

  async function finish(): Promise<void> {
    if (exercise.endedMs === null || report) return;
    change(paused(world, clock()));
    const endedMs = exercise.endedMs;
    report = scoreOf({
      exercise,
      endedMs,
      hidden,
      acknowledged: acknowledgements(options.alarms(), utility),
      ...(await losses({ world, exercise, hidden, utility, rules })),
    });
    writeFileSync(reportFile, reportText(view(), utility));
  }

  function view(): TrainingView {
    return {
      name: scenario.name,
      grade: scenario.lesson?.grade ?? null,
      brief: scenario.lesson?.brief ?? { en: scenario.about, fr: scenario.about, sw: scenario.about },
      crews: rules.crews,
      paused: world.paused ?? false,
      speed: world.speed,
      nowMs: nowMs(),
      exercise,
      report,
    };
  }

  async function tick(): Promise<void> {
    // Where the clock was is known again after a kill, to within so long.
    if (!world.paused && clock() - world.anchoredMs > WRITTEN_EVERY_MS)
      change(resumed(world, world.speed, clock()));
    const next = advanced(exercise, hidden, nowMs());
    if (next.mendings.length > 0)
      change({ ...world, mendings: [...(world.mendings ?? []), ...next.mendings] });
    if (JSON.stringify(next.exercise) !== JSON.stringify(exercise)) keep(next.exercise);
    await finish();
  }

  // The clock waits until somebody has read the brief, and whenever an exercise is opened again.
  change(paused(world, clock()));
  if (!begun) keep(exercise);
  await finish();
  return {
    world: () => world,
    reportFile,
    tick,
    view,
    async act(action: TrainingAction) {
      if (action.type === "pause") change(paused(world, clock()));
      else if (action.type === "resume") {
        if (exercise.endedMs !== null) throw new Failure("exercise-over", "The exercise is over.");
        change(resumed(world, action.speed ?? (world.speed > 1 ? world.speed : LESSON_SPEED), clock()));
      } else {
        if ("district" in action) districtOf(utility, action.district);
        keep(acted(exercise, action, rules, nowMs()));
        await tick();
      }
      return view();
    },
  };
}

/** Throws Failure "unknown-district". */
function districtOf(utility: Utility, id: string) {
  const district = utility.districts.find((one) => one.id === id);
  if (!district) throw new Failure("unknown-district", `There is no district "${id}".`);
  return district;
}

async function hiddenIn(scenario: Scenario, { world, utility, network }: ExerciseOptions) {
  const troubles = troublesOf(scenario, world.startMs, ziwani().calendar.timeZone);
  const { metered, network: model } = await createLocator(network, utility.districts);
  const districtsAt = (element: string): readonly string[] => {
    const link = model.links.find(({ id }) => id === element);
    const ends = link ? [link.from, link.to] : [model.nodes.findIndex(({ id }) => id === element)];
    return metered.districts
      .filter(({ nodes }) => ends.some((end) => nodes.includes(end)))
      .map(({ district }) => district.id);
  };
  return hiddenTroubles(troubles, { districts: utility.districts, districtsAt });
}

const WHAT_ALARMS_SAY: Readonly<Record<string, Judgement>> = {
  leak: "leak",
  burst: "leak",
  "boundary-valve": "boundary-valve",
};

function acknowledgements(alarms: readonly AlarmView[], utility: Utility): readonly Acknowledgement[] {
  const { districtsOf } = topologyOf(utility);
  return alarms.flatMap(({ acknowledgedMs, verdict }) =>
    acknowledgedMs === null
      ? []
      : [
          {
            districts: districtsOf(verdict.subject).map(({ id }) => id),
            atMs: acknowledgedMs,
            what: WHAT_ALARMS_SAY[verdict.kind] ?? "sensor-fault",
          },
        ],
  );
}

interface LossQuestion {
  readonly world: DemoWorld;
  readonly exercise: Exercise;
  readonly hidden: readonly HiddenTrouble[];
  readonly utility: Utility;
  readonly rules: CrewRules;
}

/**
 * The town is lived through three times: as it was played, with every crew leaving at once, and with none. Each to the end of the lesson,
 * so that whoever ends it early leaves the rest running.
 */
async function losses({ world, exercise, hidden, utility, rules }: LossQuestion) {
  const { mendings: _, ...untouched } = world;
  const best = hidden.flatMap((one) => {
    const atMs = bestMendedMs(one, exercise.startedMs, rules.mainsKm);
    return atMs === null ? [] : [{ trouble: one.trouble, atMs }];
  });
  const lossOf = async (played: DemoWorld) =>
    lossIn(await liveWorld(played), hidden, utility, {
      fromMs: exercise.startedMs,
      toMs: exercise.endsMs,
    });
  return {
    lost: await lossOf(world),
    lostAtBest: await lossOf({ ...untouched, mendings: best }),
    lostByDoingNothing: await lossOf(untouched),
  };
}

function lossIn(
  simulation: Simulation,
  hidden: readonly HiddenTrouble[],
  utility: Utility,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Loss {
  let m3 = 0;
  let money = 0;
  for (const { trouble, districts } of hidden) {
    const value = districts[0] === undefined ? 0 : districtOf(utility, districts[0]).waterValuePerM3;
    for (let timeMs = fromMs; timeMs < toMs; timeMs += STEP_MS) {
      const lostM3 = (simulation.leakM3h(trouble, timeMs) * STEP_MS) / 3_600_000;
      m3 += lostM3;
      money += lostM3 * value;
    }
  }
  return { m3, money };
}
