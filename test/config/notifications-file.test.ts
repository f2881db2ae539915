/** notifications.yaml beside the example that ships: read with its defaults, and refused where it is wrong. */
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import { MINUTE_MS } from "../../src/model/clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const example = fileURLToPath(new URL("../../config/example", import.meta.url));

async function withNotifications(text: string) {
  const folder = await temporaryFolder();
  cpSync(example, folder, { recursive: true });
  writeFileSync(join(folder, "notifications.yaml"), text);
  const result = readCentreConfig(folder);
  return result.ok
    ? { settings: result.config.notifications, faults: [] }
    : { settings: null, faults: result.faults.map(({ line, key, message }) => `${line} ${key}: ${message}`) };
}

const MAIL = "{ id: duty, kind: mail, host: mail.example, from: a@example.org, to: [b@example.org] }";

test("a route takes what it does not name from all there is, and the hours of the utility's zone", async () => {
  const { settings } = await withNotifications(`
channels:
  - ${MAIL}
routes:
  - { id: night, channels: [duty], hours: { from: "18:00", to: "06:30" }, repeatMinutes: 240, escalation: { afterMinutes: 30, channels: [duty] } }
watchdog: { everyHours: 24, channels: [duty] }
`);
  expect(settings).toMatchObject({
    language: "en",
    alarmTopics: false,
    channels: [{ port: 587, security: "starttls" }],
    routes: [
      {
        districts: null,
        priorities: null,
        hours: { fromMinute: 18 * 60, toMinute: 390, timeZone: "Africa/Nairobi" },
        groupWaitMs: 30_000,
        repeatMs: 240 * MINUTE_MS,
        escalation: { afterMs: 30 * MINUTE_MS },
      },
    ],
    watchdog: { everyMs: 1440 * MINUTE_MS },
  });
});

test.each([
  [`channels: [${MAIL}, ${MAIL}]`, "1 channels[1].id: is used above"],
  [
    `channels: [${MAIL}]\nroutes: [{ id: r, channels: [boss] }]`,
    '2 routes[0].channels[0]: there is no channel "boss"',
  ],
  [
    `channels: [${MAIL}]\nroutes: [{ id: r, channels: [duty], districts: [west] }]`,
    '2 routes[0].districts[0]: there is no district "west" in utility.yaml',
  ],
  [
    "channels: [{ id: c, kind: cloudevents, url: 'http://x.example' }]\nwatchdog: { everyHours: 1, channels: [c] }",
    '2 watchdog.channels[0]: "c" gets every event as it is and takes no messages',
  ],
  [
    "channels: [{ id: s, kind: sms, url: 'http://x.example', to: ['+254'] }]",
    "1 channels[0].body: neither address nor body has {text}",
  ],
  [
    "channels: [{ id: s, kind: alertmanager, url: 'ftp://x.example' }]",
    "1 channels[0].url: must be an address",
  ],
  [
    `channels: [${MAIL.replace("from:", "user: u, from:")}]`,
    "1 channels[0].passwordFile: user and passwordFile belong together",
  ],
  ["language: de", "1 language: "],
])("%s is refused", async (text, told) => {
  const { faults } = await withNotifications(text);
  expect(faults.join("\n")).toContain(told);
});
