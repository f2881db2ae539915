/** The centre as far as a control system sees it, in a process of its own: alarms on real files and the OPC UA server, told over IPC what to do. */
import { join } from "node:path";
import { pino } from "pino";
import { openAccess } from "../../src/access/access.ts";
import { applyChange } from "../../src/alarm/alarm-life-cycle.ts";
import { createAlarmRunner } from "../../src/alarm/alarm-runner.ts";
import { isRefusal } from "../../src/model/alarm.ts";
import { DAY_MS } from "../../src/model/clock.ts";
import type { NewEvent } from "../../src/model/event.ts";
import { createPerform } from "../../src/operator/acting.ts";
import { createStanding } from "../../src/operator/standing.ts";
import { startScada } from "../../src/scada/scada.ts";
import { openDuckdbStore } from "../../src/store/duckdb-store.ts";
import { POSITIONS, RULES } from "../alarm/sample-verdicts.ts";
import type { CentreOptions, CentreOrder } from "./scada-centre.ts";

const options: CentreOptions = JSON.parse(process.argv[2] ?? "{}");
const log = pino({ level: "silent" });
const store = await openDuckdbStore(join(options.folder, "history"));
const standing = createStanding({ ...RULES, positions: POSITIONS, applyChange, newestMs: () => null });
const append = async (events: readonly NewEvent[]) => {
  const stored = await store.append({ series: [], watermarks: [], events });
  standing.apply(stored);
  return stored;
};
const runner = createAlarmRunner({ ...RULES, append, clock: Date.now });
const past = await store.events(0, 100_000);
runner.replay(past);
standing.apply(past);

const { gate, accounts } = openAccess({
  dataFolder: options.folder,
  utility: RULES.utility.id,
  limits: { idleMs: DAY_MS, longestMs: DAY_MS },
  publicUrl: () => "",
  cookieName: "nightflow",
  openId: null,
  clock: Date.now,
  log,
});
const author = { who: "amina", address: "this machine" };
const secrets = options.tokens.map(({ name, role, districts }) => {
  const added = accounts.addToken({ name, role, districts, days: 1 }, author);
  if (isRefusal(added)) throw new Error(added.message);
  return added.secret;
});
const scada = await startScada({
  settings: options.settings,
  utility: RULES.utility,
  pkiFolder: options.pkiFolder,
  alarms: standing,
  perform: createPerform(runner.act, gate, () => {}),
  gate,
  logIn: options.tokens.length > 0,
  clock: Date.now,
  log,
});

async function obey(order: CentreOrder): Promise<unknown> {
  if (order.order === "find") {
    const bodies = order.verdicts.map((verdict) => ({ kind: "verdict", revision: 0, verdict }) as const);
    await runner.onFindings(
      await append(bodies.map((body) => ({ timeMs: Date.now(), actor: "nightflow", body }))),
    );
  }
  if (order.order === "refusals") return gate.refusals();
  if (order.order === "revoke") return accounts.revokeToken(order.token, author);
  if (order.order === "act") return runner.act(order.action, order.actor).then(followed);
  return followed([...runner.alarms().values()]);
}

async function followed<T>(outcome: T): Promise<T> {
  await runner.tick();
  await scada.tick();
  return outcome;
}

process.on("message", (order: CentreOrder) => {
  void obey(order).then((answer) => process.send?.({ answer }));
});
process.send?.({ address: scada.address, secrets });
