/**
 * The OPC UA server of the centre: how it listens and who may connect. Beyond loopback everything is signed and encrypted, and a
 * client's certificate has to be trusted by hand.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { MessageSecurityMode, SecurityPolicy, type StatusCode, StatusCodes } from "node-opcua-client";
import { OPCUAServer } from "node-opcua-server";
import { type Gate, isLoopback } from "../model/access.ts";
import { Failure, messageOf } from "../model/failure.ts";
import { readIdentity } from "./opcua-certificate.ts";
import type { OpcuaUsers } from "./opcua-users.ts";
import type { OpcuaSettings } from "./scada-settings.ts";

export interface OpcuaServerOptions {
  readonly settings: OpcuaSettings;
  readonly users: OpcuaUsers;
  readonly logIn: boolean;
  readonly refused: Gate["refused"];
  /** Where the server's certificate, and those of clients, are kept. */
  readonly pkiFolder: string;
}

/** Throws Failure "open-opcua" when strangers could connect, and "wrong-certificate". */
export function createOpcuaServer(options: OpcuaServerOptions): OPCUAServer {
  const { settings, users, logIn, refused, pkiFolder } = options;
  const { host, port, tls } = settings;
  const identity = tls && readIdentity(tls);
  const local = isLoopback(host);
  if (!local && !logIn)
    throw new Failure(
      "open-opcua",
      `OPC UA will not listen on ${host} (opcua.host in server.yaml) while nobody logs in (access.logIn)`,
    );
  const certificatesIn = (rootFolder: string) =>
    new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: false });
  return new OPCUAServer({
    host,
    port,
    ...(local && { hostname: host }),
    serverInfo: { applicationName: { text: "Nightflow" }, productUri: "urn:nightflow", ...identity },
    ...(tls && { certificateFile: tls.certFile, privateKeyFile: tls.keyFile }),
    buildInfo: { productName: "Nightflow", manufacturerName: "Nightflow" },
    serverCertificateManager: tellingRefusals(certificatesIn(pkiFolder), refused),
    // Of its own: a program that is trusted is nobody yet.
    userCertificateManager: certificatesIn(join(pkiFolder, "users")),
    securityModes: [...(local ? [MessageSecurityMode.None] : []), MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [...(local ? [SecurityPolicy.None] : []), SecurityPolicy.Basic256Sha256],
    allowAnonymous: !logIn,
    userManager: { isValidUser: (userName: string, password: string) => users.isValid(userName, password) },
  });
}

/** Says and counts which certificates are turned away: node-opcua tells nobody but the client. */
function tellingRefusals(
  certificates: OPCUACertificateManager,
  refused: Gate["refused"],
): OPCUACertificateManager {
  const check: (chain: Buffer | Buffer[]) => Promise<StatusCode> =
    certificates.checkCertificate.bind(certificates);

  /**
   * A client that tries again while somebody moves its certificate is rejected anew, and node-opcua asks what is rejected first: then it
   * would stay out though it lies among the trusted.
   */
  async function isTrustedAsWell(certificate: Buffer): Promise<boolean> {
    if ((await certificates.isCertificateTrusted(certificate)) !== "Good") return false;
    await certificates.trustCertificate(certificate);
    return true;
  }

  return Object.assign(certificates, {
    async checkCertificate(chain: Buffer | Buffer[]): Promise<StatusCode> {
      let status = await check(chain);
      const [certificate] = [chain].flat();
      if (
        certificate &&
        status === StatusCodes.BadCertificateUntrusted &&
        (await isTrustedAsWell(certificate))
      )
        status = await check(chain);
      const fingerprint = certificate && createHash("sha1").update(certificate).digest("hex");
      if (status.isNotGood())
        refused("unknown-certificate", { part: "opcua", status: status.name, fingerprint });
      return status;
    },
  });
}

/** Throws Failure "port-taken" or "opcua-not-started". Resolves with the address clients connect to. */
export async function listen(server: OPCUAServer, { host, port }: OpcuaSettings): Promise<string> {
  try {
    await server.start();
    const [endpoint] = server.endpoints;
    return `opc.tcp://${host}:${endpoint?.port ?? port}`;
  } catch (thrown) {
    if (messageOf(thrown).includes("EADDRINUSE")) {
      const message = `port ${port} on ${host} is taken by another program; choose another with opcua.port in server.yaml`;
      throw new Failure("port-taken", message, { cause: thrown });
    }
    const message = `the OPC UA server cannot start: ${messageOf(thrown)}`;
    throw new Failure("opcua-not-started", message, { cause: thrown });
  }
}
