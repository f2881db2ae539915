/** The connection to a broker of the utility's own. */
import { connectAsync } from "mqtt";
import { describe, it, onTestFinished } from "vitest";
import { createExternalInbox } from "../../src/ingest/mqtt-external-inbox.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { until } from "../support/waiting.ts";
import { log } from "./ingest-scene.ts";

describe.skipIf(!findProgram("mosquitto"))("a centre behind Mosquitto", () => {
  it("takes what came while it was away, and outlives a broker that was killed", async () => {
    const mosquitto = await startMosquitto();
    onTestFinished(() => mosquitto.stop());
    const open = () => createExternalInbox({ url: mosquitto.url, utility: "town", log });
    const seen: string[] = [];
    const first = open();
    first.listen(["meters/#"], (message) => seen.push(message.topic));
    await until("it is connected", () => first.connected());
    const client = await connectAsync(mosquitto.url);
    onTestFinished(() => client.endAsync(true));
    await client.publishAsync("meters/1", "x", { qos: 1 });
    await until("the first came", () => seen.length === 1);
    await first.close();
    await client.publishAsync("meters/2", "x", { qos: 1 });
    const second = open();
    onTestFinished(() => second.close());
    second.listen(["meters/#"], (message) => seen.push(message.topic));
    await until("what came meanwhile is there", () => seen.includes("meters/2"));
    await mosquitto.kill();
    await until("the connection is gone", () => !second.connected());
    await mosquitto.startAgain();
    await until("both are back", () => second.connected() && client.connected);
    await client.publishAsync("meters/3", "x", { qos: 1 });
    await until("messages flow again", () => seen.includes("meters/3"));
  });
});
