/**
 * Trust in servers by the certificate a person compared, also where an authority signed it. A plant's authority rarely publishes what it revoked,
 * and servers send their chain or only its first link; the OPC UA client would refuse both, however much the certificate itself is trusted.
 * What else is wrong with a certificate, its dates, its signature, a revocation that is known, is refused as ever.
 */
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import type { Clock } from "../src/model/clock.ts";
import { certificateFacts } from "./certificate-facts.ts";

type Verify = OPCUACertificateManager["verifyCertificate"];
type Status = Awaited<ReturnType<Verify>>;

/** What says only that an authority, or its list of revocations, is not at hand. */
const NOT_AT_HAND: readonly string[] = [
  "BadCertificateChainIncomplete",
  "BadCertificateRevocationUnknown",
  "BadCertificateIssuerRevocationUnknown",
];

export class PinnedCertificates extends OPCUACertificateManager {
  readonly #clock: Clock;

  constructor(pkiFolder: string, clock: Clock) {
    super({
      rootFolder: pkiFolder,
      automaticallyAcceptUnknownCertificate: false,
      disableFileWatchers: true,
    });
    this.#clock = clock;
  }

  protected override async verifyCertificateAsync(...args: Required<Parameters<Verify>>): Promise<Status> {
    const status = await super.verifyCertificateAsync(...args);
    if (!NOT_AT_HAND.includes(status)) return status;
    const chain = Buffer.concat([args[0]].flat());
    const trusted = await this.isCertificateTrusted(firstOf(chain));
    // Said so, an unknown one is kept among the rejected, to be decided on.
    if (trusted !== "Good") return "BadCertificateUntrusted" as Status;
    const facts = certificateFacts(chain);
    const nowMs = this.#clock();
    const isValid = facts !== undefined && facts.validFromMs <= nowMs && nowMs <= facts.validToMs;
    return (isValid ? "Good" : "BadCertificateTimeInvalid") as Status;
  }
}

/** A chain is certificates one after the other, the server's own first (OPC UA Part 6, 6.2.6): each says its length (X.690, 8.1.3). */
function firstOf(chain: Buffer): Buffer {
  const digits = (chain[1] ?? 0) & 0x7f;
  const isLong = ((chain[1] ?? 0) & 0x80) !== 0;
  return chain.subarray(0, isLong ? 2 + digits + chain.readUIntBE(2, digits) : 2 + digits);
}
