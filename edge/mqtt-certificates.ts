/** The certificates of one MQTT connection over TLS: the agent's own, the authority it trusts, the broker's. */
import { readFileSync } from "node:fs";
import { TLSSocket } from "node:tls";
import type { MqttClient } from "mqtt";
import type { CertificateReport } from "../src/model/agent-report.ts";
import { certificateFacts, certificateReport } from "./certificate-facts.ts";

type Seen = Omit<CertificateReport, "of">;

/** A file may hold the whole list of a system's authorities; those are not a station's to watch. */
const MOST_AUTHORITIES = 10;

/** What the files hold now: they may have been renewed since the connection began. A file that cannot be read stops the next connection. */
export function mqttCertificates(
  { certFile, caFile }: { readonly certFile?: string | undefined; readonly caFile?: string | undefined },
  client: MqttClient | undefined,
): readonly Seen[] {
  const authorities = caFile === undefined ? [] : reports("authority", pemsOf(caFile));
  return [
    ...reports("server", brokerCertificate(client)),
    ...(certFile === undefined ? [] : reports("agent", pemsOf(certFile).slice(0, 1))),
    ...(authorities.length > MOST_AUTHORITIES ? [] : authorities),
  ];
}

function reports(owner: Seen["owner"], certificates: readonly (string | Buffer)[]): Seen[] {
  return certificates.flatMap((one) => {
    const facts = certificateFacts(one);
    return facts ? [certificateReport(owner, facts)] : [];
  });
}

function brokerCertificate(client: MqttClient | undefined): Buffer[] {
  const stream: unknown = client?.stream;
  if (!(stream instanceof TLSSocket) || stream.destroyed) return [];
  const { raw } = stream.getPeerCertificate();
  return raw ? [raw] : [];
}

function pemsOf(file: string): string[] {
  try {
    return (
      readFileSync(file, "utf8").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
    );
  } catch {
    return [];
  }
}
