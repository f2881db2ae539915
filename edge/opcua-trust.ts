/** Lists the certificates of the agent's PKI folders, and accepts one that was rejected: what a person does at the station, once a server. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../src/model/failure.ts";
import { type CertificateFacts, certificateFacts, expiringDays } from "./certificate-facts.ts";

/** Where node-opcua keeps them below a PKI folder. */
export const REJECTED = "rejected";
export const TRUSTED = join("trusted", "certs");
export const OWN = join("own", "certs");

/** As many digits as nobody confuses by chance. */
const LEAST_DIGITS = 8;

interface KnownCertificate extends CertificateFacts {
  readonly state: "rejected" | "trusted" | "own";
  readonly pkiFolder: string;
  readonly file: string;
}

/** One line a certificate, those to be decided on first. */
export function listCertificates(pkiFolders: readonly string[], nowMs: number): string[] {
  const lines = known(pkiFolders).map((one) => {
    const days = expiringDays(one.validToMs, nowMs);
    const until = new Date(one.validToMs).toISOString().slice(0, 10);
    const end = days === undefined ? "" : days < 0 ? " EXPIRED" : ` ENDS IN ${days} DAYS`;
    return `${one.state.padEnd(8)}  ${one.fingerprint}  until ${until}${end}  ${one.subject}  ${one.applicationUri}`;
  });
  return lines.length > 0 ? lines : ["no certificates yet: start the agent once, and it meets its servers"];
}

/**
 * Trusts the one rejected certificate whose fingerprint starts so; colons and case do not matter. Hands back its line. Throws Failure
 * "certificate-unknown" or "fingerprint-too-short".
 */
export function trustCertificate(
  pkiFolders: readonly string[],
  fingerprint: string,
  nowMs: number,
): CertificateFacts {
  const digits = digitsOf(fingerprint);
  if (digits.length < LEAST_DIGITS)
    throw new Failure(
      "fingerprint-too-short",
      `${LEAST_DIGITS} digits of the fingerprint are needed at least`,
    );
  const rejected = known(pkiFolders).filter(({ state }) => state === "rejected");
  const matching = rejected.filter((one) => digitsOf(one.fingerprint).startsWith(digits));
  const [chosen] = matching;
  if (!chosen || new Set(matching.map((one) => one.fingerprint)).size > 1) {
    const list = listCertificates(pkiFolders, nowMs).join("\n");
    const what = chosen ? "more than one rejected certificate has" : "no rejected certificate has";
    throw new Failure("certificate-unknown", `${what} the fingerprint ${fingerprint}\n${list}`);
  }
  for (const { pkiFolder, file } of matching) {
    mkdirSync(join(pkiFolder, TRUSTED), { recursive: true });
    renameSync(join(pkiFolder, REJECTED, file), join(pkiFolder, TRUSTED, file));
  }
  return chosen;
}

function known(pkiFolders: readonly string[]): KnownCertificate[] {
  const places = [
    ["rejected", REJECTED],
    ["trusted", TRUSTED],
    ["own", OWN],
  ] as const;
  return places.flatMap(([state, place]) =>
    [...new Set(pkiFolders)].flatMap((pkiFolder) =>
      filesIn(join(pkiFolder, place)).flatMap((file) => {
        const facts = certificateFacts(readFileSync(join(pkiFolder, place, file)));
        return facts ? [{ ...facts, state, pkiFolder, file }] : [];
      }),
    ),
  );
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /\.(pem|der|crt)$/i.test(name)) : [];
}

function digitsOf(fingerprint: string): string {
  return fingerprint.replace(/[^0-9a-f]/gi, "").toUpperCase();
}
