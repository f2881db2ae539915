/** What reaches people and programs, over real connections, whatever fails in between. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/clock.ts";
import type { MailChannel, SmsChannel } from "../../src/model/notification.ts";
import type { Deliver } from "../../src/notify/delivery.ts";
import { START_MS, verdict } from "../alarm/sample-verdicts.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startHttpReceiver } from "./http-receiver.ts";
import { startNotifying } from "./notifying-centre.ts";
import { startSmtpReceiver } from "./smtp-receiver.ts";

const LEAK = verdict("leak", { flowM3h: 5 });
const OVER = { ...LEAK, endMs: START_MS + 3 * HOUR_MS };
const bodies = ({ received }: { received: readonly { body: string }[] }) =>
  received.map(({ body }) => JSON.parse(body));

async function alertmanager() {
  const receiver = await startHttpReceiver();
  const centre = await startNotifying({
    channels: [{ id: "hook", kind: "alertmanager", url: `${receiver.url}/alerts` }],
    routes: [{ channels: ["hook"] }],
  });
  return { receiver, centre };
}

describe("a webhook in Alertmanager's form", () => {
  test("gets an alarm as firing, and its end as resolved", async () => {
    const { receiver, centre } = await alertmanager();
    await centre.finds(LEAK);
    await centre.passes(0);
    await centre.act({ type: "acknowledge", alarm: LEAK.key });
    await centre.finds(OVER);
    await centre.passes(MINUTE_MS);
    const [firing, resolved] = bodies(receiver);
    expect(firing).toMatchObject({
      version: "4",
      status: "firing",
      receiver: "hook",
      truncatedAlerts: 0,
      groupLabels: { utility: "nakuru", route: "duty" },
      commonLabels: { alertname: "leak", severity: "medium", district: "north" },
      alerts: [
        {
          status: "firing",
          labels: { alarm: LEAK.key },
          annotations: { summary: "Water leaks in the district: 5 m3/h, between 4 and 6." },
          startsAt: new Date(START_MS).toISOString(),
          endsAt: "0001-01-01T00:00:00Z",
          fingerprint: LEAK.key,
        },
      ],
    });
    expect(resolved).toMatchObject({
      status: "resolved",
      alerts: [{ status: "resolved", endsAt: new Date(OVER.endMs).toISOString(), fingerprint: LEAK.key }],
    });
    expect(receiver.received[0]?.headers["content-type"]).toBe("application/json");
    expect(centre.outbox().waiting()).toBe(0);
  });

  test("shows the token that its file holds", async () => {
    const bearerTokenFile = join(await temporaryFolder(), "token");
    await writeFile(bearerTokenFile, "s3cret\n");
    const receiver = await startHttpReceiver();
    const centre = await startNotifying({
      channels: [{ id: "hook", kind: "alertmanager", url: receiver.url, bearerTokenFile }],
      routes: [{ channels: ["hook"] }],
    });
    await centre.finds(LEAK);
    await centre.passes(0);
    expect(receiver.received[0]?.headers.authorization).toBe("Bearer s3cret");
  });
});

describe("what cannot be sent", () => {
  test("for now is sent again, more and more rarely, in order; what is behind it waits", async () => {
    const { receiver, centre } = await alertmanager();
    receiver.answerWith(503);
    await centre.finds(LEAK);
    await centre.passes(0);
    await centre.finds(verdict("leak", { id: "south" }));
    await centre.passes(4_999);
    expect(receiver.received).toHaveLength(1);
    await centre.passes(1);
    await centre.passes(9_999);
    expect(receiver.received).toHaveLength(2);
    receiver.answerWith(200);
    await centre.passes(1);
    const told = bodies(receiver).map(({ alerts }) => alerts[0].labels.district);
    expect(told).toEqual(["north", "north", "north", "south"]);
    expect(centre.outbox().waiting()).toBe(0);
  });

  test("before the receiver wants it is not sent before", async () => {
    const { receiver, centre } = await alertmanager();
    receiver.answerWith(429, { "retry-after": "120" });
    await centre.finds(LEAK);
    await centre.passes(0);
    await centre.passes(119_999);
    expect(receiver.received).toHaveLength(1);
    receiver.answerWith(200);
    await centre.passes(1);
    expect(receiver.received).toHaveLength(2);
  });

  test("ever is given up at once and kept with the reason; the next one goes", async () => {
    const { receiver, centre } = await alertmanager();
    receiver.answerWith(422);
    await centre.finds(LEAK);
    await centre.passes(0);
    receiver.answerWith(200);
    await centre.finds(verdict("leak", { id: "south" }));
    await centre.passes(1);
    expect(receiver.received).toHaveLength(2);
    expect(centre.outbox().failed()).toMatchObject([{ channel: "hook", why: "422 Unprocessable Entity" }]);
  });

  test("for a day is given up; a redirection is not followed", async () => {
    const { receiver, centre } = await alertmanager();
    receiver.answerWith(401);
    await centre.finds(LEAK);
    await centre.passes(0);
    await centre.passes(DAY_MS);
    expect(centre.outbox().failed()).toMatchObject([{ why: "expired before it could be sent" }]);
    receiver.answerWith(302, { location: `${receiver.url}/elsewhere` });
    await centre.finds(verdict("leak", { id: "south" }));
    await centre.passes(0);
    expect(centre.outbox().failed()).toHaveLength(2);
    expect(receiver.received.every(({ url }) => url === "/alerts")).toBe(true);
  });

  test("because nobody listens is sent when somebody does", async () => {
    const outcomes: ("passing" | "delivered")[] = ["passing", "delivered"];
    const sent: string[] = [];
    const deliver: Deliver = async (_, id) => {
      sent.push(id);
      const kind = outcomes.shift() ?? "delivered";
      return kind === "delivered" ? { kind } : { kind, why: "ECONNREFUSED" };
    };
    const centre = await startNotifying({
      channels: [{ id: "hook", kind: "alertmanager", url: "http://127.0.0.1:9" }],
      routes: [{ channels: ["hook"] }],
      deliver: () => deliver,
    });
    await centre.finds(LEAK);
    await centre.passes(0);
    await centre.restart();
    await centre.passes(5_000);
    expect(sent).toEqual(["nakuru.1", "nakuru.1"]);
  });
});

describe("after a restart", () => {
  test("nothing is told twice, and what happened meanwhile is told", async () => {
    const { receiver, centre } = await alertmanager();
    await centre.finds(LEAK);
    await centre.passes(0);
    await centre.restart();
    await centre.finds(verdict("leak", { id: "south" }));
    await centre.passes(MINUTE_MS);
    await centre.passes(MINUTE_MS);
    expect(bodies(receiver).map(({ alerts }) => alerts[0].labels.district)).toEqual(["north", "south"]);
  });

  test("in the middle of sending, the letter is sent again with the same id", async () => {
    const sent: string[] = [];
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const deliver: Deliver = async (_, id) => {
      sent.push(id);
      if (sent.length === 1) await answered;
      return sent.length === 1 ? { kind: "passing", why: "cut" } : { kind: "delivered" };
    };
    const centre = await startNotifying({
      channels: [{ id: "hook", kind: "alertmanager", url: "http://127.0.0.1:9" }],
      routes: [{ channels: ["hook"] }],
      deliver: () => deliver,
    });
    await centre.finds(LEAK);
    const passing = centre.passes(0);
    answer();
    await passing;
    await centre.restart();
    await centre.passes(HOUR_MS);
    expect(new Set(sent).size).toBe(1);
    expect(sent).toHaveLength(2);
  });
});

test("CloudEvents carry every recorded event of their kinds, in order, each with its cursor", async () => {
  const receiver = await startHttpReceiver();
  const centre = await startNotifying({
    channels: [{ id: "ce", kind: "cloudevents", url: receiver.url, events: ["alarm", "verdict"] }],
  });
  await centre.finds(LEAK);
  await centre.act({ type: "acknowledge", alarm: LEAK.key });
  const notice = { timeMs: START_MS, code: "overflow", figures: {} };
  await centre.append([
    { timeMs: START_MS, actor: "station-1", body: { kind: "notice", site: "station-1", notice } },
  ]);
  await centre.passes(0);
  expect(bodies(receiver)).toMatchObject([
    { specversion: "1.0", id: "1", type: "nightflow.verdict.v1", source: "/nightflow/nakuru" },
    { id: "2", type: "nightflow.alarm.activated.v1", subject: LEAK.key, data: { actor: "nightflow" } },
    { id: "3", type: "nightflow.alarm.acknowledged.v1", data: { actor: "amina", cursor: 3 } },
  ]);
  expect(receiver.received[0]?.headers["content-type"]).toBe("application/cloudevents+json");
});

describe("mail", () => {
  const mail = (port: number, change: Partial<MailChannel> = {}): MailChannel => ({
    id: "mail",
    kind: "mail",
    host: "127.0.0.1",
    port,
    security: "none",
    from: "nightflow@nakuru.example",
    to: ["duty@nakuru.example", "engineer@nakuru.example"],
    ...change,
  });

  test("tells what leaks, since when, what it costs and what to do", async () => {
    const server = await startSmtpReceiver();
    const centre = await startNotifying({
      channels: [mail(server.port)],
      routes: [{ channels: ["mail"] }],
      pageUrl: "https://nightflow.nakuru.example",
    });
    await centre.finds(LEAK);
    await centre.passes(0);
    const text = server.mails[0]?.replaceAll("=\n", "") ?? "";
    expect(text).toContain("To: duty@nakuru.example, engineer@nakuru.example");
    expect(text).toContain("Subject: Nakuru: Alarms: 1");
    expect(text).toContain("Message-ID: <nightflow.nakuru.1@nakuru.example>");
    expect(text).toContain(
      "MEDIUM north: Water leaks in the district: 5 m3/h, between 4 and 6. (since 2026-03-01 05:00)",
    );
    expect(text).toContain("Lost so far: 10 m3, KES 5; KES 60 a day");
    expect(text).toContain("To do: response to leak");
    expect(text).toContain("https://nightflow.nakuru.example");
  });

  test.each([
    ["sw", "La kufanya: jibu la leak"],
    ["fr", "faire : response to leak"],
  ] as const)(
    "says what to do in %s, or in English where the configuration has no other",
    async (language, line) => {
      const server = await startSmtpReceiver();
      const centre = await startNotifying({
        language,
        channels: [mail(server.port)],
        routes: [{ channels: ["mail"] }],
      });
      await centre.finds(LEAK);
      await centre.passes(0);
      expect(server.mails[0]?.replaceAll("=\n", "")).toContain(line);
    },
  );

  test.each([
    ["RCPT", "550 no such user", "permanent"],
    ["DATA", "554 refused", "permanent"],
    ["MAIL", "451 try later", "passing"],
    ["AUTH", "535 wrong password", "passing"],
  ] as const)("%s answered with %s is a %s failure", async (command, answer, kind) => {
    const passwordFile = join(await temporaryFolder(), "password");
    await writeFile(passwordFile, "s3cret");
    const server = await startSmtpReceiver();
    server.refuse(command, answer);
    const centre = await startNotifying({
      channels: [mail(server.port, { user: "nightflow", passwordFile })],
      routes: [{ channels: ["mail"] }],
    });
    await centre.finds(LEAK);
    await centre.passes(0);
    expect(centre.outbox().failed()).toHaveLength(kind === "permanent" ? 1 : 0);
    server.refuse(null);
    await centre.passes(5_000);
    expect(server.mails).toHaveLength(kind === "permanent" ? 0 : 1);
  });

  test("is not sent in the clear when it was to be encrypted", async () => {
    const server = await startSmtpReceiver();
    const centre = await startNotifying({
      channels: [mail(server.port, { security: "starttls" })],
      routes: [{ channels: ["mail"] }],
    });
    await centre.finds(LEAK);
    await centre.passes(0);
    expect(server.mails).toEqual([]);
    expect(centre.outbox().waiting()).toBe(1);
  });
});

describe("text messages", () => {
  const sms = (url: string, change: Partial<SmsChannel> = {}): SmsChannel => ({
    id: "sms",
    kind: "sms",
    url,
    method: "POST",
    headers: { "content-type": "application/json" },
    headerFiles: {},
    body: '{"to":"{to}","message":"{text}"}',
    to: ["+254700000001", "+254700000002"],
    maxCharacters: 160,
    ...change,
  });

  test("go to each telephone by itself, in the form that the gateway asks for", async () => {
    const keyFile = join(await temporaryFolder(), "key");
    await writeFile(keyFile, "k3y\n");
    const receiver = await startHttpReceiver();
    const centre = await startNotifying({
      channels: [sms(receiver.url, { headerFiles: { "x-api-key": keyFile } })],
      routes: [{ channels: ["sms"] }],
    });
    await centre.finds(LEAK);
    await centre.passes(0);
    expect(bodies(receiver).map(({ to }) => to)).toEqual(["+254700000001", "+254700000002"]);
    expect(bodies(receiver)[0].message).toBe(
      "Nakuru: Alarms: 1\nMEDIUM north: Water leaks in the district: 5 m3/h, between 4 and 6. (since 2026-03-01 05:00)",
    );
    expect(receiver.received[0]?.headers["x-api-key"]).toBe("k3y");
  });

  test("are encoded in an address, and name the most urgent first when not all fits", async () => {
    const receiver = await startHttpReceiver();
    const url = `${receiver.url}/send?to={to}&text={text}`;
    const centre = await startNotifying({
      channels: [sms(url, { method: "GET", headers: {}, to: ["+254700000001"] })],
      routes: [{ channels: ["sms"] }],
    });
    await centre.finds(
      LEAK,
      verdict("leak", { id: "south" }),
      verdict("burst", { id: "south", flowM3h: 30 }),
    );
    await centre.passes(0);
    const asked = new URL(receiver.url + (receiver.received[0]?.url ?? ""));
    expect(asked.searchParams.get("to")).toBe("+254700000001");
    const text = asked.searchParams.get("text") ?? "";
    expect(text).toMatch(/^Nakuru: Alarms: 3\nHIGH south: A pipe has burst.*\nand 2 more$/);
    expect(text.length).toBeLessThanOrEqual(160);
    expect(receiver.received[0]).toMatchObject({ method: "GET", body: "" });
  });

  test("are in the language of the utility", async () => {
    const receiver = await startHttpReceiver();
    for (const language of ["fr", "sw"] as const) {
      const centre = await startNotifying({
        language,
        channels: [sms(receiver.url, { to: ["+1"] })],
        routes: [{ channels: ["sms"] }],
      });
      await centre.finds(LEAK);
      await centre.passes(0);
    }
    expect(bodies(receiver).map(({ message }) => message)).toEqual([
      "Nakuru: Alarmes : 1\nMOYENNE north: De l'eau fuit dans le secteur : 5 m3/h, entre 4 et 6. (depuis 2026-03-01 05:00)",
      "Nakuru: Tahadhari: 1\nWASTANI north: Maji yanavuja katika eneo: 5 m3/h, kati ya 4 na 6. (tangu 2026-03-01 05:00)",
    ]);
  });
});

test("the watchdog is heard at its pace, and is not caught up on after a silence", async () => {
  const receiver = await startHttpReceiver();
  const centre = await startNotifying({
    channels: [{ id: "hook", kind: "alertmanager", url: receiver.url }],
    watchdog: { everyMs: HOUR_MS, channels: ["hook"] },
  });
  await centre.passes(0);
  await centre.passes(HOUR_MS - 1);
  expect(bodies(receiver)).toMatchObject([
    { status: "firing", alerts: [{ labels: { alertname: "Watchdog" } }] },
  ]);
  receiver.answerWith(503);
  for (let hour = 0; hour < 5; hour += 1) await centre.passes(HOUR_MS);
  expect(centre.outbox().waiting()).toBeLessThanOrEqual(2);
});

test("a flood of a thousand alarms is one message that names fifty and counts the rest", async () => {
  const { receiver, centre } = await alertmanager();
  const leaks = Array.from({ length: 1000 }, (_, i) =>
    verdict("leak", { startMs: START_MS - i * MINUTE_MS }),
  );
  await centre.finds(...leaks);
  await centre.passes(0);
  expect(receiver.received).toHaveLength(1);
  const [told] = bodies(receiver);
  expect(told.alerts).toHaveLength(50);
  expect(told.truncatedAlerts).toBe(950);
});
