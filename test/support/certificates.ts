/** Certificates of the test's own, each its own authority, made by OpenSSL. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./programs.ts";

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** For localhost and 127.0.0.1; writes NAME.crt and NAME.key into the folder, over what was there. */
export function makeCertificate(folder: string, name: string): Certificate {
  return selfSigned(folder, name, ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], ADDRESSES);
}

/** As OPC UA asks for: RSA, with the application's URI. */
export function makeOpcuaCertificate(folder: string, name: string, applicationUri: string): Certificate {
  return selfSigned(folder, name, ["rsa:2048"], `${ADDRESSES},URI:${applicationUri}`, [
    "-addext",
    "keyUsage=digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment,keyCertSign",
    "-addext",
    "extendedKeyUsage=serverAuth,clientAuth",
  ]);
}

const ADDRESSES = "subjectAltName=IP:127.0.0.1,DNS:localhost";

function selfSigned(
  folder: string,
  name: string,
  key: readonly string[],
  names: string,
  more: readonly string[] = [],
): Certificate {
  const [certFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const request = ["req", "-x509", "-newkey", ...key, "-nodes", "-days", "90"];
  const subject = ["-subj", `/CN=${name}`, "-addext", names, ...more];
  execFileSync(
    findProgram("openssl") ?? "openssl",
    [...request, ...subject, "-out", certFile, "-keyout", keyFile],
    // What it says of its progress is heard, and told when it fails. node-opcua leaves a configuration of its own in the environment.
    { stdio: ["ignore", "ignore", "pipe"], env: { PATH: process.env.PATH } },
  );
  return { certFile, keyFile, cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
}
