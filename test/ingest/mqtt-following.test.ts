/** What centres tell each other over a real Mosquitto: samples once, and whoever misses one is told so. */
import { connectAsync } from "mqtt";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FollowingOptions, startFollowing } from "../../src/ingest/mqtt-following.ts";
import { type Series, seriesOf } from "../../src/model/sample.ts";
import { storedTopicOf } from "../../src/model/wire.ts";
import { checkMessage } from "../support/asyncapi-messages.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { until } from "../support/waiting.ts";

const TIME = Date.UTC(2026, 2, 1);
const sample = (minute: number, value: number) =>
  seriesOf("border", [TIME + minute * 60_000], [value], [Number.isNaN(value) ? 0x8000_0000 : 0]);

describe.skipIf(!findProgram("mosquitto"))("following other centres", () => {
  async function scene() {
    const mosquitto = await startMosquitto({ persistence: false });
    onTestFinished(() => mosquitto.stop());
    const centre = (options: Partial<FollowingOptions>) => {
      const stored: Series[] = [];
      const missed = { times: 0 };
      const following = startFollowing({
        url: mosquitto.url,
        access: {},
        utility: "town",
        sensors: ["border"],
        own: [],
        isTold: () => true,
        log: pino({ level: "silent" }),
        onStored: (series) => stored.push(...series),
        onMissed: () => {
          missed.times += 1;
        },
        ...options,
      });
      onTestFinished(() => following.close());
      return { ...following, stored, missed };
    };
    const heard: object[] = [];
    const listener = await connectAsync(mosquitto.url);
    onTestFinished(() => listener.endAsync(true));
    listener.on("message", (_topic, payload) => {
      if (payload.length > 1) heard.push(JSON.parse(payload.toString()));
    });
    await listener.subscribeAsync(storedTopicOf("town", "border"));
    return { mosquitto, centre, heard, listener };
  }

  it("tells what was stored to those who watch, and not to itself", async () => {
    const { centre, heard } = await scene();
    const south = centre({});
    await until("the south watches", () => south.missed.times === 1);
    const north = centre({ own: ["border"] });
    await until("the north says that it has begun", () => heard.length === 1);
    north.tell([sample(1, 7), sample(2, Number.NaN)]);
    await until("both are heard of", () => south.stored.length === 2);
    expect(south.stored).toEqual([sample(1, 7), sample(2, Number.NaN)]);
    expect(north.stored).toEqual([]);
    for (const message of heard) checkMessage("stored", message);
  });

  it("reads history again at every connection, when a teller begins, and when a message is missing", async () => {
    const { mosquitto, centre, heard, listener } = await scene();
    const south = centre({});
    await until("the south watches", () => south.missed.times === 1);
    const told = (number: number) => ({ centre: "north", number, series: null });
    const say = async (number: number) =>
      listener.publishAsync(storedTopicOf("town", "border"), JSON.stringify(told(number)), { qos: 1 });
    await say(1);
    await until("a new teller is noticed", () => south.missed.times === 2);
    await say(2);
    await say(4);
    await until("the gap is noticed", () => south.missed.times === 3);
    await say(5);
    await until("all were sent", () => heard.length === 4);
    await mosquitto.kill();
    await mosquitto.startAgain();
    await until("it is connected again", () => south.missed.times === 4);
  });

  it("tells nothing that nobody watches, and passes over what it cannot read", async () => {
    const { centre, heard, listener } = await scene();
    const south = centre({ isTold: () => false });
    await until("the south watches", () => south.missed.times === 1);
    south.tell([sample(1, 7)]);
    await listener.publishAsync(storedTopicOf("town", "border"), "{", { qos: 1 });
    const torn = { centre: "x", number: 1, series: { sensor: "border", t: [1, 2], v: [1] } };
    await listener.publishAsync(storedTopicOf("town", "border"), JSON.stringify(torn), { qos: 1 });
    const good = { centre: "x", number: 1, series: null };
    await listener.publishAsync(storedTopicOf("town", "border"), JSON.stringify(good), { qos: 1 });
    await until("the one that can be read is", () => south.missed.times === 2);
    expect(south.stored).toEqual([]);
    expect(heard.some((message) => "centre" in message && message.centre !== "x")).toBe(false);
  });
});
