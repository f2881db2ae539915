/** A control system beside the page: a real OPC UA client against the centre in a process of its own. */
import { X509Certificate } from "node:crypto";
import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/clock.ts";
import { readIdentity } from "../../src/scada/opcua-certificate.ts";
import type { OpcuaSettings } from "../../src/scada/scada-settings.ts";
import { START_MS, verdict } from "../alarm/sample-verdicts.ts";
import { makeCertificate, makeOpcuaCertificate } from "../support/certificates.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/waiting.ts";
import { connectControlSystem } from "./control-system.ts";
import { startScadaCentre } from "./scada-centre.ts";

const LEAK = verdict("leak");
const ended = verdict("leak", { endMs: START_MS + HOUR_MS, decidedMs: START_MS + 3 * HOUR_MS });
const LOCAL = { host: "127.0.0.1", port: 0 };

async function start(settings: OpcuaSettings = LOCAL) {
  const folder = await temporaryFolder();
  const options = { folder, pkiFolder: `${folder}/pki`, settings, tokens: [] };
  const centre = await startScadaCentre(options);
  return { folder, options, centre };
}

/** Each starts a process and a session, on a machine that may be busy. */
const MANY_STEPS_MS = 60_000;

describe("an alarm", { timeout: MANY_STEPS_MS }, () => {
  test("is seen, acknowledged and confirmed there, under the control system's name", async () => {
    const { centre } = await start();
    const scada = await connectControlSystem(centre.address);
    await centre.finds(LEAK);
    const raised = await scada.sees(LEAK.key, { "ActiveState.Id": true, "AckedState.Id": false });
    expect(raised).toMatchObject({
      SourceName: "north",
      ConditionName: "leak",
      Severity: 500,
      Message: expect.stringContaining("5 m"),
      Retain: true,
      "ConfirmedState.Id": true,
      SuppressedOrShelved: false,
    });
    expect(await scada.confirm(raised)).toBe("BadConditionBranchAlreadyConfirmed");
    expect(await scada.acknowledge(raised, "crew called")).toBe("Good");
    const acknowledged = await scada.sees(LEAK.key, { "AckedState.Id": true, Comment: "crew called" });
    expect(acknowledged).toMatchObject({ "ConfirmedState.Id": false, Retain: true, ClientUserId: "opcua" });
    expect(await scada.acknowledge(acknowledged)).toBe("BadConditionBranchAlreadyAcked");
    expect(await scada.confirm(acknowledged)).toBe("Good");
    await scada.sees(LEAK.key, { "ConfirmedState.Id": true, Retain: true });
    expect(await centre.alarms()).toMatchObject([
      {
        state: "acknowledged",
        acknowledgedBy: "opcua",
        confirmed: { by: "opcua" },
        comments: [{ by: "opcua", text: "crew called" }],
      },
    ]);
    await centre.finds(ended);
    await scada.sees(LEAK.key, { "ActiveState.Id": false, Retain: false });
    expect(await scada.refresh()).toEqual([]);
  });

  test("that is acknowledged, shelved or commented on the page changes there too", async () => {
    const { centre } = await start();
    const scada = await connectControlSystem(centre.address);
    await centre.finds(LEAK);
    await scada.sees(LEAK.key, { "AckedState.Id": false });
    await centre.act({ type: "acknowledge", alarm: LEAK.key }, "amina");
    await scada.sees(LEAK.key, { "AckedState.Id": true });
    await centre.act({ type: "comment", alarm: LEAK.key, text: "seen" }, "amina");
    await scada.sees(LEAK.key, { Comment: "seen", ClientUserId: "amina" });
    const untilMs = Date.now() + HOUR_MS;
    await centre.act({ type: "shelve", alarm: LEAK.key, reason: "pipe ordered", untilMs }, "amina");
    await scada.sees(LEAK.key, { SuppressedOrShelved: true });
    await centre.act({ type: "take-out-of-service", alarm: LEAK.key, reason: "meter" }, "amina");
    await scada.sees(LEAK.key, { "OutOfServiceState.Id": true });
  });

  test("is shelved there for a time or until it returns to normal, and taken off the shelf", async () => {
    const { centre } = await start();
    const scada = await connectControlSystem(centre.address);
    await centre.finds(LEAK);
    const raised = await scada.sees(LEAK.key, { "ActiveState.Id": true });
    expect(await scada.unshelve(raised)).toBe("BadConditionNotShelved");
    expect(await scada.shelve(raised, 40 * 24 * HOUR_MS)).toBe("BadShelvingTimeOutOfRange");
    expect(await scada.shelve(raised, HOUR_MS)).toBe("Good");
    await scada.sees(LEAK.key, { SuppressedOrShelved: true });
    expect((await centre.alarms())[0]?.shelved).toMatchObject({ by: "opcua" });
    expect(await scada.unshelve(raised)).toBe("Good");
    await scada.sees(LEAK.key, { SuppressedOrShelved: false });
    expect(await scada.shelve(raised, null)).toBe("Good");
    await scada.sees(LEAK.key, { SuppressedOrShelved: true });
    await centre.finds(ended);
    await scada.sees(LEAK.key, {
      SuppressedOrShelved: false,
      "ActiveState.Id": false,
      "AckedState.Id": false,
    });
  });

  test("that asks again is not answered by an acknowledgement of what was before", async () => {
    const { centre } = await start();
    const scada = await connectControlSystem(centre.address);
    await centre.finds(LEAK);
    const raised = await scada.sees(LEAK.key, { "ActiveState.Id": true });
    await centre.finds(verdict("leak", { flowM3h: 5.5 }));
    // A revision in between is no reason to refuse.
    await scada.sees(LEAK.key, { Message: "Water leaks in the district: 5.5 m3/h, between 4.4 and 6.6." });
    expect(await scada.acknowledge(raised)).toBe("Good");
    await centre.finds(verdict("leak", { flowM3h: 50 }));
    await scada.sees(LEAK.key, { "AckedState.Id": false });
    expect(await scada.acknowledge(raised)).toBe("BadEventIdUnknown");
  });

  test("is of its district, or of the utility when it belongs to none; cannot be disabled", async () => {
    const { centre } = await start();
    const scada = await connectControlSystem(centre.address);
    await centre.finds(
      verdict("data-gap", { id: "inlet", flowM3h: null }),
      verdict("data-gap", { id: "outlet", flowM3h: null }),
    );
    const gap = verdict("data-gap", { id: "inlet" }).key;
    const seen = await scada.sees(gap, { "SuppressedState.Id": true });
    expect(seen).toMatchObject({ SourceName: "north", ConditionClassName: "SystemConditionClassType" });
    expect(await scada.disable(seen)).toBe("BadNotSupported");
  });
});

describe("beyond this machine", { timeout: MANY_STEPS_MS }, () => {
  // 127.0.0.1 by a name that does not say so.
  const host = "127.1";

  test("everything is encrypted, certificates are trusted by hand, and roles hold", async () => {
    const folder = await temporaryFolder();
    const centre = await startScadaCentre({
      folder,
      pkiFolder: `${folder}/pki`,
      settings: { host, port: 0 },
      tokens: [
        { name: "wall", role: "viewer" },
        { name: "scada", role: "operator" },
        { name: "north-desk", role: "operator", districts: ["north"] },
      ],
    });
    const [wallSecret = "", scadaSecret = "", deskSecret = ""] = centre.secrets;
    await centre.finds(LEAK);
    const secure = { pkiFolder: `${folder}/theirs` };
    const login = (name: string, password: string) => ({ secure, user: { name, password } });

    await expect(connectControlSystem(centre.address)).rejects.toThrow();
    await expect(connectControlSystem(centre.address, login("scada", scadaSecret))).rejects.toThrow();
    expect((await centre.refusals())["unknown-certificate"]).toBeGreaterThan(0);
    const [rejected] = await readdir(`${folder}/pki/rejected`);
    // Left where it was, as it is found again by whoever moves it while its client keeps trying.
    await copyFile(`${folder}/pki/rejected/${rejected}`, `${folder}/pki/trusted/certs/${rejected}`);

    await until("the certificate is trusted", () =>
      connectControlSystem(centre.address, login("wall", wallSecret)).then(
        (client) => client.close().then(() => true),
        () => false,
      ),
    );
    await expect(connectControlSystem(centre.address, login("scada", "guess"))).rejects.toThrow();
    await expect(connectControlSystem(centre.address, login("wall", scadaSecret))).rejects.toThrow();
    await expect(connectControlSystem(centre.address, login("north-desk", deskSecret))).rejects.toThrow();
    await expect(connectControlSystem(centre.address, { secure })).rejects.toThrow();

    expect(await centre.refusals()).toMatchObject({
      "unknown-token": 2,
      "token-of-some-districts": 1,
    });

    const wall = await connectControlSystem(centre.address, login("wall", wallSecret));
    const [seen] = await wall.refresh();
    if (!seen) throw new Error("nothing seen");
    expect(await wall.acknowledge(seen)).toBe("BadUserAccessDenied");
    const scada = await connectControlSystem(centre.address, login("scada", scadaSecret));
    expect(await scada.acknowledge(seen)).toBe("Good");
    expect(await centre.alarms()).toMatchObject([{ acknowledgedBy: "token:scada" }]);
    await centre.revoke("scada");
    expect(await scada.addComment(seen, "still here")).toBe("BadUserAccessDenied");
  });
});

describe.skipIf(!findProgram("openssl"))("a certificate from files", { timeout: MANY_STEPS_MS }, () => {
  test("is what clients see", async () => {
    const folder = await temporaryFolder();
    const { certFile, keyFile, cert } = makeOpcuaCertificate(folder, "centre", "urn:town:nightflow");
    const { centre } = await start({ ...LOCAL, tls: { certFile, keyFile } });
    await centre.finds(LEAK);
    const scada = await connectControlSystem(centre.address);
    expect(await scada.refresh()).toHaveLength(1);
    expect(await scada.serverCertificate()).toBe(new X509Certificate(cert).raw.toString("hex"));
  });

  test("that OPC UA cannot use stops the start, and the message says why", async () => {
    const folder = await temporaryFolder();
    const right = makeOpcuaCertificate(folder, "right", "urn:town:nightflow");
    const elliptic = makeCertificate(folder, "elliptic");
    const files = (certFile: string, keyFile: string) => () => readIdentity({ certFile, keyFile });
    expect(files(right.certFile, right.keyFile)()).toEqual({ applicationUri: "urn:town:nightflow" });
    expect(files(right.certFile, elliptic.keyFile)).toThrow(`is not the key of ${right.certFile}`);
    expect(files(elliptic.certFile, elliptic.keyFile)).toThrow("is not an RSA key");
    expect(files(join(folder, "none"), right.keyFile)).toThrow("opcua.tls in server.yaml");
  });
});

test("a client that connects late or again refreshes, over a centre that was killed", {
  timeout: MANY_STEPS_MS,
}, async () => {
  const { centre, options } = await start();
  await centre.finds(LEAK, verdict("leak", { id: "south" }));
  await centre.act({ type: "acknowledge", alarm: LEAK.key }, "amina");
  const early = await connectControlSystem(centre.address);
  const before = await early.refresh();
  expect(before.map(({ SourceName }) => SourceName).sort()).toEqual(["north", "south"]);
  await early.close();
  await centre.kill();

  const again = await startScadaCentre(options);
  const late = await connectControlSystem(again.address);
  const after = await late.refresh();
  const comparable = (events: typeof after) =>
    events.map(({ EventId, ...event }) => JSON.stringify(event)).sort();
  expect(comparable(after)).toEqual(comparable(before));
  const waiting = after.find((event) => event["AckedState.Id"] === false);
  if (!waiting) throw new Error("nothing waits");
  expect(await late.acknowledge(waiting)).toBe("Good");
  expect((await again.alarms()).map(({ state }) => state)).toEqual(["acknowledged", "acknowledged"]);
});
