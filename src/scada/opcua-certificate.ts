/** The server's certificate from files, where the utility's own authority makes one; otherwise the server makes its own. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { Failure, messageOf } from "../model/failure.ts";

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Clients compare it with the certificate, so it has to be what the certificate says. */
export interface ServerIdentity {
  readonly applicationUri: string;
}

/** Throws Failure "wrong-certificate" that names the file, before anything listens. */
export function readIdentity({ certFile, keyFile }: CertificateFiles): ServerIdentity {
  const wrong = (file: string, why: string) =>
    new Failure("wrong-certificate", `opcua.tls in server.yaml: ${file}: ${why}`);
  const parsed = <T>(file: string, parse: (text: Buffer) => T): T => {
    try {
      return parse(readFileSync(file));
    } catch (failure) {
      throw wrong(file, messageOf(failure));
    }
  };
  const certificate = parsed(certFile, (text) => new X509Certificate(text));
  const key = parsed(keyFile, (text) => createPrivateKey(text));
  if (!certificate.checkPrivateKey(key)) throw wrong(keyFile, `is not the key of ${certFile}`);
  if (key.asymmetricKeyType !== "rsa")
    throw wrong(keyFile, "is not an RSA key, which Basic256Sha256 asks for");
  const [, applicationUri] = /\bURI:([^,\s]+)/.exec(certificate.subjectAltName ?? "") ?? [];
  if (applicationUri) return { applicationUri };
  throw wrong(
    certFile,
    "names no application URI among its subject alternative names, which OPC UA asks for",
  );
}
