/** A certificate that an authority of the test's own signed, as plants have them, with its chain. Made by OpenSSL. */
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../support/programs.ts";

const EXTENSIONS = (applicationUri: string) => `
subjectAltName=URI:${applicationUri},IP:127.0.0.1
keyUsage=digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment
extendedKeyUsage=serverAuth,clientAuth
basicConstraints=CA:FALSE
authorityKeyIdentifier=keyid
subjectKeyIdentifier=hash
`;

/** The file holds the certificate and then its authority's. */
export function makeIssuedCertificate(folder: string, applicationUri: string) {
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) =>
    execFileSync(findProgram("openssl") ?? "openssl", args, {
      stdio: ["ignore", "ignore", "pipe"],
      cwd: folder,
      env: { PATH: process.env.PATH },
    });
  const key = ["-newkey", "rsa:2048", "-nodes"];
  const ca = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign,cRLSign"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=Plant authority",
    ...ca,
  );
  openssl("req", ...key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=Plant server");
  writeFileSync(file("extensions.cnf"), EXTENSIONS(applicationUri));
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "90"];
  openssl("x509", "-req", "-in", "server.csr", ...signed, "-extfile", "extensions.cnf", "-out", "server.pem");
  appendFileSync(file("server.pem"), readFileSync(file("ca.pem")));
  return { certificateFile: file("server.pem"), keyFile: file("server.key"), applicationUri };
}
