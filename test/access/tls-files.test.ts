import { once } from "node:events";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { pino } from "pino";
import { describe, expect, onTestFinished, test } from "vitest";
import { openTlsFiles } from "../../src/access/tls-files.ts";
import { DAY_MS } from "../../src/model/clock.ts";
import { startCentre } from "../operator/centre.ts";
import { makeCertificate } from "../support/certificates.ts";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { gateOf } from "./gates.ts";

describe.skipIf(!findProgram("openssl"))("certificate files", () => {
  const log = pino({ level: "silent" });

  test("that are absent, no certificates or of different pairs are named with their setting", async () => {
    const folder = await temporaryFolder();
    const [one, other] = [makeCertificate(folder, "one"), makeCertificate(folder, "other")];
    const open = (certFile: string, keyFile: string) => () =>
      openTlsFiles({ certFile, keyFile }, "http.tls in server.yaml", { clock: Date.now, log });
    const absent = join(folder, "absent.crt");
    expect(open(absent, one.keyFile)).toThrow(`http.tls in server.yaml: ${absent}: ENOENT`);
    expect(open(one.keyFile, one.keyFile)).toThrow(`${one.keyFile}: is not what is expected here, in PEM`);
    expect(open(one.certFile, other.keyFile)).toThrow(`${other.keyFile}: is not the key of ${one.certFile}`);
  });

  test("are served, told to be the only way, and taken over when they are renewed", async () => {
    const folder = await temporaryFolder();
    const first = makeCertificate(folder, "centre");
    const tls = openTlsFiles(first, "http.tls", { clock: Date.now, log });
    onTestFinished(() => tls.close());
    const cookie = { name: "__Host-nightflow", secure: true };
    const centre = await startCentre({ tls, cookie, gate: gateOf("amina") });
    expect(centre.address).toMatch(/^https:/);
    const port = Number(new URL(centre.address).port);
    const shown = async () => {
      const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
      await once(socket, "secureConnect");
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      const [answer] = await once(socket, "data");
      expect(String(answer)).toContain("strict-transport-security: max-age=31536000");
      socket.destroy();
      return fingerprint256;
    };
    const before = await shown();
    const renewed = makeCertificate(await temporaryFolder(), "centre");
    copyFileSync(renewed.certFile, first.certFile);
    tls.look();
    expect(await shown()).toBe(before);
    copyFileSync(renewed.keyFile, first.keyFile);
    tls.look();
    expect(await shown()).not.toBe(before);
    writeFileSync(first.certFile, "broken");
    tls.look();
    await shown();
  });

  test("that end soon are spoken of", async () => {
    const files = makeCertificate(await temporaryFolder(), "centre");
    const said: string[] = [];
    const telling = pino({}, { write: (line) => said.push(JSON.parse(line).msg) });
    for (const days of [10, 70, 100])
      openTlsFiles(files, "http.tls", { clock: () => Date.now() + days * DAY_MS, log: telling }).close();
    expect(said).toEqual(["the certificate expires soon", "the certificate has expired"]);
  });
});
