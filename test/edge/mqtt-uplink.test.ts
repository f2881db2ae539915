import { describe, expect, onTestFinished, test } from "vitest";
import type { UplinkConfig } from "../../edge/agent-config.ts";
import type { Spool } from "../../edge/sqlite-spool.ts";
import { seriesOf } from "../../src/model/sample.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { findProgram } from "../support/programs.ts";
import { until } from "../support/waiting.ts";
import { startFakeCentre, startTestBroker, timesOf } from "./fake-centre.ts";
import { laneOf } from "./spool-settings.ts";
import { startUplinkParts } from "./uplink-parts.ts";

const BATCH = 10;

async function startAgentParts(url: string, uplink: Partial<UplinkConfig> = {}) {
  return startUplinkParts({ brokers: [url], ...uplink }, BATCH);
}

function append(spool: Spool, from: number, count: number): Promise<void> {
  const times = Array.from({ length: count }, (_, index) => from + index);
  return spool.append([seriesOf("meter", times, times)]);
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("uplink over aedes", () => {
  test("sends everything in order, within the window, and trims by acknowledgement alone", async () => {
    const { url } = await startTestBroker();
    const centre = await startFakeCentre({ url });
    centre.answer(false);
    const { spool } = await startAgentParts(url, { windowBatches: 4 });
    await append(spool, 0, 10 * BATCH);
    await until("the window is sent", () => centre.arrived.length >= 4);
    expect([centre.arrived, spool.heldBatches()]).toEqual([[1, 2, 3, 4], 10]);
    centre.answer(true);
    await centre.acknowledge({ epoch: "another", stored: 10 });
    await centre.acknowledge({ epoch: laneOf(spool).epoch, stored: 4 });
    await until("the spool is empty", () => spool.heldBatches() === 0);
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(10 * BATCH));
    expect(centre.stored[0]?.first).toBe(1);
  });

  test("a lost batch and all after it are sent again when the same acknowledgement comes twice", async () => {
    const { url } = await startTestBroker();
    const lost = new Set([3]);
    const centre = await startFakeCentre({ url, lose: (seq) => lost.delete(seq) });
    const { spool } = await startAgentParts(url);
    await until("the agent is online", () => centre.statuses.length > 0);
    await append(spool, 0, 5 * BATCH);
    await until("the spool is empty", () => spool.heldBatches() === 0);
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(5 * BATCH));
    expect(centre.arrived.filter((seq) => seq === 3)).toHaveLength(2);
  });

  test("a lost last batch is sent again when there is no progress", async () => {
    const { url } = await startTestBroker();
    const lost = new Set([1]);
    const centre = await startFakeCentre({ url, lose: (seq) => lost.delete(seq) });
    const { spool } = await startAgentParts(url, { ackTimeoutMs: 200 });
    await append(spool, 0, BATCH);
    await until("the spool is empty", () => spool.heldBatches() === 0);
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(BATCH));
  });

  test("a cut link is told by the will, and the agent comes back with everything", async () => {
    const { url, cutConnections } = await startTestBroker();
    const centre = await startFakeCentre({ url });
    const { spool, uplink } = await startAgentParts(url);
    await until("the agent is online", () => centre.statuses.at(-1)?.online === true);
    cutConnections();
    await append(spool, 0, 3 * BATCH);
    await until("the spool is empty", () => spool.heldBatches() === 0);
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(3 * BATCH));
    await until("the agent is online again", () => centre.statuses.at(-1)?.online === true);
    await uplink.stop();
    await until("the agent said goodbye", () => centre.statuses.at(-1)?.online === false);
  });

  test("a centre that knows batches this spool never made gets everything under a new epoch", async () => {
    const { url } = await startTestBroker();
    const centre = await startFakeCentre({ url });
    const { spool } = await startAgentParts(url);
    const before = laneOf(spool).epoch;
    await centre.acknowledge({ epoch: before, stored: 1000 });
    await until("the epoch is renewed", () => laneOf(spool).epoch !== before);
    await append(spool, 0, 2 * BATCH);
    await until("the spool is empty", () => spool.heldBatches() === 0);
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(2 * BATCH));
  });
});

describe.skipIf(!findProgram("mosquitto"))("uplink over Mosquitto", () => {
  test("survives a broker killed mid-stream: every sample arrives, in order, once", async () => {
    const broker = await startMosquitto();
    onTestFinished(broker.stop);
    const centre = await startFakeCentre({ url: broker.url });
    const { spool } = await startAgentParts(broker.url, { ackTimeoutMs: 500 });
    for (let from = 0; from < 50 * BATCH; from += BATCH) {
      await append(spool, from, BATCH);
      if (from === 20 * BATCH) await until("some are stored", () => centre.stored.length > 5);
      if (from === 25 * BATCH) await broker.kill();
      if (from === 40 * BATCH) await broker.startAgain();
    }
    await until("the spool is empty", () => spool.heldBatches() === 0);
    expect(timesOf(centre.stored, "meter")).toEqual(upTo(50 * BATCH));
  });
});
