import Fastify from "fastify";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { guard, needs } from "../../src/operator/http-gate.ts";
import { gateOf } from "../access/gates.ts";
import { verdict } from "../alarm/sample-verdicts.ts";
import { startCentre } from "./centre.ts";
import { openPage } from "./live-page.ts";

const ALARM = "district:north:leak:2026-03-01T02:00:00.000Z";

describe("routes", () => {
  test("one that declares no permission is refused when the service starts", () => {
    const app = Fastify();
    guard(app, gateOf("amina"));
    app.get("/declared", needs("see"), async () => ({}));
    expect(() => app.post("/forgotten", async () => ({}))).toThrow(
      expect.objectContaining({
        code: "undeclared-permission",
        message: "the route POST /forgotten declares no permission",
      }),
    );
  });

  test("whoever may not is told so, and the reason is counted", async () => {
    const counted: unknown[] = [];
    const gate = { ...gateOf("amina", "viewer"), refused: (...one: unknown[]) => counted.push(one) };
    const centre = await startCentre({ gate });
    const path = `/api/v1/alarms/${encodeURIComponent(ALARM)}/actions`;
    const answer = await fetch(centre.address + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "acknowledge", alarm: ALARM }),
    });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({
      code: "not-permitted",
      message: "amina is viewer; this needs the permission to operate.",
    });
    expect(counted).toEqual([
      ["not-permitted", { method: "POST", path, address: "127.0.0.1", user: "amina" }],
    ]);
  });

  test("a centre nobody logs in to answers under its machine's own name only, and through no proxy", async () => {
    const { address } = await startCentre();
    const { port } = new URL(address);
    const ask = (headers: Record<string, string>) =>
      fetch(`${address}/api/v1/alarms`, { headers }).then(({ status }) => status);
    expect(await ask({})).toBe(200);
    expect(await ask({ "x-forwarded-for": "192.0.2.7" })).toBe(403);
    const rebound = new WebSocket(`ws://127.0.0.1:${port}/api/v1/live`, {
      headers: { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
    });
    const status = await new Promise((resolve) => {
      rebound.on("unexpected-response", (_, response) => resolve(response.statusCode));
      rebound.on("open", () => resolve("open"));
    });
    rebound.on("error", () => {});
    rebound.terminate();
    expect(status).toBe(403);
  });
});

describe("the live stream", () => {
  test("shows a viewer everything and lets them act on nothing", async () => {
    const centre = await startCentre({ gate: gateOf("amina", "viewer") });
    await centre.finds(verdict("leak"));
    const page = await openPage(centre.liveAddress);
    page.send({ type: "hello", version: 1 });
    await page.heard("snapshot", ({ snapshot }) => snapshot.alarms.length === 1);
    page.send({ type: "act", request: "a", action: { type: "acknowledge", alarm: ALARM } });
    expect(await page.heard("refused")).toMatchObject({ request: "a", code: "not-permitted" });
    expect(centre.service.alarms.alarm(ALARM)).toMatchObject({ state: "unacknowledged" });
  });

  test("lets an operator acknowledge, and leaves taking out of service to an engineer", async () => {
    const centre = await startCentre({ gate: gateOf("amina", "operator") });
    await centre.finds(verdict("leak"));
    const page = await openPage(centre.liveAddress);
    page.send({ type: "hello", version: 1 });
    page.send({
      type: "act",
      request: "a",
      action: { type: "take-out-of-service", alarm: ALARM, reason: "r" },
    });
    page.send({ type: "act", request: "b", action: { type: "acknowledge", alarm: ALARM } });
    expect(await page.heard("done")).toEqual({ type: "done", request: "b" });
    expect(await page.heard("refused")).toMatchObject({ request: "a", code: "not-permitted" });
  });
});
