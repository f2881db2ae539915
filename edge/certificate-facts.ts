/** What a person has to know of a certificate: whose it is, by which fingerprint it is recognised, until when it holds. Pure. */
import { X509Certificate } from "node:crypto";
import type { CertificateReport } from "../src/model/agent-report.ts";
import { DAY_MS } from "../src/model/clock.ts";

export interface CertificateFacts {
  /** SHA-1, as OPC UA names certificates and servers show them: "AB:CD:...". */
  readonly fingerprint: string;
  /** Such as "CN=PLC, O=Vendor". */
  readonly subject: string;
  /** The application it was made for; empty where it does not say. */
  readonly applicationUri: string;
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** From then on a certificate is said to be near its end. */
const EXPIRING_DAYS = 30;

/** DER or PEM; undefined when it is no certificate. */
export function certificateFacts(certificate: Buffer | string): CertificateFacts | undefined {
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(certificate);
  } catch {
    return undefined;
  }
  return {
    fingerprint: parsed.fingerprint,
    subject: parsed.subject.replaceAll("\n", ", "),
    applicationUri: /URI:([^,\s]+)/.exec(parsed.subjectAltName ?? "")?.[1] ?? "",
    validFromMs: Date.parse(parsed.validFrom),
    validToMs: Date.parse(parsed.validTo),
  };
}

export function certificateReport(
  owner: CertificateReport["owner"],
  { subject, fingerprint, validToMs }: CertificateFacts,
): Omit<CertificateReport, "of"> {
  return { owner, subject: subject.slice(0, 200), fingerprint, notAfterMs: validToMs };
}

/** Whole days until it ends, negative when it has; undefined while that is far off. */
export function expiringDays(notAfterMs: number, nowMs: number): number | undefined {
  const days = Math.floor((notAfterMs - nowMs) / DAY_MS);
  return days < EXPIRING_DAYS ? days : undefined;
}
