/** Reads certificate and key, says early what is wrong with them, and follows their renewal without a restart. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Logger } from "pino";
import { type Clock, DAY_MS, MINUTE_MS } from "../model/clock.ts";
import { Failure, messageOf } from "../model/failure.ts";
import type { Tls, TlsFiles, TlsServer } from "../model/tls.ts";

const LOOK_EVERY_MS = MINUTE_MS;
const WARN_BEFORE_MS = 30 * DAY_MS;

export interface TlsSettings {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile?: string | undefined;
}

export interface WatchedTlsFiles extends TlsFiles {
  /** Looks whether the files have changed; done by itself every minute. */
  look(): void;
  close(): void;
}

/** Throws Failure "wrong-certificate" that names the setting, such as "http.tls in server.yaml", and the file. */
export function openTlsFiles(
  settings: TlsSettings,
  setting: string,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): WatchedTlsFiles {
  let tls = readTls(settings, setting);
  let mark = markOf(settings);
  const servers: TlsServer[] = [];
  warnOf(tls);

  function warnOf({ cert }: Tls): void {
    const endMs = Date.parse(new X509Certificate(cert).validTo);
    const facts = { file: settings.certFile, endsAt: new Date(endMs).toISOString() };
    if (endMs <= clock()) log.error(facts, "the certificate has expired");
    else if (endMs - clock() < WARN_BEFORE_MS) log.warn(facts, "the certificate expires soon");
  }

  function look(): void {
    try {
      const now = markOf(settings);
      if (now === mark) return;
      const renewed = readTls(settings, setting);
      for (const server of servers) server.setSecureContext(contextOf(renewed));
      mark = now;
      tls = renewed;
      log.info({ file: settings.certFile }, "certificate renewed");
      warnOf(tls);
    } catch (failure) {
      // A certificate is renewed in several steps; the next look finds it whole.
      log.warn({ error: messageOf(failure) }, "the certificate cannot be renewed; the one before it stays");
    }
  }

  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    get tls() {
      return tls;
    },
    keepCurrent: (server) => void servers.push(server),
    look,
    close: () => clearInterval(timer),
  };
}

function contextOf({ cert, key, clientCa }: Tls) {
  return { cert, key, ...(clientCa !== null && { ca: clientCa }) };
}

function readTls({ certFile, keyFile, clientCaFile }: TlsSettings, setting: string): Tls {
  const wrong = (file: string, why: string) =>
    new Failure("wrong-certificate", `${setting}: ${file}: ${why}`);
  const read = (file: string) => {
    try {
      return readFileSync(file, "utf8");
    } catch (failure) {
      throw wrong(file, messageOf(failure));
    }
  };
  const parsed = <T>(file: string, parse: (text: string) => T): { text: string; value: T } => {
    const text = read(file);
    try {
      return { text, value: parse(text) };
    } catch {
      throw wrong(file, "is not what is expected here, in PEM");
    }
  };
  const cert = parsed(certFile, (text) => new X509Certificate(text));
  const key = parsed(keyFile, (text) => createPrivateKey(text));
  if (!cert.value.checkPrivateKey(key.value)) throw wrong(keyFile, `is not the key of ${certFile}`);
  const clientCa =
    clientCaFile === undefined ? null : parsed(clientCaFile, (text) => new X509Certificate(text)).text;
  return { cert: cert.text, key: key.text, clientCa };
}

function markOf(settings: TlsSettings): string {
  const files = [settings.certFile, settings.keyFile, settings.clientCaFile ?? settings.certFile];
  return files.map((file) => `${statSync(file).mtimeMs} ${statSync(file).size}`).join();
}
