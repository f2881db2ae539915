/** Retained alarm topics on the broker that ships, read by an ordinary MQTT client. */
import { connectAsync } from "mqtt";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { startAedesBroker } from "../../src/ingest/aedes-broker.ts";
import { createAlarmTopics } from "../../src/notify/alarm-topics.ts";
import { UTILITY, verdict } from "../alarm/sample-verdicts.ts";
import { startCentre } from "../operator/centre.ts";
import { until } from "../support/waiting.ts";

const LEAK = verdict("leak");
const TOPIC = `nightflow/v1/nakuru/alarms/${LEAK.key}`;

test("whoever subscribes has the standing alarms at once, and sees them change and go", async () => {
  const broker = await startAedesBroker({
    host: "127.0.0.1",
    port: 0,
    portSetting: "broker.port",
    log: pino({ level: "silent" }),
  });
  onTestFinished(() => broker.close());
  const centre = await startCentre();
  let failing = true;
  const topics = createAlarmTopics({
    utility: UTILITY,
    alarms: centre.service.alarms,
    async publish(...message) {
      if (failing) throw new Error("no broker");
      await broker.publish(...message);
    },
  });
  await centre.finds(LEAK);
  await expect(topics.tick()).rejects.toThrow("no broker");
  failing = false;
  await topics.tick();

  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  onTestFinished(() => client.endAsync(true));
  const heard: { topic: string; payload: string; retain: boolean }[] = [];
  client.on("message", (topic, payload, { retain }) =>
    heard.push({ topic, payload: payload.toString(), retain }),
  );
  await client.subscribeAsync("nightflow/v1/nakuru/alarms/#", { qos: 1 });
  await until("the retained alarm", () => heard.length === 1);
  expect(heard[0]).toMatchObject({ topic: TOPIC, retain: true });
  expect(JSON.parse(heard[0]!.payload)).toMatchObject({ id: LEAK.key, state: "unacknowledged", lostM3: 10 });

  await centre.act({ type: "acknowledge", alarm: LEAK.key }, "amina");
  await topics.tick();
  await topics.tick();
  await centre.finds({ ...LEAK, endMs: LEAK.startMs + 1000 });
  await topics.tick();
  await until("the alarm is gone", () => heard.at(-1)?.payload === "");
  expect(heard.slice(1).map(({ payload }) => payload && JSON.parse(payload).state)).toEqual([
    "acknowledged",
    "",
  ]);
});
