/**
 * The alarm runner against a reference model, command by command: any order of findings, actions, time, restarts and failing disks
 * leaves the alarms that the model says, refuses what the model refuses, and replays to the same.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AlarmRunner, createAlarmRunner } from "../../src/alarm/alarm-runner.ts";
import { type Alarm, isRefusal } from "../../src/model/alarm.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import type { NewEvent, StoredEvent } from "../../src/model/event.ts";
import type { Action } from "../../src/model/live.ts";
import { ReferenceAlarm, WORKS } from "./reference-alarm.ts";
import { RULES, START_MS, verdict } from "./sample-verdicts.ts";

const RULES_WITH_WORKS = {
  ...RULES,
  plannedWorks: [{ ...WORKS, districts: ["north"], reason: "flushing", kinds: null }],
};
/** The works are in the first. */
const DISTRICTS = ["north", "south"] as const;
type DistrictId = (typeof DISTRICTS)[number];

interface Model {
  nowMs: number;
  readonly alarms: Readonly<Record<DistrictId, ReferenceAlarm>>;
}

/** The runner on a log in memory, which survives a restart as JSON does. */
class Centre {
  readonly log: StoredEvent[] = [];
  nowMs = START_MS;
  diskFull = false;
  runner: AlarmRunner = this.newRunner();

  private newRunner(): AlarmRunner {
    const append = async (events: readonly NewEvent[]) => {
      await Promise.resolve();
      if (this.diskFull) throw new Error("disk full");
      return this.store(events);
    };
    return createAlarmRunner({ ...RULES_WITH_WORKS, append, clock: () => this.nowMs });
  }

  private store(events: readonly NewEvent[]): readonly StoredEvent[] {
    const stored = events.map((event, at) => ({ ...event, cursor: this.log.length + at + 1 }));
    this.log.push(...stored);
    return stored;
  }

  /** The verdict is durable before the alarms hear of it, as in the centre. */
  async finds(id: DistrictId, flowM3h: number, endMs: number | null): Promise<void> {
    const found = verdict("leak", { id, flowM3h, endMs });
    const body = { kind: "verdict", revision: 0, verdict: found } as const;
    await this.runner.onFindings(this.store([{ timeMs: this.nowMs, actor: "nightflow", body }]));
  }

  restart(): void {
    this.runner = this.newRunner();
    expect(this.runner.replay(JSON.parse(JSON.stringify(this.log)))).toEqual([]);
  }

  alarm(id: DistrictId): Alarm | undefined {
    const alarms = [...this.runner.alarms().values()].filter(({ verdict }) => verdict.subject.id === id);
    expect(alarms.length).toBeLessThanOrEqual(1);
    return alarms[0];
  }
}

type Command = fc.AsyncCommand<Model, Centre>;

/** Runs on both, and compares them. */
function command(name: string, run: (model: Model, centre: Centre) => Promise<void>): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(model, centre) {
      await run(model, centre);
      for (const id of DISTRICTS) expect(seen(centre.alarm(id))).toEqual(expected(model.alarms[id]));
    },
  };
}

function seen(alarm: Alarm | undefined) {
  if (!alarm) return null;
  const { state, activations, acknowledgedBy, activatedMs, shelved, suppressed, outOfService } = alarm;
  return {
    state,
    activations,
    activatedMs,
    acknowledgedBy,
    flowM3h: alarm.verdict.size?.estimate,
    comments: alarm.comments.length,
    assignedTo: alarm.assigned?.to ?? null,
    confirmedBy: alarm.confirmed?.by ?? null,
    shelvedUntilMs: shelved?.untilMs ?? null,
    shelvedUntilNormal: shelved?.untilNormal ?? false,
    suppressed: suppressed !== null,
    outOfService: outOfService !== null,
  };
}

function expected(alarm: ReferenceAlarm): ReturnType<typeof seen> {
  return alarm.known ? { ...seenOf(alarm), state: alarm.state as Alarm["state"] } : null;
}

function seenOf({ known, inWorksDistrict, acknowledgedFlowM3h, active, ...seen }: ReferenceAlarm) {
  return seen;
}

/** Each finding is followed by the rules of suppression; an action waits for the next tick. */
const finding = (id: DistrictId, flowM3h: number, lastedH: number | null) =>
  command(`${id} ${lastedH === null ? "leaks" : "ends"} at ${flowM3h} m3/h`, async (model, centre) => {
    await centre.finds(id, flowM3h, lastedH === null ? null : START_MS + lastedH * HOUR_MS);
    if (lastedH === null) model.alarms[id].leaks(flowM3h, model.nowMs);
    else model.alarms[id].ends(flowM3h);
    for (const alarm of Object.values(model.alarms)) alarm.followsRules(model.nowMs);
  });

/** The alarm event is lost, and the process with it: the next start makes up for it. */
const findingLost = (id: DistrictId, flowM3h: number) =>
  command(`${id} leaks at ${flowM3h} m3/h, the disk is full, restart`, async (model, centre) => {
    centre.diskFull = true;
    await centre.finds(id, flowM3h, null).catch(() => undefined);
    centre.diskFull = false;
    centre.restart();
    await centre.runner.tick();
    model.alarms[id].leaks(flowM3h, model.nowMs);
    for (const alarm of Object.values(model.alarms)) alarm.settles(model.nowMs);
  });

const waiting = (ms: number) =>
  command(`${ms / HOUR_MS} h pass`, async (model, centre) => {
    model.nowMs += ms;
    centre.nowMs = model.nowMs;
    await centre.runner.tick();
    for (const alarm of Object.values(model.alarms)) alarm.settles(model.nowMs);
  });

const restart = command("restart", async (_, centre) => centre.restart());

const acting = (
  id: DistrictId,
  action: (alarm: string, nowMs: number) => Action,
  reference: (alarm: ReferenceAlarm, nowMs: number) => string,
  actor = "amina",
) =>
  command(`${actor}: ${action("", 0).type} ${id}`, async (model, centre) => {
    const alarm = centre.alarm(id)?.id ?? "nobody";
    const outcome = await centre.runner.act(action(alarm, model.nowMs), actor);
    expect(isRefusal(outcome) ? outcome.code : "done").toBe(reference(model.alarms[id], model.nowMs));
  });

const district = fc.constantFrom(...DISTRICTS);
const flow = fc.integer({ min: 1, max: 6 });
const commands = [
  fc.tuple(district, flow).map(([id, flowM3h]) => finding(id, flowM3h, null)),
  fc
    .tuple(district, flow, fc.integer({ min: 1, max: 3 }))
    .map(([id, flowM3h, lastedH]) => finding(id, flowM3h, lastedH)),
  fc.tuple(district, flow).map(([id, flowM3h]) => findingLost(id, flowM3h)),
  fc.constantFrom(1, 4, 5, 12).map((hours) => waiting(hours * HOUR_MS)),
  fc.constant(restart),
  fc.tuple(district, fc.constantFrom("amina", "juma")).map(([id, actor]) =>
    acting(
      id,
      (alarm) => ({ type: "acknowledge", alarm }),
      (alarm) => alarm.acknowledge(actor),
      actor,
    ),
  ),
  district.map((id) =>
    acting(
      id,
      (alarm) => ({ type: "confirm", alarm }),
      (alarm) => alarm.confirm("amina"),
    ),
  ),
  district.map((id) =>
    acting(
      id,
      (alarm) => ({ type: "comment", alarm, text: "heard nothing" }),
      (alarm) => alarm.comment(),
    ),
  ),
  fc.tuple(district, fc.constantFrom("juma", null)).map(([id, to]) =>
    acting(
      id,
      (alarm) => ({ type: "assign", alarm, to }),
      (alarm) => alarm.assign(to),
    ),
  ),
  fc.tuple(district, fc.constantFrom(-1, 0, 1, 5, 20, 721), fc.boolean()).map(([id, hours, untilNormal]) =>
    acting(
      id,
      (alarm, nowMs) => ({
        type: "shelve",
        alarm,
        reason: "pipe ordered",
        untilMs: nowMs + hours * HOUR_MS,
        untilNormal,
      }),
      (alarm, nowMs) => alarm.shelve(nowMs + hours * HOUR_MS, untilNormal, nowMs),
    ),
  ),
  district.map((id) =>
    acting(
      id,
      (alarm) => ({ type: "unshelve", alarm }),
      (alarm) => alarm.unshelve(),
    ),
  ),
  district.map((id) =>
    acting(
      id,
      (alarm) => ({ type: "take-out-of-service", alarm, reason: "meter exchanged" }),
      (alarm) => alarm.takeOutOfService(),
    ),
  ),
  district.map((id) =>
    acting(
      id,
      (alarm) => ({ type: "return-to-service", alarm }),
      (alarm) => alarm.returnToService(),
    ),
  ),
];

test("thousands of random histories leave the alarms that the model says, and replay to the same", {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: "max" }), async (history) => {
      const centre = new Centre();
      const setUp = () => ({
        model: {
          nowMs: START_MS,
          alarms: { north: new ReferenceAlarm(true), south: new ReferenceAlarm(false) },
        },
        real: centre,
      });
      await fc.asyncModelRun(setUp, history);
      const alarms = [...centre.runner.alarms().values()];
      centre.restart();
      expect([...centre.runner.alarms().values()]).toEqual(alarms);
    }),
    { numRuns: 2000 },
  );
});
