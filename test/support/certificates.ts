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
  const [certFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const request = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "90",
  ];
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  execFileSync(
    findProgram("openssl") ?? "openssl",
    [...request, ...subject, "-out", certFile, "-keyout", keyFile],
    {
      stdio: "ignore",
    },
  );
  return { certFile, keyFile, cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
}
